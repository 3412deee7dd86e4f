"""Invented posts to be sorted for the Yellow belt, each with the desk that it belongs to and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fourleaf.engine.training.practice import TRIAGE_SAMPLES
from fourleaf.engine.training.quiz import shuffled

__all__ = ["DESKS", "SAMPLES", "Sample", "drawn_samples"]

#: Desk -> its name and what goes there.
DESKS: Final[dict[str, tuple[str, str]]] = {
    "care": ("Customer care", "Somebody has a question or a problem that one answer can help with."),
    "duty": ("Duty officer, at once", "Somebody may come to harm, or it spreads fast."),
    "press": ("Press office", "A journalist asks, or a post will be quoted as news."),
    "product": ("Product team", "An idea, or experience that helps to build the next version."),
    "people": ("People team", "About working here: applications, colleagues, a former employee."),
    "none": ("Nothing to do", "Talk among others that neither asks us nor needs us."),
}


@dataclass(frozen=True)
class Sample:
    """An invented post and where it belongs."""

    id: str
    text: str
    desk: str
    why: str


SAMPLES: Final[tuple[Sample, ...]] = (
    Sample("s01", "My order has been “on its way” for nine days. Does anybody at your end know where it is?", "care",
           "A plain question with an order behind it: care can look it up and answer."),
    Sample("s02", "Careful with the new camping stove: ours flared up while the gas was shut. My sleeve caught fire.",
           "duty", "A possible injury. This cannot wait for a queue, however few people have seen it."),
    Sample("s03", "I write for the regional paper. Who can tell me how many jobs move to the new site?", "press",
           "A journalist on a deadline, on a subject that only the press office may speak about."),
    Sample("s04", "Would buy the lantern at once if it could also charge a phone. Just saying.", "product",
           "An idea from somebody who nearly bought: product collects these, and thanks."),
    Sample("s05", "Had my second interview there today. Nobody told me what happens next, is that normal?",
           "people", "It is about an application. Recruiting knows the answer and the tone."),
    Sample("s06", "Rain all weekend, tent stayed dry, kids slept. Good morning everybody.", "none",
           "Nice to read. Nobody is asked, and jumping in would feel like being watched."),
    Sample("s07", "Third message. Your hotline cut me off twice and the refund is still not there.", "care",
           "It is angry, yet it is one case with one answer. Care takes it, and takes it soon."),
    Sample("s08", "This video, 40,000 views since breakfast: a pan handle comes off and hot oil goes everywhere.",
           "duty", "Harm and speed together. The duty officer decides who is woken."),
    Sample("s09", "Preparing a story on repairs that shops refuse. May I quote your answer to this customer?", "press",
           "Whoever asks to quote is to be answered by those who may be quoted."),
    Sample("s10", "The zip on the left door always jams, on the right one never. Same tent, same zip. Odd, isn't it?",
           "product", "A precise observation that care cannot solve but engineers want to have."),
    Sample("s11", "Worked there six years. Great colleagues, hopeless shift planning. Ask me anything.", "people",
           "A former colleague talks about the job. The people team reads it; nobody argues in public."),
    Sample("s12", "Which of the two grills is better, the blue one or the one from the other company? My brother says…",
           "none", "A family asks its friends. We would only be heard as an advertisement."),
)  # fmt: skip


def drawn_samples(key: str) -> list[Sample]:
    """Five samples in an order that only the key decides."""
    by_id = {sample.id: sample for sample in SAMPLES}
    return [by_id[one] for one in shuffled(f"triage:{key}", by_id)[:TRIAGE_SAMPLES]]
