"""Training as arithmetic: the ladder of belts, validity, quizzes, reading time, practical work, waves. Pure."""
