"""Policies that are in force somewhere for someone, gaps, registers, committees."""
