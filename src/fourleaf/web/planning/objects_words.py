"""How the sections of a plan are presented: their names, what comes first on a form, what stands in the list.

What a field is and means comes from the plan model; here is only what a model does not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from fourleaf.engine.alignment.loading.shapes import PartShape, shape_of
from fourleaf.engine.alignment.plan import Plan
from fourleaf.planning.sections import HEAD, SECTIONS

__all__ = ["GROUPS", "SHOWN", "Group", "Shown", "choice_label", "field_label", "in_words", "shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A section on its pages.

    title: its name, many; one: one of its objects; about: a sentence on what it is for; lead: the field that names an
    object; first: fields that are asked first, the others stand under "more"; columns: fields in the list besides the
    lead; lines: fields that a line of the quick form has, separated by |; prefix: how ids begin; example: a line.
    """

    section: str
    title: str
    one: str
    about: str = ""
    lead: str = "name"
    first: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    prefix: str = ""
    example: str = ""
    icon: str = "document-text"

    @property
    def many(self) -> bool:
        """Whether it is a list of objects."""
        return SECTIONS[self.section].many

    @property
    def low(self) -> str:
        """The title inside a sentence."""
        if self.section == "inventory":
            return "things found"
        if self.section == "effort_lines":
            return "lines of effort"
        return self.title if self.title[:2].isupper() else self.title[0].lower() + self.title[1:]

    @property
    def article(self) -> str:
        """One of its objects with the indefinite article."""
        return f"an {self.one}" if self.one[0] in "aeiou" else f"a {self.one}"


@dataclass(frozen=True, slots=True)
class Group:
    """Sections that belong together on the overview."""

    code: str
    title: str
    about: str
    sections: tuple[str, ...]
    later: bool = False


