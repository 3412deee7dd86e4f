"""Which column of a file holds which field of a post."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from fourleaf.engine.files.errors import FileProblemError, shorten
from fourleaf.engine.posts import POST_SCHEMA

__all__ = ["FIELDS", "checked_mapping", "suggest_mapping"]

#: The fields that a column can be mapped to.
FIELDS: Final[tuple[str, ...]] = tuple(POST_SCHEMA.names)

# Names that exports of networks and of listening tools use, normalised (small letters and digits only), the
# surest first: the first name that the file has wins.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    field: tuple(names.split())
    for field, names in {
        "text": (
            "text fulltext tweettext posttext messagetext tweet message content body caption comment "
            "commenttext status statustext snippet post description"
        ),
        "id": "id tweetid postid messageid statusid idstr commentid mentionid uri guid",
        "platform": "platform source network channel medium sourcetype site",
        "author": (
            "author username screenname handle user userscreenname authorhandle authorusername account accountacct "
            "acct sender profile inboundauthor authorid userid"
        ),
        "author_name": "authorname displayname fullname userdisplayname accountdisplayname realname",
        "author_followers": (
            "authorfollowers followers followerscount followercount userfollowerscount "
            "accountfollowerscount authorfollowerscount"
        ),
        "created_at": (
            "createdat createdatutc created publishedat published publicationdate date datetime timestamp time "
            "tweetcreated posttime postedat posted createdutc createdtime sentat pubdate"
        ),
        "url": "url permalink link posturl tweeturl permanenturl",
        "kind": "kind posttype messagetype type",
        "parent_id": (
            "parentid parent inreplyto inreplytoid inreplytostatusid inreplytotweetid inresponsetotweetid replyto "
            "replytoid retweetedstatusid"
        ),
        "likes": (
            "likes favorites favourites favoritecount favouritescount favoritescount likecount likescount reactions"
        ),
        "shares": "shares retweets retweetcount reposts repostcount reblogs reblogscount sharecount sharescount",
        "replies": "replies comments replycount repliescount commentcount commentscount numcomments",
        "views": "views viewcount impressions impressioncount viewscount plays",
    }.items()
}


def _plain(name: str) -> str:
    """A column's name without case, spaces and punctuation: "Created_At (UTC)" -> "createdatutc"."""
    return re.sub(r"[^0-9a-z]+", "", name.casefold())


def suggest_mapping(columns: Sequence[str]) -> dict[str, str]:
    """Column -> field for the columns whose names are known. A column and a field are used once each."""
    by_plain: dict[str, str] = {}
    for column in columns:
        by_plain.setdefault(_plain(column), column)
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        own = _plain(field)
        for name in (own, *names):
            known = by_plain.get(name)
            if known is not None and known not in found:
                found[known] = field
                break
    return found


def checked_mapping(path: object, columns: Sequence[str], asked: Mapping[str, str] | None) -> dict[str, str]:
    """Field -> column for a file, from what was asked for and what the names suggest.

    What was asked for wins; fields that nobody asked for are filled by `suggest_mapping` from the other columns.

    Raises
        FileProblemError: an asked column or field does not exist, a field is asked for twice, a used column name
            occurs twice in the file, or there is no column for `text`.
    """
    asked = dict(asked or {})
    for column, field in asked.items():
        if field not in FIELDS:
            close = difflib.get_close_matches(field, FIELDS, 1)
            meant = f"Did you mean {close[0]}?" if close else f"Fields are: {', '.join(FIELDS)}."
            raise FileProblemError(path, f"There is no field {shorten(field)!r} to map a column to.", meant)
        if column not in columns:
            close = difflib.get_close_matches(column, columns, 1)
            meant = f"Did you mean {close[0]!r}?" if close else _named(columns)
            raise FileProblemError(path, f"There is no column {shorten(column)!r} in the file.", meant)
    for field, count in Counter(asked.values()).items():
        if count > 1:
            raise FileProblemError(path, f"The field {field} is mapped from {count} columns.", "Name one of them.")
    taken = set(asked.values())
    suggested = suggest_mapping([c for c in columns if c not in asked])
    mapping = {field: column for column, field in asked.items()}
    mapping |= {field: column for column, field in suggested.items() if field not in taken}
    counts = Counter(columns)
    for field, column in mapping.items():
        if counts[column] > 1:
            raise FileProblemError(
                path,
                f"The column name {column!r}, needed for {field}, occurs {counts[column]} times.",
                "Give the columns different names in the first line.",
            )
    if "text" not in mapping:
        raise FileProblemError(
            path,
            f"No column is known to hold the text of the posts. {_named(columns)}",
            "Say which column holds it. The first line must name the columns.",
            command=f"Name it with --map COLUMN=text, for example --map {_example(columns)}=text. "
            "The first line must name the columns.",
            field="text",
        )
    return mapping


def _named(columns: Sequence[str]) -> str:
    shown = ", ".join(repr(shorten(column, 30)) for column in columns[:12])
    return f"Its columns are {shown}{', …' if len(columns) > 12 else ''}."


def _example(columns: Sequence[str]) -> str:
    name = shorten(columns[-1], 30) if columns else "COLUMN"
    return f'"{name}"' if " " in name else name
