"""Pages of assessment: the sheet that people fill in, waves, results, maturity, organisation model."""
