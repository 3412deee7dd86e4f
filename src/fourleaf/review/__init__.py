"""Review of what goes out: queue, routes, trust that relaxes by evidence."""
