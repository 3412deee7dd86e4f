"""What the reports add to the frame."""

from __future__ import annotations

from fourleaf.web import navigation
from fourleaf.web.navigation import Entry

navigation.register(
    "listen",
    Entry(
        "Share of voice",
        "listening:voice",
        "chart-pie",
        permission="listening.view_reports",
        order=10,
        key="v",
        about="How much of what is said is about us, with its interval.",
    ),
)
navigation.register(
    "listen",
    Entry(
        "Sentiment",
        "listening:sentiment",
        "face-smile",
        permission="listening.view_reports",
        order=12,
        about="How posts feel, over time and by query.",
    ),
)
navigation.register(
    "listen",
    Entry(
        "Platforms, words, authors",
        "listening:overview",
        "presentation-chart-line",
        permission="listening.view_reports",
        order=14,
        about="Where posts come from, which words rose, who is heard.",
    ),
)
