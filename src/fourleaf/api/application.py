"""The API itself: version 1, tokens, problem+json, cursor pages. Its description is docs/reference/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

from fourleaf import __version__
from fourleaf.api import (
    administration,
    alignment,
    assessment,
    governance,
    governance_bodies,
    listening,
    organisation,
    people,
    planning,
    problems,
    review,
    training,
)
from fourleaf.api.authentication import TokenAuth

__all__ = ["api"]

api = NinjaAPI(
    title="Fourleaf",
    version=__version__,
    description=(
        "Read and change what Fourleaf knows. Send a token as `Authorization: Bearer …`; make one on your account "
        "page. "
        "Errors are `application/problem+json`. Lists come in pages: send `next` back as `cursor`. Times are RFC 3339 "
        "in UTC. What you may not see does not exist for you: absent and forbidden both answer 404."
    ),
    auth=TokenAuth(),
    urls_namespace="api",
    # The library's interactive pages load scripts from elsewhere, which our content security policy forbids.
    docs_url=None,
)
problems.install(api)
api.add_router("", people.router)
api.add_router("", organisation.router)
api.add_router("", administration.router)
api.add_router("", listening.router)
api.add_router("", governance.router)
api.add_router("", governance_bodies.router)
api.add_router("", training.router)
api.add_router("", review.router)
api.add_router("", planning.router)
api.add_router("", assessment.router)
api.add_router("", alignment.router)
