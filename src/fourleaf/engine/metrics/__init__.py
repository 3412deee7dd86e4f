"""Metrics: definitions as SQL files with their meaning beside them, and intervals for shares."""
