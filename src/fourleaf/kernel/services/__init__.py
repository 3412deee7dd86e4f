"""The only writers of the kernel's tables: each checks the actor, changes and records the audit event at once."""