_LISTED: Final = (
    Shown(
        "goals", "Goals", "goal", "What the business itself wants, in its own words. Objectives serve them.", "text",
        ("text", "owner"), ("owner",), ("text",), "G", "Fewer contacts for each product we sell", "star",
    ),
    Shown(
        "objectives", "Objectives", "objective",
        "What shall change, by when, and how that is seen. No platform is named here.", "text",
        ("text", "goal", "owner", "due", "kpis"), ("goal", "owner", "due", "kpis"), ("text", "goal"), "O",
        "Cut service contacts per 1,000 products by 12 % in a year", "check-circle",
    ),
    Shown(
        "audiences", "Audiences", "audience", "With whom, where they already talk, and how that is known.", "name",
        ("name", "venues", "how", "source", "source_date", "regions"), ("venues", "source", "source_date"),
        ("name", "venues", "source"), "A", "Weekend cooks | recipe forum, video comments | ten interviews in May",
        "user-group",
    ),
    Shown(
        "resources", "Resources", "resource",
        "Whose hours there are each week: measured slack first, then what was agreed.", "department",
        ("department", "kind", "slack_hours", "measured_on", "planned_hours", "region"),
        ("kind", "slack_hours", "planned_hours", "assigned_hours", "region"), ("department", "slack_hours"), "T",
        "Customer Service | 14", "clock",
    ),
    Shown(
        "kpis", "KPIs", "KPI", "The figures by which objectives are judged, each with a baseline and an owner.", "name",
        ("name", "level", "unit", "formula", "baseline", "target", "owner"),
        ("level", "unit", "baseline", "target", "owner"), ("name", "unit"), "M",
        "Service contacts per 1,000 products | contacts", "chart-bar",
    ),
    Shown(
        "programmes", "Programmes", "programme",
        "Lasting efforts, outside and inside. Each outside one has something inside that carries it.", "name",
        ("name", "side", "owner", "sponsoring_unit", "objectives", "audiences", "resources", "channels",
         "counterparts"),
        ("side", "state", "owner", "objectives", "counterparts"), ("name",), "P", "Answers in the grill season",
        "rectangle-group",
    ),
    Shown(
        "activities", "Activities", "activity", "Single pieces of work of a programme.", "text",
        ("text", "programme", "owner", "channel", "starts_on", "ends_on", "state"),
        ("programme", "state", "owner", "starts_on", "ends_on"), ("text",), "W", "Answer the comments of the week",
        "queue-list",
    ),
    Shown(
        "channels", "Channels", "channel", "Where the organisation talks, outside and inside.", "name",
        ("name", "network", "side", "state", "account_owner", "brand", "regions", "languages"),
        ("network", "side", "state", "account_owner", "brand"), ("name", "network"), "H",
        "Our video channel | video network", "megaphone",
    ),
    Shown(
        "inventory", "Inventory", "found thing", "What already runs, official or not, and what becomes of it.", "name",
        ("name", "kind", "url", "official", "owner", "decision", "objective", "ends_on", "channel", "note"),
        ("kind", "official", "decision", "objective", "ends_on", "owner", "url"), ("name", "note"), "V",
        "Fan group started by the shop in Leeds | found by searching for our name", "archive-box",
    ),
    Shown(
        "effort_lines", "Effort", "line of effort",
        "The change budget in money and days. Technology should stay the smaller part.", "text",
        ("text", "category", "money", "days"), ("category", "money", "days"), ("text", "money"), "E",
        "Training of the first twenty people | 18000", "banknotes",
    ),
    Shown(
        "purchases", "Purchases", "purchase", "Tools, and the need each one serves. The need comes first.", "tool",
        ("tool", "need", "need_approved_on", "money", "bought_on"), ("need", "money", "bought_on"), ("tool", "need"),
        "B", "Shared inbox | answer within the hour, from three places", "shopping-cart",
    ),
    Shown(
        "stakeholder_groups", "Stakeholder groups", "stakeholder group",
        "Who else matters: each group has an owner, or a reason why not now.", "name", ("name", "owner", "not_now"),
        ("owner", "not_now"), ("name", "not_now"), "SG", "Suppliers | after the first year", "users",
    ),
    Shown(
        "organisation", "Organisation", "organisation", "Its name and size.", "name", ("name", "size", "index"),
        icon="building-office",
    ),
    Shown(
        "regions", "Regions", "region", "Where people work, with their time zone.", "name",
        ("name", "time_zone", "headcount", "languages", "employee_representation"), ("time_zone", "headcount"),
        ("name", "time_zone"), "", "Germany | Europe/Berlin", "globe-europe-africa",
    ),
    Shown(
        "departments", "Departments", "department", "Units, and which of the eight business functions they serve.",
        "name", ("name", "function", "customer_facing", "headcount"), ("function", "customer_facing", "headcount"),
        ("name", "function", "headcount"), "", "Customer Service | service | 12", "building-office-2",
    ),
    Shown(
        "brands", "Brands", "brand", "Brands and who leads them.", "name", ("name", "owner", "deputy"),
        ("owner", "deputy"), ("name",), "", "Emberlight", "tag",
    ),
    Shown(
        "people", "People and posts", "person or post", "A role is enough; no name is needed.", "role",
        ("role", "department", "region", "belt", "leader"), ("department", "region", "belt"),
        ("role", "department", "region"), "R", "Head of Service | Customer Service", "user",
    ),
    Shown("partners", "Partners", "partner", "Companies and people outside that work with you.", "name",
          ("name", "kind", "lead"), ("kind", "lead"), ("name",), "PA", "Birch Agency", "briefcase"),
    Shown("leader_activity", "Leaders' activity", "month", "How many leaders were seen inside in a month.", "month",
          columns=("department", "active_share"), prefix="LA"),
    Shown("contributions", "Contributions", "contribution", "Who did what in public, summed, for the check of belts.",
          "person", columns=("channel", "duty", "on", "count"), prefix="CT"),
    Shown("policies", "Policies", "policy", "Rules, with state, scope and review day.", "title",
          ("title", "kind", "version", "state", "owner", "effective_on", "review_due"),
          ("kind", "version", "state", "review_due"), prefix="PL"),
    Shown("acknowledgements", "Acknowledgements", "acknowledgement", "How many confirmed a policy, by region.",
          "policy", columns=("region", "share", "as_of"), prefix="AC"),
    Shown("gaps", "Gaps", "gap", "Questions that no policy answers yet.", "text",
          columns=("state", "found_on", "owner"), prefix="GAP"),
    Shown("routes", "Approval routes", "route", "Who may approve what, any one of several.", "name",
          columns=("brand", "tier", "content_class"), prefix="RT"),
    Shown("strata", "Trust states", "trust state", "How far replies of a kind are trusted without approval.",
          "content_class", columns=("brand", "tier", "level"), prefix="ST"),
    Shown("never_relax", "Always approved", "class", "Classes that are approved first, whatever the record.",
          "content_class", columns=("tier", "reason"), prefix="NR"),
    Shown("committees", "Committees", "committee", "Who steers, with a seat for each function.", "name",
          ("name", "kind", "chair", "sponsor", "members", "last_met_on"), ("kind", "chair", "last_met_on"),
          prefix="C"),
    Shown("organisation_model", "Organisation model", "organisation model", "Declared, and what is observed."),
    Shown("centre_of_excellence", "Core team", "core team", "Who leads it, its hours and services."),
    Shown("consultations", "Consultations", "consultation", "With representatives of the employees.", "region",
          columns=("subjects", "state"), prefix="CO"),
    Shown("processing_activities", "Processing of data", "processing activity", "Purposes, legal bases, retention.",
          "name", columns=("kind", "live"), prefix="DP"),
    Shown("waivers", "Waivers", "waiver", "Findings that are accepted for a while, with a reason.", "rule",
          columns=("object", "owner", "until"), prefix="WV"),
    Shown("belt_requirements", "Belts that duties need", "requirement", "What somebody must have learned first.",
          "duty", columns=("belt", "channel", "region"), prefix="BR"),
    Shown("training_waves", "Waves of training", "wave", "Who is trained when.", "number",
          columns=("state", "size", "departments"), prefix="TW"),
    Shown("first_teams", "First teams", "first team", "The first team inside and its five characteristics.", "name",
          columns=("programme", "leader"), prefix="FT"),
    Shown("early_voices", "Early voices", "early voice", "Who writes first, and why they.", "person",
          columns=("programmes", "hours_a_week"), prefix="EV"),
    Shown("roles", "Roles", "role", "Roles of the catalogue and who holds them.", "role",
          columns=("holders", "waived"), prefix="RO"),
    Shown("roadmap", "Roadmap", "roadmap item", "Work outside and inside in five phases.", "title", prefix="X"),
    Shown("experiments", "Local experiments", "experiment", "Off the roadmap: with an owner, a cap and an end.",
          "title", ("title", "owner", "cap", "ends_on"), ("owner", "cap", "ends_on", "state"), prefix="LX"),
    Shown("pilots", "Pilots", "pilot", "Test and learn before rolling out.", "name", prefix="TP"),
    Shown("learnings", "Learnings", "learning", "What was learned, and who has read it.", "text",
          columns=("source", "shared_on"), prefix="L"),
    Shown("kpi_reviews", "KPI reviews", "review", "Reviews that changed or confirmed the plan.", "on",
          columns=("outcome", "minutes"), prefix="RV"),
    Shown("listening_queries", "Listening queries", "listening query", "Standing questions to what people say.",
          "name", columns=("role", "owner", "route"), prefix="Q"),
    Shown("ideas", "Idea bench", "figures of the idea bench", "Figures of the idea bench."),
    Shown("voice", "Anonymous voice", "anonymous voice", "The anonymous voice of employees."),
    Shown("crisis_playbooks", "Crisis playbooks", "playbook", "", "version", columns=("policy", "owner"), prefix="CP"),
    Shown("crisis_scenarios", "Crisis scenarios", "scenario", "", columns=("rank", "cluster"), prefix="CS"),
    Shown("holding_statements", "Holding statements", "statement", "", "scenario",
          columns=("language", "expires_on"), prefix="HS"),
    Shown("drills", "Drills", "drill", "", "on", columns=("kind", "severity", "passed"), prefix="DR"),
    Shown("crisis_authorities", "Who decides in a crisis", "authority", "", "severity", columns=("act", "any_of"),
          prefix="CA"),
    Shown("rota_slots", "Duty rota", "slot", "", "region", columns=("days", "from_hour", "to_hour", "people"),
          prefix="SL"),
    Shown("incidents", "Incidents", "incident", "", columns=("severity", "state", "detected_at"), prefix="IN"),
    Shown(HEAD, "The plan as a whole", "plan", "Currency and first day."),
)  # fmt: skip

