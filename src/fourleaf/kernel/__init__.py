"""The kernel: accounts, organisation, rights, audit trail, jobs, events and the clock. Every other context stands on it."""
