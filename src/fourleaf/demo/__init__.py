"""The sample organisation "Tarnbeck Group": invented people, brands and posts, as data and seeded programs.

Nothing here knows the product's database. Every name, sentence and company is invented; any likeness is
accidental. Mail addresses and links use the reserved domain ending ``.example`` (RFC 2606).
"""

from __future__ import annotations

__all__: list[str] = []