SHOWN: Final[dict[str, Shown]] = {item.section: item for item in _LISTED}

GROUPS: Final = (
    Group("purpose", "What for, for whom, with what", "The gate: it comes before all activity.",
          ("goals", "objectives", "kpis", "audiences", "resources")),
    Group("doing", "What is done", "Programmes with what carries them inside, and what already runs.",
          ("programmes", "activities", "channels", "inventory")),
    Group("money", "Effort", "Money and days, and what is bought.", ("effort_lines", "purchases")),
    Group("who", "Who", "The organisation as the plan sees it.",
          ("organisation", "regions", "departments", "brands", "people", "partners", "stakeholder_groups")),
    Group("learning", "Trying and learning", "Experiments and what came of them.", ("experiments", "learnings")),
    Group("rules", "Rules and decisions", "Kept on pages of their own once these are in use; here until then.",
          ("policies", "acknowledgements", "gaps", "routes", "strata", "never_relax", "committees",
           "organisation_model", "centre_of_excellence", "consultations", "processing_activities", "waivers"), True),
    Group("people", "Training and roles", "Kept on pages of their own once these are in use; here until then.",
          ("belt_requirements", "training_waves", "first_teams", "early_voices", "roles", "contributions",
           "leader_activity"), True),
    Group("measure", "Measuring and listening", "Kept on pages of their own once these are in use; here until then.",
          ("kpi_reviews", "listening_queries", "ideas", "voice"), True),
    Group("crisis", "Crisis", "Kept on pages of their own once these are in use; here until then.",
          ("crisis_playbooks", "crisis_scenarios", "holding_statements", "drills", "crisis_authorities", "rota_slots",
           "incidents"), True),
)  # fmt: skip

