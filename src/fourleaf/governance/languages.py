"""Languages that texts of policies are offered in: code -> name in English, and what its speakers call it.

Any other code that `services.policies_writing` accepts may stand on a text too; it is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["NAMES", "OWN_NAMES"]

NAMES: Final[Mapping[str, str]] = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "sv": "Swedish", "da": "Danish", "nb": "Norwegian", "fi": "Finnish", "cs": "Czech",
    "ja": "Japanese", "zh": "Chinese",
}  # fmt: skip
OWN_NAMES: Final[Mapping[str, str]] = {
    "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano", "nl": "Nederlands",
    "pl": "Polski", "pt": "Português", "sv": "Svenska", "da": "Dansk", "nb": "Norsk", "fi": "Suomi", "cs": "Čeština",
    "ja": "日本語", "zh": "中文",
}  # fmt: skip
