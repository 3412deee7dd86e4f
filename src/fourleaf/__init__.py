"""Fourleaf: the platform with which a company becomes a social business, from the inside out."""

__version__ = "0.1.0"
