"""Pages for those who run the installation: audit trail, background work, the state of the system."""
