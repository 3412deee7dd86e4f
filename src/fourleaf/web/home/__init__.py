"""The home page: what needs me, the loop, and a tile from each context."""
