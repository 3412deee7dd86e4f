"""The pages: who may open them, how many queries they cost, a quiz on a phone without scripts, checking, files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from fourleaf.engine.training.quiz import drawn_from
from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.training import public
from fourleaf.training.models import Cohort, Module, PracticalWork, QuizAttempt
from fourleaf.training.quiz_codes import codes_of
from fourleaf.training.services.belts import set_belt
from fourleaf.training.services.rollout import add_people, add_wave
from fourleaf.training.services.transfer import add_starter
from fourleaf.training.services.work import hand_in

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049454e44ae426082")


@pytest.fixture
def white(db: None) -> list[Module]:
    add_starter(actor=system_actor("the test"), belt="white")
    return list(Module.objects.filter(belt="white").order_by("place"))


LEARNERS = ["/training/", "/training/belts/white/", "/training/wishes/", "/training/leave/", "/training/sessions/"]
RUNNERS = [
    "/training/queue/",
    "/training/queue/record/",
    "/training/coverage/",
    "/training/coverage/?by=role&belt=green",
    "/training/coverage/?by=hour&zone=UTC",
    "/training/people/",
    "/training/curriculum/",
    "/training/curriculum/add/",
    "/training/curriculum/import/",
    "/training/curriculum/export/",
    "/training/waves/",
    "/training/waves/add/",
    "/training/waves/ties/",
    "/training/sessions/add/",
]


def test_who_may_open_what_and_at_what_cost(
    strategist: Any, member: Any, client_for: Callable[..., Any], query_budget: Any, white: list[Module]
) -> None:
    learner, runner = client_for(member), client_for(strategist)
    learner.get("/training/")
    for path in LEARNERS:
        with query_budget(32):
            assert learner.get(path).status_code == 200, path
    for path in RUNNERS:
        assert learner.get(path).status_code == 403, path
        with query_budget(24):
            assert runner.get(path).status_code == 200, path
    assert runner.get("/training/set-belt/").status_code == 403
    cohort = add_wave(actor=strategist.actor, name="Wave 0")
    assert runner.get(f"/training/waves/{cohort.pk}/").status_code == 200
    for client in (learner, runner):
        assert client.get("/training/belts/purple/").status_code == 404
        assert client.get("/training/modules/999999/").status_code == 404


def test_white_on_a_phone_without_scripts(member: Any, client_for: Callable[..., Any], white: list[Module]) -> None:
    client = client_for(member)
    for module in white:
        assert client.get(f"/training/modules/{module.pk}/").status_code == 200
        client.post(f"/training/modules/{module.pk}/read/")
    address = client.post("/training/begin/belt/white/").url
    attempt = QuizAttempt.objects.get()
    assert client.post(f"{address}?q=1", {}).status_code == 422
    for number, one in enumerate(map(drawn_from, attempt.questions), 1):
        page = client.get(f"{address}?q={number}").content.decode()
        assert one.question.explanation not in page
        codes = codes_of(attempt, one)
        for option in one.question.options:
            assert f'value="{option.id}"' not in page
            assert f'"place_{option.id}"' not in page
            assert codes[option.id] in page
        assert client.post(f"{address}?q={number}", {"answer": "a", "place_a": "1"}).status_code == 422
        if one.question.kind == "order":
            given: dict[str, Any] = {f"place_{codes[o.id]}": n for n, o in enumerate(one.question.options, 1)}
        else:
            given = {"answer": [codes[o.id] for o in one.question.options if o.right]}
        assert client.post(f"{address}?q={number}", given).status_code == 302
    client.post(f"{address}?q=end")
    shown = client.get(address).content.decode()
    assert "12 of 12 right" in shown
    assert "The White belt is yours" in shown
    assert public.holds(member.person.pk, "share_approved")


def test_a_failed_try_names_modules_and_tells_solutions_only_with_the_pause(
    member: Any, client_for: Callable[..., Any], white: list[Module]
) -> None:
    client = client_for(member)
    for module in white:
        client.post(f"/training/modules/{module.pk}/read/")
    for number in (1, 2, 3):
        address = client.post("/training/begin/belt/white/").url
        attempt = QuizAttempt.objects.get(state="running")
        drawn = [drawn_from(one) for one in attempt.questions]
        missed = drawn[0].module
        second = next(one.module for one in drawn if one.module != missed)
        answers = {}
        for one in drawn:
            false = one.module in (missed, second)
            in_order = [o.id for o in one.question.options]
            chosen = [o.id for o in one.options if o.right != false]
            answers[one.id] = chosen if one.question.kind != "order" else in_order[::-1] if false else in_order
        QuizAttempt.objects.filter(pk=attempt.pk).update(answers=answers)
        client.post(f"{address}?q=end")
        attempt.refresh_from_db()
        assert (attempt.state, attempt.number) == ("failed", number)
        shown = client.get(address).content.decode()
        told = [one.question.explanation for one in drawn if escape(one.question.explanation) in shown]
        if number < 3:
            assert "after a pass, or after the third try" in shown
            assert told == []
            assert "(right)" not in shown
            named = {module.code for module in white if f"/training/modules/{module.pk}/" in shown}
            assert named == {missed, second}
        else:
            assert len(told) == len(drawn)
            assert "The next is possible from" in shown
    assert "That was three tries" in client.get("/training/belts/white/").content.decode()


def test_a_trainer_decides_from_the_queue_and_nothing_typed_is_lost(
    member: Any, strategist: Any, client_for: Callable[..., Any]
) -> None:
    set_belt(
        actor=system_actor("the test"), person_id=member.person.pk, belt="yellow", valid_from=clock.today(),
        reason="Test.",
    )  # fmt: skip
    work = hand_in(actor=member.actor, belt="orange", kind="draft", title="Drying a tent", text="Hang <b>it</b> up.")
    client = client_for(strategist)
    assert "Drying a tent" in client.get("/training/queue/").content.decode()
    shown = client.get(f"/training/queue/{work.pk}/").content.decode()
    assert "&lt;b&gt;it" in shown
    wrong = client.post(f"/training/queue/{work.pk}/", {"decision": "returned", "worst": "none", "comment": ""})
    assert wrong.status_code == 422
    assert "Say what is missing" in wrong.content.decode()
    client.post(
        f"/training/queue/{work.pk}/", {"decision": "returned", "worst": "minor", "comment": "Name the source."}
    )
    assert "Name the source." in client_for(member).get(f"/training/work/{work.pk}/").content.decode()
    assert PracticalWork.objects.get().state == "returned"


def test_module_text_and_pictures_are_harmless(
    strategist: Any, client_for: Callable[..., Any], white: list[Module]
) -> None:
    client = client_for(strategist)
    module = white[0]
    upload = SimpleUploadedFile("tent.png", PNG, content_type="text/html")
    client.post(f"/training/curriculum/{module.pk}/picture/", {"image": upload})
    picture = client.get(f"/training/modules/{module.pk}/images/tent.png")
    assert picture["Content-Type"] == "image/png"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture["Content-Security-Policy"]
    page = client.get(f"/training/curriculum/{module.pk}/")
    form = page.context["form"]
    values = {name: "" if form.initial.get(name) is None else form.initial[name] for name in form.fields}
    values["body"] = (
        "<script>alert(1)</script> [x](javascript:alert(2)) ![t](image:tent.png) ![far](https://evil.example/x.png)"
    )
    shown = client.post(f"/training/curriculum/{module.pk}/", {**values, "do": "preview"}).content.decode()
    assert "<script>alert" not in shown
    assert 'href="javascript:' not in shown
    assert f'src="/training/modules/{module.pk}/images/tent.png"' in shown
    assert 'evil.example/x.png"' not in shown
    values["body"] = "word " * 1500
    long = client.post(f"/training/curriculum/{module.pk}/", {**values, "do": "save"})
    assert long.status_code == 422
    assert "at most five" in long.content.decode()
    values["body"], values["questions_text"] = "A text.", "? one q1: Which?\n[x] a: This\n> Why."
    faulty = client.post(f"/training/curriculum/{module.pk}/", {**values, "do": "save"})
    assert "Line 1, question q1: Give at least two answers" in faulty.content.decode()


def test_an_administrator_sets_a_belt_and_the_list_names_nobody_of_a_team_region(
    admin: Any, member: Any, other_unit: Any, client_for: Callable[..., Any]
) -> None:
    client = client_for(admin)
    for who in (member, other_unit):
        given = {"who": who.person.email, "belt": "green", "valid_from": date(2026, 1, 1), "reason": "Earned before."}
        assert client.post("/training/set-belt/", given).status_code == 302
    for path in ("/training/people/", "/training/people/?export=csv", "/training/coverage/"):
        answer = client.get(path)
        body = b"".join(answer) if answer.streaming else answer.content
        assert member.person.name.encode() not in body, path
    assert other_unit.person.name in client.get("/training/people/").content.decode()
    assert client.get(f"/training/people/{member.person.pk}/").status_code == 404
    assert client.get(f"/training/people/{other_unit.person.pk}/").status_code == 200
    assert client.post("/training/set-belt/", {"who": "nobody at all", "belt": "white"}).status_code == 422


def test_a_wave_with_people_of_a_team_region_counts_them_in_steps(
    strategist: Any, hire: Callable[..., Any], organisation: Any, client_for: Callable[..., Any]
) -> None:
    client = client_for(strategist)
    for place, (region, told) in enumerate(((organisation.south, True), (organisation.north, False))):
        team = [hire(f"{region.name} {number}", region=region) for number in range(6)]
        cohort = add_wave(actor=strategist.actor, name=f"Wave {place}")
        add_people(actor=strategist.actor, cohort_id=cohort.pk, person_ids=[one.person.pk for one in team])
        Cohort.objects.filter(pk=cohort.pk).update(state="running")
        shown = client.get(f"/training/waves/{cohort.pk}/").content.decode()
        assert ("0 of 6" in shown) == told
        assert ("0 to 2 of 6 have finished" in shown) != told
    listed = client.get("/training/waves/").content.decode()
    assert listed.count("0 to 2 of 6") == 1


def test_a_module_is_looked_at_before_it_is_complete_and_its_questions_come_one_by_one(
    strategist: Any, client_for: Callable[..., Any]
) -> None:
    client = client_for(strategist)
    path = "/training/curriculum/add/"
    shown = client.post(path, {"title": "Why", "body": "A **strong** word.", "place": "1200", "do": "preview"})
    page = shown.content.decode()
    assert "<strong>strong</strong>" in page
    assert "required" not in str(shown.context["form"].errors)
    assert 'value="1200"' in page
    assert "questions_text" not in page
    given = {"title": "Why", "code": "white-why", "kind": "lesson", "belt": "white", "body": "A word.", "place": "1200"}
    assert "Give a whole number from 1 to 999." in client.post(path, {**given, "do": "save"}).content.decode()
    made = client.post(path, {**given, "place": "3", "do": "question"})
    assert made.url == f"/training/curriculum/{Module.objects.get().pk}/questions/add/"
