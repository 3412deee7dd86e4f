"""Changes of assessment."""
