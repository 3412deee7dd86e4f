"""The only writers of review."""
