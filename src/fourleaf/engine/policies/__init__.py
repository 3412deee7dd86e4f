"""Rules about policies that need no database: what is in force, how two texts differ, what is left to fill in."""
