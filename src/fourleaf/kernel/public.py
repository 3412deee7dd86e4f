"""What other contexts may use of the kernel."""