_LABELS: Final = {
    "text": "In a sentence",
    "kpis": "KPIs that show it",
    "goal": "Business goal",
    "due": "To be reached by",
    "venues": "Where they already talk",
    "how": "How they talk, and what about",
    "source": "How that is known",
    "source_date": "Day of the source",
    "slack_hours": "Measured slack, hours a week",
    "planned_hours": "Hours a week the plan needs",
    "assigned_hours": "Hours a week assigned",
    "side": "Outside or inside",
    "counterparts": "Internal counterparts",
    "not_now": "Not now, because",
    "starts_on": "First day",
    "ends_on": "Last day",
    "launch_at": "Becomes public",
    "internal_notice_at": "Employees hear of it",
    "sponsoring_unit": "Sponsoring department",
    "account_owner": "Owner of the account",
    "money": "Money",
    "tool": "What is bought",
    "need": "Need it serves",
    "function": "Business function",
    "functions": "Further business functions",
    "role": "Title of the role",
    "time_zone": "Time zone",
    "owner": "Owner",
    "leaves": "Clover scores",
    "id": "Short id",
    "full_time_equivalents": "Full-time posts",
    "any_of": "Any one of",
    "n": "Number of cases",
}
_SECTION_LABELS: Final = {
    ("inventory", "url"): "Address",
    ("inventory", "decision"): "What becomes of it",
    ("activities", "text"): "What is done",
    ("effort_lines", "text"): "What it is for",
    ("roles", "role"): "Role",
    ("learnings", "source"): "Where it comes from",
    ("listening_queries", "role"): "Own, competitor or topic",
    ("learnings", "text"): "What was learned",
    ("gaps", "text"): "The question",
}
_CHOICES: Final = {
    "external": "Outside: the public",
    "internal": "Inside: employees",
    "legal_risk_it": "Legal, risk and IT",
    "people_training": "People and training",
    "process_governance": "Process and governance",
    "keep": "Keep, tied to an objective",
    "merge": "Merge into something else",
    "stop": "Stop",
    "close": "Close the account",
    "experiment": "Experiment until a day",
    "undecided": "Not decided yet",
}


def shown(section: str) -> Shown:
    """How a section is presented; one that the table does not know is presented by its name."""
    if section in SHOWN:
        return SHOWN[section]
    name = section.replace("_", " ").capitalize()
    return Shown(section, name, name.lower(), prefix=section[:2].upper())


def field_label(section: str, name: str) -> str:
    """The label of a field."""
    if (section, name) in _SECTION_LABELS:
        return _SECTION_LABELS[section, name]
    if name in _LABELS:
        return _LABELS[name]
    words = name.removesuffix("_on").replace("_", " ")
    return words[0].upper() + words[1:]


def choice_label(value: str) -> str:
    """A choice in words; codes such as P-SM or QH stay as they are."""
    if value in _CHOICES:
        return _CHOICES[value]
    if value[:1].isupper():
        return value
    words = value.replace("_", " ")
    return words[0].upper() + words[1:]


#: A name of two words at least as plan files write it; what stands in quotes or in an address is left as it is.
_SNAKE: Final = re.compile(r"(?<![\w/'“-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/'”])")
_ADDRESS: Final = re.compile(r"^[a-z_]+/[^\s:]+(?::)? ")
_LACKS: Final = re.compile(r"^has no ([a-z_]+)\.(?: Add it\.)?")
_FIRST: Final = re.compile(r"^([a-z]+)(?= (?:is|has|\())")


def in_words(section: str, sentence: str) -> str:
    """A sentence about a plan file in the words of the forms: labels for names of fields, no address in front."""
    plain = _ADDRESS.sub("", sentence)
    if plain != sentence:
        plain = _LACKS.sub(lambda found: f"Missing: {field_label(section, found[1]).lower()}.", plain)
        plain = _FIRST.sub(lambda found: _called(section, found[1]), plain)
    return _SNAKE.sub(lambda found: _called(section, found[0]), plain)


def _called(section: str, name: str) -> str:
    if name in _field_names():
        return f"“{field_label(section, name)}”"
    return name.replace("_", " ")


@cache
def _field_names() -> frozenset[str]:
    """Names of all fields of the plan model, whatever part they belong to."""
    names: set[str] = set()

    def walk(shape: PartShape) -> None:
        for name, field in shape.fields.items():
            new = name not in names or field.part is not None
            names.add(name)
            if new and field.part is not None and field.part not in seen:
                seen.add(field.part)
                walk(shape_of(field.part))

    seen: set[type] = set()
    walk(shape_of(Plan))
    return frozenset(names)
