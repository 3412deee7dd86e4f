"""The only writers of the kernel's tables. Each checks the actor, changes, and records the audit event in one transaction."""
