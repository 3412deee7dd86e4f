"""Pages about regions, departments and brands."""
