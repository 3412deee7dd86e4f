"""The sample's survey: two waves, published, with generated answers that give the figures of the story.

Answers are drawn by a seed and then pulled to the scores of each department, to the agreement within the company and to
the gap between those who lead and the others. They go in through the same services as all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourleaf.assessment.models import Invitation, Wave
from fourleaf.assessment.services.bulk import BulkAnswer, add_answers
from fourleaf.assessment.services.maturity import assess_fact, declare_model, note_measures
from fourleaf.assessment.services.results import compute_result
from fourleaf.assessment.services.waves import add_wave, close_wave, open_wave, publish_wave
from fourleaf.demo.organisation import HEADCOUNT, role
from fourleaf.engine.survey.instrument import LEAVES, STANDARD
from fourleaf.kernel import clock, public
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.models import Account, Job
from fourleaf.kernel.selectors import actor_for

__all__ = ["ANSWERED", "POINTS", "seed_assessment"]

Floats = NDArray[np.float64]
#: Department -> points of culture, leadership, governance, technology.
POINTS: Final = {
    "MKT": (64, 54, 59, 66),
    "COM": (68, 60, 64, 70),
    "CSV": (57, 47, 50, 59),
    "INS": (62, 50, 56, 70),
    "SAL": (53, 41, 48, 62),
    "PRD": (58, 43, 50, 63),
    "PPL": (63, 51, 57, 63),
    "LRI": (56, 46, 54, 65),
}
#: Department -> people who answer: 1,043 of 1,850.
ANSWERED: Final = {
    "MKT": 121, "COM": 33, "CSV": 204, "INS": 31, "SAL": 214, "PRD": 288, "PPL": 58, "LRI": 94,
}  # fmt: skip
#: Small cells with a fixed number of answers, so that something has to be hidden.
_FIXED: Final = {("LRI", "IB"): 3, ("PPL", "ND"): 4, ("PPL", "IB"): 5, ("COM", "NA"): 2}
_LEADERS: Final = 62
#: Agreement within the company (r*wg), and how much higher those who lead score, in scale points.
_AGREEMENT: Final = (0.61, 0.44, 0.58, 0.66)
_GAP: Final = (0.41, 0.74, 0.18, 0.05)
#: Spread of the persons' scores among those who lead, against the others.
_LEADERS_SPREAD: Final = (1.0, 1.25, 1.0, 1.0)
#: Departments that agree on how they are led more than the others do, and by how much less and more they spread.
_OF_ONE_MIND: Final = frozenset({"CSV", "SAL", "PRD"})
_LEADERSHIP_SPREAD: Final = (0.9, 1.3)
_COMMON: Final = 0.62  # part of an answer's variance that a person's statements of one leaf share
_EASE: Final = 0.55
_LATE: Final = 0.34
_REMARKS: Final = (
    "I answer people on my own time because nobody has told me whether I may do it at work.",
    "The rules are fine. Finding the newest version of them is not.",
    "When the grill video came up, three of us wrote the same reply. One rota would have been enough.",
    "Our leaders read along. It would help if one of them answered now and then.",
    "I learned more from the service team's lunches than from any training.",
    "Sign-off for a photo took four days. The season is twelve weeks.",
    "Hearth is good for finding people. It is not good for finding answers.",
    "I would rather keep my job free of this, and I am glad that one may say so.",
    "Iberia hears of group decisions from the press.",
    "Somebody thanked me in public for helping another team. That had not happened before.",
    "We have two tools for the same thing, and both want a password.",
    "Please let the engineers speak for themselves; customers can tell.",
    "The committee is the first place where service sits at the table.",
    "A wrong reply should be a lesson and not an appraisal item.",
    "It has become easier to ask across departments since spring.",
)


#: Fact, value and how one can tell.
_EVIDENCE: Final[tuple[tuple[str, bool | float, str], ...]] = (
    ("owner_named", True, "The social strategist leads the centre of excellence since phase 1."),
    ("enthusiast_groups", 1, "Cold Start, the Hearth group around the Quillstone oven launch."),
    ("sponsor_named", True, "The chief digital officer."),
    ("strategist_named", True, "See the role register."),
    ("committee_functions", 6, "Communications, Marketing, Service, Insights, People and Legal."),
    ("early_adopters_certified", True, "Wave 0: eleven people of five departments."),
    ("regional_seats", False, "Iberia has no seat yet."),
    ("guideline_drafted", True, "P-SM, now version 2.1."),
    ("pilots_with_hypothesis", 4, "T1 to T4; T5 has no baseline."),
    ("policies_in_force", True, "P-SM 2.1 and P-MOD 1.0, without the short-video channel of Iberia."),
    ("acknowledged_share", 0.77, "DE 86 %, UK 91 %, ND 88 %, NA 47 % after the new version, IB 79 %, by head count."),
    ("kpi_dictionary", True, "Version 1, reviewed two months ago."),
    ("moderation_policy", True, "P-MOD 1.0."),
    ("crisis_playbook", True, "P-CRI 1.1; its review is overdue."),
    ("months_since_drill", 4, "The flare-up drill."),
    ("listening_queries", 8, "Own brands, competitors and topics."),
    ("channel_list", True, "Eleven channels outside, two inside."),
    ("channels_owned_share", 0.92, "All but the short-video channel that the agency runs."),
    ("shared_calendar", False, "Two calendars are in use."),
)
_MEASURES: Final = {"cr": 0.48, "ap": 0.81, "act": 0.55, "ht": 0.57, "std": 0.71}


@dataclass(frozen=True)
class _Story:
    """What a wave shall show. ``agreement`` is r*wg, ``gap`` in scale points, both by leaf."""

    seed: tuple[int, int]
    points: Mapping[str, tuple[int, ...]]
    answered: Mapping[str, int]
    leaders: int
    agreement: tuple[float, ...]
    gap: tuple[float, ...]


#: Wave 1, as the story tells it.
_WAVE_1: Final = _Story((1, 1043), POINTS, ANSWERED, _LEADERS, _AGREEMENT, _GAP)
#: Wave 0, some ten months before. The story of the sample tells of wave 1 only: these figures are invented, so that
#: a change between two waves can be seen. Lower throughout, leaders further from the others, fewer answers.
_WAVE_0: Final = _Story(
    seed=(0, 616),
    points={
        "MKT": (60, 50, 54, 64), "COM": (64, 57, 60, 68), "CSV": (53, 41, 44, 57), "INS": (58, 46, 52, 68),
        "SAL": (50, 37, 42, 61), "PRD": (54, 38, 45, 61), "PPL": (60, 48, 53, 62), "LRI": (53, 42, 48, 63),
    },
    answered={"MKT": 84, "COM": 26, "CSV": 118, "INS": 22, "SAL": 121, "PRD": 152, "PPL": 41, "LRI": 52},
    leaders=40,
    agreement=(0.58, 0.42, 0.55, 0.64),
    gap=(0.49, 0.96, 0.24, 0.06),
)  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """Somebody who is asked: where they work, and whether their level may be kept."""

    id: int
    department: str
    region: str
    leads: bool
    level_kept: bool


def seed_assessment(say: Callable[[str], None], *, as_of: date) -> None:
    """Two published waves, the second with 1,043 answers; left alone when there is a wave already."""
    if Wave.objects.exists():
        return
    actor = system_actor("sample organisation")
    say("Asking 1,850 people how they work together, twice …")
    _seed_wave(actor, "Wave 0", _WAVE_0, opened=as_of - timedelta(days=318), last=as_of - timedelta(days=288))
    _seed_wave(actor, "Wave 1", _WAVE_1, opened=as_of - timedelta(days=42), last=as_of - timedelta(days=5))
    with clock.frozen(_noon(as_of - timedelta(days=3))):
        _seed_standing(_strategist() or actor, as_of - timedelta(days=4))


def _seed_wave(actor: Actor, name: str, story: _Story, *, opened: date, last: date) -> None:
    """Open, take the answers on the last day, close and publish the day after."""
    with clock.frozen(_noon(opened)):
        wave = add_wave(actor=actor, name=name, zone="Europe/Berlin", last_day=last)
        wave = open_wave(actor=actor, wave_id=wave.pk)
    # The mails of the story were sent long ago; sending them anew would reach nobody.
    Invitation.objects.filter(wave=wave).update(sent_on=opened)
    Wave.objects.filter(pk=wave.pk).update(reminders_sent=1, last_reminder_on=opened + timedelta(days=21))
    with clock.frozen(_noon(last)):
        add_answers(actor=actor, wave_id=wave.pk, rows=_answers(wave, story))
    with clock.frozen(_noon(last + timedelta(days=1))):
        _close(actor, wave)


def _strategist() -> Actor | None:
    """The one who leads the centre of excellence, if the logins are there."""
    account = Account.objects.filter(email=role("R06").email).first()
    return actor_for(account) if account else None


def _seed_standing(actor: Actor, until: date) -> None:
    """Evidence of maturity, and the organisation model declared and measured."""
    for fact, value, note in _EVIDENCE:
        assess_fact(actor=actor, fact=fact, value=value, note=note)
    declare_model(actor=actor, model="hub_and_spoke", reason="Decided by the committee when phase 1 ended.")
    note_measures(actor=actor, values=_MEASURES, window_end=until, source="Counted by hand from publishing records.")


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _close(actor: Actor, wave: Wave) -> None:
    close_wave(actor=actor, wave_id=wave.pk)
    # The report is made at once, so that the sample is whole when the command ends; its job has nothing left to do.
    compute_result(actor=actor, wave_id=wave.pk)
    Job.objects.filter(kind="assessment.results_computed", arguments={"wave": wave.pk}, state="due").delete()
    publish_wave(actor=actor, wave_id=wave.pk)


def _answers(wave: Wave, story: _Story) -> list[BulkAnswer]:
    rng = np.random.default_rng(list(story.seed))
    asked = _everybody(wave)
    chosen = _respondents(asked, story, rng)
    items = {leaf: [item.id for item in STANDARD.of_leaf(leaf)] for leaf in LEAVES}
    turned = {item.id for item in STANDARD.scored if item.reverse}
    sheets: list[dict[str, int]] = [{} for _ in chosen]
    for place, leaf in enumerate(LEAVES):
        values = _leaf(chosen, place, story, rng)
        # About one answer in forty is "cannot say"; those are not drawn again, so that scores stay where they are.
        for sheet, row in zip(sheets, values, strict=True):
            for item, value in zip(items[leaf], row.tolist(), strict=True):
                sheet[item] = int(6 - value if item in turned else value)
    for sheet, would, would_not in zip(
        sheets, rng.choice(5, len(sheets), p=(0.24, 0.27, 0.24, 0.17, 0.08)) + 1,
        rng.choice(5, len(sheets), p=(0.12, 0.2, 0.26, 0.26, 0.16)) + 1, strict=True,
    ):  # fmt: skip
        sheet["W1"], sheet["W2"] = int(would), int(would_not)
    late = rng.random(len(sheets)) < _LATE
    speaking = dict(zip(rng.permutation(len(sheets))[: 3 * len(_REMARKS)].tolist(), _REMARKS, strict=False))
    return [
        BulkAnswer(one.id, sheet, bool(after), speaking.get(at, ""))
        for at, (one, sheet, after) in enumerate(zip(chosen, sheets, late, strict=True))
    ]


def _everybody(wave: Wave) -> list[_Asked]:
    departments = {one.id: one.code for one in public.departments().values()}
    regions = {one.id: one.code for one in public.regions().values()}
    # Those who have left since drop out.
    rows = Invitation.objects.filter(wave=wave, person__left_on__isnull=True).order_by("pk")
    return [
        _Asked(
            row.pk,
            departments[row.department_id],
            regions[row.region_id],
            row.leads,
            row.cell_leads is not None,
        )
        for row in rows
        if row.department_id is not None and row.region_id is not None
    ]


def _respondents(asked: list[_Asked], story: _Story, rng: np.random.Generator) -> list[_Asked]:
    """Who answers: the fixed numbers by department, the small cells as given, and so many of those who lead."""
    leading = [one for one in asked if one.leads and one.level_kept]
    share = story.leaders / len(leading)
    chosen: list[_Asked] = []
    spare = story.leaders
    for department, total in story.answered.items():
        there = [one for one in leading if one.department == department]
        wanted = min(spare, round(len(there) * share))
        if department == max(d for d in story.answered if any(one.department == d for one in leading)):
            wanted = min(spare, len(there))
        picked = [there[at] for at in rng.permutation(len(there))[:wanted]]
        small = [one for one in picked if (department, one.region) not in _FIXED]
        spare -= len(small)
        chosen += small + _others(asked, department, total - len(small), small, rng)
    return chosen


def _others(
    asked: list[_Asked], department: str, count: int, taken: list[_Asked], rng: np.random.Generator
) -> list[_Asked]:
    """So many who lead nobody (or whose level is not kept), spread over regions by head count."""
    heads = HEADCOUNT[department]
    fixed = {region: n for (of, region), n in _FIXED.items() if of == department}
    open_regions = [region for region in heads if region not in fixed]
    left = count - sum(fixed.values())
    share = left / sum(heads[region] for region in open_regions)
    wanted = {**{region: round(heads[region] * share) for region in open_regions}, **fixed}
    largest = max(open_regions, key=lambda region: heads[region])
    wanted[largest] += count - sum(wanted.values())
    found: list[_Asked] = []
    for region, number in wanted.items():
        pool = [
            one
            for one in asked
            if one.department == department and one.region == region and not (one.leads and one.level_kept)
        ]
        found += [pool[at] for at in rng.permutation(len(pool))[:number]]
    return found


def _leaf(chosen: list[_Asked], place: int, story: _Story, rng: np.random.Generator) -> NDArray[np.int64]:
    """Answers of everybody to the eight statements of a leaf, after reversal: persons x 8, whole numbers 1 to 5."""
    departments = sorted(story.answered)
    of = np.array([departments.index(one.department) for one in chosen])
    leads = np.array([one.leads and one.level_kept for one in chosen])
    kept = np.array([one.level_kept for one in chosen])
    targets = np.array([1 + story.points[code][place] / 25 for code in departments])
    group = of * 2 + leads
    means = _group_means(of, leads, kept, targets, story.gap[place])
    common = rng.standard_normal((len(chosen), 1))
    common[leads] *= _LEADERS_SPREAD[place]
    own = rng.standard_normal((len(chosen), 8))
    drawn = np.sqrt(_COMMON) * common + np.sqrt(1 - _COMMON) * own
    # Some statements are easier to agree to than others.
    drawn += rng.permutation(np.linspace(-_EASE, _EASE, 8))
    if LEAVES[place] == "leadership":
        close, apart = _LEADERSHIP_SPREAD
        drawn *= np.where([one.department in _OF_ONE_MIND for one in chosen], close, apart)[:, None]
    wanted = 2 * (1 - story.agreement[place])
    low, high = 0.2, 3.0
    answers = np.empty_like(drawn, np.int64)
    for _ in range(14):
        scale = (low + high) / 2
        answers = _pulled(drawn * scale, group, means, rng)
        variance = float(answers.var(axis=0, ddof=1).mean())
        low, high = (scale, high) if variance < wanted else (low, scale)
    return answers


def _group_means(
    of: NDArray[np.int64], leads: NDArray[np.bool_], kept: NDArray[np.bool_], targets: Floats, gap: float
) -> dict[int, float]:
    """Means by department and level, so that departments have their targets and the company its gap.

    Within departments the gap g is constant. The company's is linear in g, since whoever leads is spread over
    departments unevenly: two values give the line.
    """

    def means(g: float) -> dict[int, float]:
        found = {}
        for number, target in enumerate(targets):
            share = float(leads[of == number].mean())
            found[number * 2] = float(target - g * share)
            found[number * 2 + 1] = found[number * 2] + g
        return found

    def company(g: float) -> float:
        values = means(g)
        person = np.array([values[int(key)] for key in of * 2 + leads])
        return float(person[leads].mean() - person[kept & ~leads].mean())

    at_none, at_one = company(0.0), company(1.0)
    return means((gap - at_none) / (at_one - at_none))


def _pulled(
    drawn: Floats, group: NDArray[np.int64], means: dict[int, float], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Whole answers 1 to 5 whose mean in each group is the wanted one, to the nearest single answer."""
    answers = np.empty(drawn.shape, np.int64)
    for number in np.unique(group).tolist():
        mine = group == number
        part, wanted = drawn[mine], means[number]
        low, high = -6.0, 12.0
        for _ in range(30):
            middle = (low + high) / 2
            whole = np.clip(np.rint(part + middle), 1, 5)
            low, high = (middle, high) if whole.mean() < wanted else (low, middle)
        whole = np.clip(np.rint(part + low), 1, 5).astype(np.int64)
        missing = round(wanted * whole.size) - int(whole.sum())
        step = 1 if missing > 0 else -1
        flat = whole.reshape(-1)
        movable = np.flatnonzero((flat + step >= 1) & (flat + step <= 5))
        flat[rng.permutation(movable)[: abs(missing)]] += step
        answers[mine] = flat.reshape(whole.shape)
    return answers
