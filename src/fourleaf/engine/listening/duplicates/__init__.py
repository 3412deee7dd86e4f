"""Near-duplicates: posts that say the same thing, such as re-shares and copies with another link.

`normalise` says what is compared; `ClusterIndex` numbers the clusters across any number of batches.
"""

from fourleaf.engine.listening.duplicates.index import ClusterIndex, ClusterIndexError
from fourleaf.engine.listening.duplicates.normalising import normalise

__all__ = ["ClusterIndex", "ClusterIndexError", "normalise"]
