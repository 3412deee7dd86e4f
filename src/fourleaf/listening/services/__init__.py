"""The only writers of listening. Every function checks the right, changes, and records the audit event together."""
