"""From the first module to the belt; trainers; curricula; what becomes due; waves; sessions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fourleaf.engine.training.reading import too_long
from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent, Person
from fourleaf.training import public
from fourleaf.training.errors import CooldownError
from fourleaf.training.jobs import look_at_standings
from fourleaf.training.models import BeltAward, Module, PracticalWork, TrainingDue
from fourleaf.training.selectors.coverage import coverage
from fourleaf.training.selectors.work import get_named_person_for, get_work_for, named_people, waiting_work
from fourleaf.training.services.curriculum import add_image, add_module, change_module, publish_module
from fourleaf.training.services.dues import change_absence, note_absence
from fourleaf.training.services.learning import begin_belt_quiz, finish_quiz
from fourleaf.training.services.rollout import add_people, add_wave, import_ties, move_wave
from fourleaf.training.services.sessions import add_session, calendar_entry, take_seat
from fourleaf.training.services.transfer import STARTERS, add_starter, export_curriculum, import_curriculum
from fourleaf.training.services.work import decide_work, hand_in, sort_samples, triage_key
from training.conftest import read_all, take_quiz

pytestmark = pytest.mark.django_db
MACHINE = system_actor("the test")


def test_white_from_the_first_module_to_the_right(member: Any, white: list[Module]) -> None:
    with pytest.raises(TransitionError, match="Read the 6 modules"):
        begin_belt_quiz(actor=member.actor, belt="white")
    read_all(member.actor, white)
    first = take_quiz(member.actor, "white", wrong=3)
    assert (first.state, first.right, first.total) == ("failed", 9, 12)
    assert not public.holds(member.person.pk, "internal_post")
    second = take_quiz(member.actor, "white", wrong=2)
    assert (second.state, second.number) == ("passed", 2)
    assert public.holds(member.person.pk, "internal_post")
    award = BeltAward.objects.get()
    assert (award.source, award.valid_until) == ("earned", date(2028, 6, 14))
    assert AuditEvent.objects.filter(code="training.belt.granted").count() == 1
    passed, failed = (AuditEvent.objects.get(code=f"training.quiz.{end}") for end in ("passed", "failed"))
    assert passed.actor_person_id == member.person.pk
    # Who passed is noted, at which try is not; who did not pass is noted nowhere.
    assert "try" not in {*passed.data, *failed.data, *passed.subject_label.split()}
    assert (failed.actor_kind, failed.actor_person_id, failed.subject_kind) == ("system", None, "training.quiz")
    assert (failed.subject_id, failed.subject_label) == ("white", "White quiz")
    assert finish_quiz(actor=member.actor, attempt_id=second.pk).state == "passed"
    assert BeltAward.objects.count() == 1


def test_a_quiz_goes_on_where_it_was_left_and_is_nobody_elses(member: Any, other_unit: Any, white: Any) -> None:
    read_all(member.actor, white)
    begun = begin_belt_quiz(actor=member.actor, belt="white")
    assert begin_belt_quiz(actor=member.actor, belt="white").pk == begun.pk
    with pytest.raises(NotFoundError):
        finish_quiz(actor=other_unit.actor, attempt_id=begun.pk)
    with pytest.raises(InvalidError, match="12 questions"):
        finish_quiz(actor=member.actor, attempt_id=begun.pk)


def test_after_three_tries_a_day_of_pause(member: Any, white: Any, noon: Any) -> None:
    read_all(member.actor, white)
    for _ in range(3):
        take_quiz(member.actor, "white", wrong=12)
    with pytest.raises(CooldownError):
        begin_belt_quiz(actor=member.actor, belt="white")
    noon.move(hours=24, minutes=1)
    assert take_quiz(member.actor, "white").number == 4


def test_renewal_adds_to_what_is_left_and_lapse_suspends(member: Any, white: Any, noon: Any) -> None:
    read_all(member.actor, white)
    take_quiz(member.actor, "white")
    with pytest.raises(TransitionError, match="three months before"):
        begin_belt_quiz(actor=member.actor, belt="white")
    noon.move(days=690)
    take_quiz(member.actor, "white")
    award = BeltAward.objects.get(ended_on=None)
    assert (award.source, award.valid_until) == ("renewed", date(2030, 6, 14))
    noon.move(days=2000)
    worth = public.belts_of([member.person.pk])[member.person.pk]
    assert (worth.belt, worth.held, worth.suspended) == ("none", "white", {"internal_post", "share_approved"})
    assert look_at_standings(actor=MACHINE) == (1, 0)
    assert look_at_standings(actor=MACHINE) == (0, 0)
    take_quiz(member.actor, "white")
    assert look_at_standings(actor=MACHINE) == (0, 1)
    assert AuditEvent.objects.filter(code="training.rights.restored").count() == 1


def test_yellow_sorts_samples_and_orange_has_drafts_checked(
    member: Any, strategist: Any, white: Any, give: Callable[..., Any]
) -> None:
    from fourleaf.training.samples import drawn_samples

    give(member, "white")
    add_starter(actor=MACHINE, belt="yellow")
    read_all(member.actor, list(Module.objects.filter(belt="yellow")))
    take_quiz(member.actor, "yellow")
    wrong = sort_samples(
        actor=member.actor, answers={one.id: "none" for one in drawn_samples(triage_key(member.person.pk))}
    )
    assert wrong.state == "failed"
    assert AuditEvent.objects.get(code="training.work.decided").actor_person_id is None
    sort_samples(actor=member.actor, answers={one.id: one.desk for one in drawn_samples(triage_key(member.person.pk))})
    assert public.holds(member.person.pk, "triage")
    for number in range(3):
        work = hand_in(actor=member.actor, belt="orange", kind="draft", title=f"Draft {number}", text="A text.")
        decide_work(actor=strategist.actor, work_id=work.pk, decision="accepted")
    assert public.belts_of([member.person.pk])[member.person.pk].belt == "yellow"
    add_starter(actor=MACHINE, belt="orange")
    read_all(member.actor, list(Module.objects.filter(belt="orange")))
    take_quiz(member.actor, "orange")
    assert public.holds(member.person.pk, "author_official")


def test_two_trainers_at_once_give_one_decision(
    member: Any, strategist: Any, admin: Any, noon: Any, give: Callable[..., Any]
) -> None:
    give(member, "yellow")
    work = hand_in(actor=member.actor, belt="orange", kind="draft", title="Draft", text="A text.")
    seen = work.version
    decide_work(actor=strategist.actor, work_id=work.pk, decision="accepted", version=seen)
    stale = PracticalWork.objects.get(pk=work.pk)
    with pytest.raises((ConflictError, TransitionError)):
        decide_work(actor=admin.actor, work_id=work.pk, decision="returned", comment="No.", version=seen)
    # The second one had read the row before the first one wrote it.
    stale.state, stale.version = "submitted", seen
    from fourleaf.training.services.work import _move

    with pytest.raises(ConflictError):
        _move(stale, "returned", seen)
    assert AuditEvent.objects.filter(code="training.work.decided").count() == 1


def test_nobody_checks_their_own_and_strangers_see_nothing(
    strategist: Any, member: Any, other_unit: Any, noon: Any, give: Callable[..., Any]
) -> None:
    give(strategist, "yellow")
    own = hand_in(actor=strategist.actor, belt="orange", kind="draft", title="Mine", text="A text.")
    assert not waiting_work(strategist.actor).exists()
    with pytest.raises(InvalidError, match="Nobody checks their own"):
        decide_work(actor=strategist.actor, work_id=own.pk, decision="accepted")
    with pytest.raises(NotAllowedError):
        decide_work(actor=member.actor, work_id=own.pk, decision="accepted")
    for work_id in (own.pk, own.pk + 1000):
        with pytest.raises(NotFoundError):
            get_work_for(other_unit.actor, work_id)


def test_the_curricula_to_begin_with_keep_their_own_rules(noon: Any) -> None:
    for belt in STARTERS:
        add_starter(actor=MACHINE, belt=belt)
    modules = list(Module.objects.select_related("newest"))
    assert [sum(m.belt == belt for m in modules) for belt in STARTERS] == [6, 6, 8]
    for module in modules:
        assert module.newest is not None
        assert too_long(module.body) == ""
        assert 4 <= len(module.questions) <= 6
        assert 250 <= len(module.body.split()) <= 600, module.code
    assert add_starter(actor=MACHINE, belt="white").added == 0


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049454e44ae426082")


def test_export_and_import_lose_nothing_and_hostile_pictures_are_refused(strategist: Any, white: list[Module]) -> None:
    name, content = export_curriculum(actor=strategist.actor, belt="white")
    assert name.endswith(".md")
    again = import_curriculum(actor=strategist.actor, name=name, content=content)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 6)
    first = white[0]
    for hostile in (b"<svg onload=alert(1)>", b"GIF89a", b"<html>", PNG[:20]):
        with pytest.raises(InvalidError):
            add_image(actor=strategist.actor, module_id=first.pk, name="x.png", content=hostile)
    add_image(actor=strategist.actor, module_id=first.pk, name="../My Tent.PNG", content=PNG)
    change_module(actor=strategist.actor, module_id=first.pk, body=first.body + "\n\n![Tent](image:my-tent.png)")
    publish_module(actor=strategist.actor, module_id=first.pk)
    name, content = export_curriculum(actor=strategist.actor)
    assert name.endswith(".zip")
    Module.objects.all().delete()
    done = import_curriculum(actor=strategist.actor, name=name, content=content, publish=True)
    assert (done.added, done.published) == (6, 6)
    assert bytes(Module.objects.get(code=first.code).images.get().content) == PNG
    with pytest.raises(InvalidError, match=r"bad\.md, line 1"):
        import_curriculum(actor=strategist.actor, name="bad.md", content=b"=== module a\n\n")


def _zip(text: str, **pictures: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("curriculum.md", text)
        for name, content in pictures.items():
            archive.writestr(f"images/m-1/{name}.png", content)
    return packed.getvalue()


def test_files_that_cannot_be_used_are_refused_with_their_place(strategist: Any, noon: Any) -> None:
    text = "=== module m-1\ntitle: One\nbelt: white\n\n=== module\n\nText.\n"
    damaged = bytearray(_zip(text * 30))
    damaged[60:64] = b"\xff\xff\xff\xff"
    for content, said in (
        (bytes(damaged), "damaged or encrypted"),
        (text.replace("Text", "Te\0xt").encode(), r"a\.md, line 7"),
        (_zip(text, Tent=PNG), r"images/m-1/Tent\.png: Name it tent\.png"),
        (_zip(text.replace("m-1", "m-2"), tent=PNG), r"images/m-1/tent\.png: No module of the file"),
    ):
        with pytest.raises(InvalidError, match=said):
            import_curriculum(actor=strategist.actor, name="a.md", content=content)
    with pytest.raises(InvalidError, match="no text to be published"):
        import_curriculum(actor=strategist.actor, name="a.md", content=text.partition("\n\n")[0].encode(), publish=True)
    # A line that only looks like the beginning of a module is text.
    import_curriculum(actor=strategist.actor, name="a.md", content=text.encode())
    assert Module.objects.get().body == "=== module\n\nText."


def _exported(who: Any) -> bytes:
    return export_curriculum(actor=who.actor)[1]


def test_what_is_stored_comes_back_byte_for_byte(strategist: Any, noon: Any) -> None:
    body = '  Begin\r\rA  \n\n    --- questions\n\n\\=== module x\n![t](image:tent.png "A tent")\ttab '
    module = add_module(actor=strategist.actor, code="m-1", title="One", belt="white", body=body)
    add_image(actor=strategist.actor, module_id=module.pk, name="tent.png", content=PNG)
    stored = Module.objects.get().body
    name, content = export_curriculum(actor=strategist.actor)
    again = import_curriculum(actor=strategist.actor, name=name, content=content)
    assert (again.changed, again.unchanged) == (0, 1)
    Module.objects.all().delete()
    import_curriculum(actor=strategist.actor, name=name, content=content)
    assert Module.objects.get().body == stored
    assert "\r" not in stored
    texts = [zipfile.ZipFile(io.BytesIO(one)).read("curriculum.md") for one in (content, _exported(strategist))]
    assert texts[0] == texts[1]


def test_authors_do_not_overwrite_each_other_and_long_texts_are_refused(strategist: Any, white: list[Module]) -> None:
    module = white[0]
    change_module(actor=strategist.actor, module_id=module.pk, version=module.version, title="New title")
    with pytest.raises(ConflictError):
        change_module(actor=strategist.actor, module_id=module.pk, version=module.version, title="Other")
    with pytest.raises(InvalidError, match="at most five"):
        change_module(actor=strategist.actor, module_id=module.pk, body="word " * 1500)


def test_a_long_leave_asks_for_a_refresher(member: Any, noon: Any, give: Callable[..., Any]) -> None:
    give(member, "orange", begin=date(2025, 10, 1), until=date(2027, 3, 1))
    away = note_absence(actor=member.actor, person_id=member.person.pk, begins_on=date(2025, 11, 1))
    change_absence(actor=member.actor, absence_id=away.pk, ends_on=date(2026, 6, 14))
    due = TrainingDue.objects.get()
    assert (due.kind, due.belt, due.due_on) == ("refresher", "orange", date(2026, 7, 15))
    assert public.holds(member.person.pk, "author_official")
    noon.move(days=46)
    assert not public.holds(member.person.pk, "author_official")
    assert public.holds(member.person.pk, "triage")


def test_names_only_where_the_region_allows_it(
    strategist: Any, other_unit: Any, member: Any, noon: Any, give: Callable[..., Any]
) -> None:
    give(member, "white")
    seen = set(named_people(strategist.actor).values_list("pk", flat=True))
    # North counts teams only: of its people only oneself; South measures individuals.
    assert seen == {other_unit.person.pk, strategist.person.pk}
    for person_id in (member.person.pk, 10**9):
        with pytest.raises(NotFoundError):
            get_named_person_for(strategist.actor, person_id)
    with pytest.raises(NotFoundError):
        get_named_person_for(member.actor, other_unit.person.pk)
    found = coverage(strategist.actor)
    assert all(unit.people is None for unit in (*found.regions, *found.departments))
    with pytest.raises(NotAllowedError):
        coverage(member.actor)


def test_a_wave_starts_only_through_its_gate(
    strategist: Any, member: Any, hire: Callable[..., Any], organisation: Any, noon: Any
) -> None:
    units = [organisation.marketing, organisation.service, organisation.legal]
    team = [hire(f"Person {number}", department=units[number % 3]) for number in range(6)]
    rows = "\n".join(f"{a.person.email},{b.person.email}" for a in team for b in team if a is not b)
    with pytest.raises(InvalidError, match=r"ties\.csv, line 2: nobody is known"):
        import_ties(actor=strategist.actor, content=f"{rows[:50].splitlines()[0]}\nx@y.example,z".encode())
    assert import_ties(actor=strategist.actor, content=rows.encode()) == (15, 0)
    first = add_wave(actor=strategist.actor, name="Wave 0")
    with pytest.raises(InvalidError, match="Nobody is in the wave"):
        move_wave(actor=strategist.actor, cohort_id=first.pk, state="running")
    add_people(actor=strategist.actor, cohort_id=first.pk, person_ids=[one.person.pk for one in team])
    started = move_wave(actor=strategist.actor, cohort_id=first.pk, state="running")
    assert (started.gate_waived, started.facts["density"]) == ("", 1.0)
    second = add_wave(actor=strategist.actor, name="Wave 1")
    add_people(actor=strategist.actor, cohort_id=second.pk, person_ids=[member.person.pk])
    with pytest.raises(InvalidError, match="Wave 0: 0 to 2 of 6 have finished"):
        move_wave(actor=strategist.actor, cohort_id=second.pk, state="running")
    waived = move_wave(actor=strategist.actor, cohort_id=second.pk, state="running", reason="The board asked.")
    assert waived.gate_waived == "The board asked."
    # The people work in North, which counts teams only: no share of a wave whose names are known leaves training.
    assert [(fact.completed_share, fact.open_critical) for fact in public.wave_facts()] == [(None, None)] * 2
    assert public.wave_facts()[0].missing[0].startswith("0 to 2 of 6 have finished;")
    Person.objects.filter(region=organisation.north).update(region=organisation.south)
    assert [fact.completed_share for fact in public.wave_facts()] == [0.0, 0.0]
    with pytest.raises(NotAllowedError):
        add_wave(actor=member.actor, name="Mine")


def test_the_last_seat_is_taken_once(strategist: Any, member: Any, other_unit: Any, noon: Any) -> None:
    begin = clock.now() + timedelta(days=1)
    lunch = add_session(
        actor=strategist.actor, title="Show and tell", starts_at=begin, ends_at=begin + timedelta(hours=1), seats=1
    )
    take_seat(actor=member.actor, session_id=lunch.pk)
    with pytest.raises(TransitionError, match="All seats are taken"):
        take_seat(actor=other_unit.actor, session_id=lunch.pk)
    entry = calendar_entry(lunch).decode()
    assert "SUMMARY:Show and tell" in entry
    assert "DTSTART:20260616T120000Z" in entry
