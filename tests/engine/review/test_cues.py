"""Cues for the flags of risk: what must fire, what must not, and that they decide nothing."""

from __future__ import annotations

import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.review.cues import CUES, UNREADABLE, cues_in
from fourleaf.engine.review.tiers import Flag

#: The first flag of a family -> sentences that must fire it, and near misses that must not.
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "admission": (
        ("We are very sorry that the hinge broke.", "This was our fault.", "Wir entschuldigen uns bei allen Gästen.",
         "Das tut uns sehr leid.", "We apologise for the mix-up.", "Vi ber om ursäkt.", "Lamentamos el retraso."),
        ("No sorry faces at this table.", "Make no mistake: it is hot.", "Er war leider zu spät."),
    ),
    "legal_dispute": (
        ("The lawsuit goes on.", "We meet them in court.", "Wir sehen uns vor Gericht.", "They are sued by a supplier.",
         "Das Landgericht hat entschieden."),
        ("Meet us at the food court.", "Ein leckeres Gericht für zwei.", "Suede gloves for the grill."),
    ),
    "financial_guidance": (
        ("Our revenue grew last year.", "The dividend stays.", "Die Quartalszahlen sind da.",
         "Unser Umsatz wächst weiter."),
        ("You profit from a longer summer.", "A non-profit kitchen.", "Dein Gewinn: ein freier Abend."),
    ),
    "personnel_case": (
        ("He was dismissed on Monday.", "Zwei Leute wurden gekündigt.", "No layoffs are planned."),
        ("The oven was fired up at noon.", "Fired earthenware.", "Die Wohnung ist leer."),
    ),
    "safety_recall": (
        ("We are recalling all lids of May.", "Rückruf: bitte Griffe zurückgeben.", "Please stop using the burner.",
         "Wir rufen alle Deckel aus dem Mai zurück.", "Bitte nicht mehr benutzen, es besteht Brandgefahr."),
        ("Do you recall our first picnic?", "We recall that evening well.", "Ruft uns an."),
    ),
    "health_claim": (
        ("Our lamp heals back pain.", "It relieves your migraine.", "Hilft gegen Kopfschmerzen.", "Clinically tested.",
         "Das lindert alles.", "Good for your immune system."),
        ("Cured ham on rye.", "Treats for the dog.", "A healthy appetite is welcome.", "It treats you to a sunset."),
    ),
    "safety_claim": (
        ("It is absolutely safe.", "A child-safe lid.", "Völlig sicher im Garten.", "Der Griff ist feuerfest."),
        ("Keep a safe distance.", "Save the date.", "Sicher ist sicher, ruft vorher an."),
    ),
    "environment_claim": (
        ("Our charcoal is climate neutral.", "Nachhaltig verpackt.", "Made from recycled steel.",
         "En miljövänlig grill."),
        ("A neutral colour for your kitchen.", "Our working environment.", "Durable steel."),
    ),
    "price": (
        ("For only 49 Euro.", "Now 20 % off.", "Nur 19,99 € bis Sonntag.", "Jetzt mit Rabatt.", "From $30.",
         "Half-price on Monday.", "Tidigare 499 kr.", "Con un descuento."),
        ("Grill it at 200 degrees.", "49 people came.", "5 pounds of coal.", "100 % beech wood.", "Der erste Preis."),
    ),
    "contest_terms": (
        ("Share your photo and win a weekend.", "Our raffle closes on Friday.", "Jetzt beim Gewinnspiel mitmachen.",
         "Wir verlosen drei Zelte."),
        ("You win some, you lose some.", "Gewinnbringend für alle.", "Windows open, please."),
    ),
    "named_third_party": (
        ("Peter Müller of Bosch agrees.", "Thanks to Nordlicht GmbH for the hall.",
         "Cooked with @green.gardener today.",
         "Anna Berg empfiehlt diese Pfanne."),
        ("Write to care@example.org.", "Everybody agrees.", "The Black Forest in autumn."),
    ),
    "minors": (
        ("Bring your kids.", "Für Kinder ab sechs Jahren.", "A 12-year-old cooks dinner.", "Para niños."),
        ("Be kinder to your knives.", "Baby back ribs.", "A childlike joy.", "A child-safe lid."),
    ),
    "paid_endorsement": (
        ("Dinner with Ola #ad", "In a paid partnership with Ola.", "Dieser Beitrag ist gesponsert."),
        ("#adventure awaits.", "We paid attention.", "Partnership is work."),
    ),
    "ai_image_of_people": (
        ("The picture is AI-generated.", "Mit KI erstellt.", "Made with AI."),
        ("Said with love.", "A generated heat map of our oven."),
    ),
    "politics": (
        ("After the election we talk.", "Der Bundestag beriet lange.", "What the government plans."),
        ("A garden party for all.", "Die Qual der Wahl.", "Vote for your favourite sauce."),
    ),
    "employee_data": (
        ("Our employees' home addresses.", "She is on sick leave.", "Die Krankmeldung liegt vor."),
        ("A fair salary and a good team.", "Our team's favourite tent."),
    ),
    "competitor_comparison": (
        ("Hotter than any other grill.", "Unlike our competitors we wait.", "Besser als die Konkurrenz.",
         "The best grill on the market."),
        ("Better than last year.", "A cooking competition.", "Größer als gedacht."),
    ),
    "campaign_new": (
        ("Our new campaign begins.", "Eine neue Kampagne zum Frühling."),
        ("A new camp kitchen.",),
    ),
    "product_launch": (
        ("Our new lamp is here.", "Ab sofort erhältlich.", "Unsere neue Pfanne.", "Introducing the Ember 3."),
        ("Our new colleague Ida.", "Unser neuer Kollege.", "At launch time we eat."),
    ),
}  # fmt: skip


def fired(text: str) -> set[str]:
    return {flag for one in cues_in(text) for flag in one.cue.flags}


@pytest.mark.parametrize("flag", CASES)
def test_each_family_fires_and_spares_its_near_misses(flag: str) -> None:
    must, must_not = CASES[flag]
    assert [text for text in must if flag not in fired(text)] == []
    own = {cue.looks_for for cue in CUES if cue.flags[0] == flag}
    assert [text for text in must_not if any(one.search(text) for one in own)] == []


def test_every_flag_has_a_cue_or_is_said_to_have_none() -> None:
    assert {flag for cue in CUES for flag in cue.flags} | UNREADABLE == set(get_args(Flag))
    assert {cue.flags[0] for cue in CUES} == set(CASES)


def test_a_boastful_post_gives_its_hints_in_order_with_their_places() -> None:
    text = "Our new lamp heals back pain, guaranteed, for only 49 Euro. Peter Müller of Bosch agrees."
    found = cues_in(text)
    assert all(text[one.start : one.end] == one.excerpt for one in found)
    assert [one.cue.flags[0] for one in found] == [
        "product_launch", "health_claim", "health_claim", "price", "named_third_party",
    ]  # fmt: skip
    assert found[2].cue.flags == ("health_claim", "safety_claim", "environment_claim")
    assert cues_in("Close the lid and the vents, and the grill goes out by itself.") == []


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in cues_in(text))


def test_long_texts_are_read_quickly() -> None:
    begins = time.perf_counter()
    for text in ("We are " * 3000, "Aa Bb " * 4000, "a " * 10_000, " " * 20_000):
        cues_in(text)
    assert time.perf_counter() - begins < 3
