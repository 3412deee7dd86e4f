"""What the roadmap adds to the frame."""

from __future__ import annotations

from fourleaf.web import navigation
from fourleaf.web.navigation import Entry

navigation.register(
    "plan",
    Entry(
        "Roadmap",
        "planning:roadmap",
        "map",
        permission="planning.view_plan",
        order=40,
        key="r",
        about="Work outside and work inside, side by side: what is ready, what waits, what runs ahead.",
    ),
)
