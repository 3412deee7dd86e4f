"""Frozen values that the kernel hands to other contexts; no framework in here."""
