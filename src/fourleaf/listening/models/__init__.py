"""The tables of listening. Posts themselves live in the mention store, not here."""

from fourleaf.listening.models.imports import ImportFault, ImportState, MentionImport
from fourleaf.listening.models.judgements import MentionCorrection, MentionNote, PrecisionSample, SampleState
from fourleaf.listening.models.privacy import ListeningSettings, OwnAccount, SuppressedAuthor, SuppressedMention
from fourleaf.listening.models.queries import ListeningQuery, QueryState, QueryVersion
from fourleaf.listening.models.store import StoreLease

__all__ = [
    "ImportFault",
    "ImportState",
    "ListeningQuery",
    "ListeningSettings",
    "MentionCorrection",
    "MentionImport",
    "MentionNote",
    "OwnAccount",
    "PrecisionSample",
    "QueryState",
    "QueryVersion",
    "SampleState",
    "StoreLease",
    "SuppressedAuthor",
    "SuppressedMention",
]
