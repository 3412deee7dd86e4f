"""Pages of listening: queries, mentions, imports and reports. Each set has its own ``urls_…`` and ``registered_…``."""
