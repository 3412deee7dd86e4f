"""Listening: sources, queries, mentions and what they tell."""
