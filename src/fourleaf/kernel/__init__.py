"""The kernel: accounts, organisation, rights, audit trail, jobs, events, clock. All other contexts stand on it."""
