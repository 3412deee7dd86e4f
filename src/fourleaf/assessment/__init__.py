"""Assessment: survey waves with unlinked answers, the clover, maturity by evidence."""
