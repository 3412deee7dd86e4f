"""Pages of alignment: the picture at a glance, findings, what if, rules and trend."""
