"""Belts that grant rights: modules, quizzes, practical tasks, cohorts and waves."""
