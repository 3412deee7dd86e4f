"""Preparing, opening, mailing, reminding, closing: what may happen when, and what is written down."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.core import mail

from fourleaf.assessment import jobs as assessment_jobs
from fourleaf.assessment import questionnaire
from fourleaf.assessment.errors import LinkError
from fourleaf.assessment.mail_texts import filled
from fourleaf.assessment.models import Draft, Invitation, InvitationToken, Sheet, Wave, WaveResult
from fourleaf.assessment.selectors import get_wave_for, waves_visible_to
from fourleaf.assessment.selectors.waves import as_parts, invited_of, response_of
from fourleaf.assessment.services.answering import follow, hand_in, save_draft
from fourleaf.assessment.services.invitations import hand_out, remind, send_invitations
from fourleaf.assessment.services.waves import (
    add_wave,
    change_wave,
    close_wave,
    copy_wave,
    open_wave,
    publish_wave,
    remove_wave,
)
from fourleaf.kernel import jobs
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent, Job, Person
from fourleaf.kernel.permissions import allowed

LAST_DAY = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: Any) -> None:
    monkeypatch.setattr(assessment_jobs, "PAUSE", 0)


@pytest.mark.django_db
class TestPreparing:
    def test_only_those_who_run_waves_may_prepare_one(self, member: Any, analyst: Any, strategist: Any) -> None:
        for actor in (member.actor, analyst.actor):
            with pytest.raises(NotAllowedError):
                add_wave(actor=actor, name="Mine")
        wave = add_wave(actor=strategist.actor, name="  Spring  2026 ")
        assert (wave.name, wave.state, len(wave.instrument["items"])) == ("Spring 2026", "draft", 34)
        with pytest.raises(NotFoundError):
            get_wave_for(analyst.actor, wave.pk)

    def test_visibility_and_permission_agree(self, member: Any, analyst: Any, strategist: Any, running: Any) -> None:
        running()
        add_wave(actor=strategist.actor, name="Next")
        Wave.objects.create(
            name="Old", state="published", zone="UTC", instrument={}, created_on=LAST_DAY, created_by="x"
        )
        for who in (member, analyst, strategist):
            visible = set(waves_visible_to(who.actor).values_list("pk", flat=True))
            permitted = {w.pk for w in Wave.objects.all() if allowed(who.actor, "assessment.view_results", w)}
            assert visible == permitted
        assert waves_visible_to(analyst.actor).count() == 1

    def test_faults_name_their_fields(self, strategist: Any, noon: Any) -> None:
        with pytest.raises(InvalidError) as caught:
            add_wave(
                actor=strategist.actor,
                name=" ",
                zone="Europe/Atlantis",
                last_day=date(2026, 6, 1),
                k_scores=3,
                k_verbatim=4,
                reminders_allowed=9,
                invitation_text="No link here.",
                reminder_subject="two\nlines",
            )
        assert set(caught.value.fields) == {
            "name", "zone", "last_day", "k_scores", "k_verbatim", "reminders_allowed", "invitation_text",
            "reminder_subject",
        }  # fmt: skip

    def test_the_questionnaire_is_a_copy_that_can_be_edited_until_it_opens(self, strategist: Any, staff: Any) -> None:
        staff(6)
        wave = add_wave(actor=strategist.actor, name="Own words", last_day=date(2099, 1, 1))
        changed = questionnaire.translate(wave.instrument, "en", {"C1": "We speak of unfinished things."})
        changed = questionnaire.add_item(changed, code="X1", text="I know our brands.", leaf="culture")
        changed = questionnaire.remove_item(changed, "T8")
        changed = questionnaire.with_languages(changed, ["de", "fr"])
        wave = change_wave(actor=strategist.actor, wave_id=wave.pk, version=1, instrument=changed)
        built = questionnaire.from_json(wave.instrument)
        assert built.of_leaf("culture")[0].text == "We speak of unfinished things."
        assert [len(built.of_leaf(leaf)) for leaf in built.leaves] == [9, 8, 8, 7]
        assert questionnaire.standard()["items"][0]["texts"]["en"] != "We speak of unfinished things."
        with pytest.raises(ConflictError):
            change_wave(actor=strategist.actor, wave_id=wave.pk, version=1, name="Older")
        changed = questionnaire.with_languages(wave.instrument, [])
        wave = change_wave(actor=strategist.actor, wave_id=wave.pk, instrument=changed)
        open_wave(actor=strategist.actor, wave_id=wave.pk)
        with pytest.raises(TransitionError, match="fixed"):
            change_wave(actor=strategist.actor, wave_id=wave.pk, instrument=questionnaire.standard())
        with pytest.raises(TransitionError):
            remove_wave(actor=strategist.actor, wave_id=wave.pk)
        again = copy_wave(actor=strategist.actor, wave_id=wave.pk, name="The next")
        assert again.instrument == wave.instrument

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"code": "C1", "text": "x", "leaf": None}, "code"),
            ({"code": "1x", "text": "x", "leaf": None}, "code"),
            ({"code": "X1", "text": " ", "leaf": None}, "text"),
            ({"code": "X1", "text": "x", "leaf": "root"}, "leaf"),
            ({"code": "X1", "text": "x", "leaf": None, "reverse": True}, "reverse"),
        ],
    )
    def test_own_items_are_checked(self, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(InvalidError) as caught:
            questionnaire.add_item(questionnaire.standard(), **fields)
        assert list(caught.value.fields) == [field]

    def test_a_leaf_keeps_two_statements(self) -> None:
        stored = questionnaire.standard()
        for number in range(1, 7):
            stored = questionnaire.remove_item(stored, f"C{number}")
        with pytest.raises(InvalidError, match="fewer than two"):
            questionnaire.remove_item(stored, "C7")

    def test_opening_needs_people_and_a_last_day(self, strategist: Any, staff: Any, noon: Any) -> None:
        wave = add_wave(actor=strategist.actor, name="Too early")
        with pytest.raises(InvalidError) as caught:
            open_wave(actor=strategist.actor, wave_id=wave.pk)
        assert "last_day" in caught.value.fields
        change_wave(actor=strategist.actor, wave_id=wave.pk, last_day=LAST_DAY)
        with pytest.raises(InvalidError, match="so few"):
            open_wave(actor=strategist.actor, wave_id=wave.pk)

    def test_opening_asks_the_chosen_who_work_here(
        self, strategist: Any, staff: Any, organisation: Any, noon: Any
    ) -> None:
        people = staff(30)
        Person.objects.filter(pk=people[1].pk).update(left_on=date(2026, 6, 1))
        Person.objects.filter(pk=people[2].pk).update(manager=people[3])
        wave = add_wave(
            actor=strategist.actor, name="Marketing", last_day=LAST_DAY, department_ids=[organisation.marketing.pk]
        )
        open_wave(actor=strategist.actor, wave_id=wave.pk)
        asked = {one.person_id: one for one in Invitation.objects.filter(wave=wave)}
        # 24 of 30 are in marketing, one of them has left, and the strategist is there as well.
        assert len(asked) == 24
        assert people[1].pk not in asked
        assert asked[people[3].pk].leads
        assert not asked[people[2].pk].leads
        assert {one.cell_leads for one in asked.values()} == {None}

    def test_names_in_mails_are_not_filled_in_their_turn(self, strategist: Any) -> None:
        wave = Wave(name="June", last_day=LAST_DAY)
        text = filled("{name}: {link} until {last_day} {other}", wave=wave, name="{link}", link="https://x/")
        assert text == "{link}: https://x/ until Tuesday, 30 June 2026 {other}"


@pytest.mark.django_db
class TestSending:
    def test_invitations_go_to_everybody_once_and_hold_a_link_that_works(self, running: Any, strategist: Any) -> None:
        wave = running(8)
        InvitationToken.objects.all().delete()
        Person.objects.filter(name="Person 003").update(email=None)
        Person.objects.filter(name="Person 004").update(left_on=date(2026, 6, 1))
        assert send_invitations(actor=strategist.actor, wave_id=wave.wave.pk) == 7
        assert "token" not in str(Job.objects.get().arguments)
        jobs.run_until_idle()
        assert Counter(message.to[0] for message in mail.outbox).most_common(1)[0][1] == 1
        assert len(mail.outbox) == 7
        body = next(m.body for m in mail.outbox if m.to == ["person000@example.org"])
        token = body.split("/s/")[1].split("/")[0]
        assert follow(token).invitation.person.name == "Person 000"
        assert token not in str(list(InvitationToken.objects.values()))
        with pytest.raises(InvalidError, match="already"):
            send_invitations(actor=strategist.actor, wave_id=wave.wave.pk)

    def test_an_address_that_is_refused_keeps_no_mail_from_the_others(
        self, running: Any, strategist: Any, monkeypatch: Any
    ) -> None:
        import smtplib

        from django.core.mail import EmailMessage

        send = EmailMessage.send

        def choosy(message: EmailMessage, *args: Any, **kwargs: Any) -> Any:
            if message.to == ["person002@example.org"]:
                raise smtplib.SMTPRecipientsRefused({"person002@example.org": (550, b"no such user")})
            return send(message, *args, **kwargs)

        monkeypatch.setattr(EmailMessage, "send", choosy)
        wave = running(6)
        send_invitations(actor=strategist.actor, wave_id=wave.wave.pk)
        jobs.run_until_idle()
        assert len(mail.outbox) == 6
        assert Job.objects.get().result == {"mails": 6, "refused": 1}
        assert invited_of(wave.wave).waiting_mail == 1

    def test_reminders_reach_only_those_who_have_not_answered_and_are_limited(
        self, running: Any, strategist: Any, full_answers: Any, noon: Any
    ) -> None:
        wave = running(8, reminders_allowed=1)
        send_invitations(actor=strategist.actor, wave_id=wave.wave.pk)
        jobs.run_until_idle()
        for token in wave.tokens[:3]:
            hand_in(follow(token), full_answers())
        with pytest.raises(TransitionError, match="Wait 2 days"):
            remind(actor=strategist.actor, wave_id=wave.wave.pk)
        noon.move(days=3)
        mail.outbox.clear()
        assert remind(actor=strategist.actor, wave_id=wave.wave.pk) == 6
        # Somebody answers between the decision and the mail.
        hand_in(follow(wave.tokens[3]), full_answers())
        jobs.run_until_idle()
        reminded = {message.to[0] for message in mail.outbox}
        assert len(reminded) == 5
        assert not reminded & {f"person{number:03}@example.org" for number in range(4)}
        assert set(Sheet.objects.values_list("late", flat=True)) == {True, False}
        noon.move(days=3)
        with pytest.raises(TransitionError, match="the most"):
            remind(actor=strategist.actor, wave_id=wave.wave.pk)

    def test_a_list_shows_each_link_once(self, running: Any, strategist: Any) -> None:
        wave = running(6)
        Person.objects.filter(name__in=["Person 001", "Person 002"]).update(email=None)
        rows = hand_out(actor=strategist.actor, wave_id=wave.wave.pk)
        assert [row.name for row in rows] == ["Person 001", "Person 002"]
        assert follow(rows[0].code).invitation.person.name == "Person 001"
        stored = str(list(InvitationToken.objects.values()))
        assert not any(row.code.replace("-", "") in stored for row in rows)
        with pytest.raises(InvalidError, match="Nobody"):
            hand_out(actor=strategist.actor, wave_id=wave.wave.pk)

    def test_small_units_are_shown_together_while_it_runs(self, running: Any, strategist: Any) -> None:
        wave = running(30)
        for token in wave.tokens[:15]:
            hand_in(follow(token), {"C1": 3})
        shown = response_of(strategist.actor, wave.wave)
        assert (shown.invited.people, shown.invited.answered) == (31, 15)
        assert all(one.invited >= 10 for one in [*shown.departments, *shown.regions])
        # 25 in marketing, 6 in service: service alone would be small, so the two are one.
        assert [one.invited for one in shown.departments] == [31]
        assert shown.departments[0].words == "about 50 %"

    def test_shares_of_units_come_in_steps(self) -> None:
        counts = {1: Counter({True: 12}), 2: Counter({True: 1, False: 29}), 3: Counter({True: 9, False: 21})}
        parts = as_parts(counts, {1: "A", 2: "B", 3: "C"})
        assert [(one.name, one.words) for one in parts] == [
            ("A", "over 90 %"),
            ("B", "under 10 %"),
            ("C", "about 30 %"),
        ]


@pytest.mark.django_db
class TestClosing:
    def test_closing_forgets_who_answered(self, running: Any, strategist: Any, analyst: Any, full_answers: Any) -> None:
        wave = running(40)
        for number, token in enumerate(wave.tokens[:35]):
            hand_in(follow(token), full_answers(3 + number % 3, C1=1 + number % 5))
        save_draft(follow(wave.tokens[36]), {"answers": {"C1": 1}})
        Person.objects.filter(pk=wave.invitations[39].person_id).update(left_on=date(2026, 6, 1))
        close_wave(actor=strategist.actor, wave_id=wave.wave.pk)
        assert not Draft.objects.exists()
        assert not Invitation.objects.filter(used=True).exists()
        assert Invitation.objects.filter(wave=wave.wave).count() == 41
        with pytest.raises(TransitionError, match="being computed"):
            publish_wave(actor=strategist.actor, wave_id=wave.wave.pk)
        jobs.run_until_idle()
        report = WaveResult.objects.get().report
        assert report["response"]["n"] == 35
        assert report["response"]["invited"] == 41
        with pytest.raises(NotFoundError):
            get_wave_for(analyst.actor, wave.wave.pk)
        publish_wave(actor=strategist.actor, wave_id=wave.wave.pk)
        assert get_wave_for(analyst.actor, wave.wave.pk).state == "published"
        # The link still says that the survey has ended, to whoever answered and whoever did not alike.
        for token in (wave.tokens[0], wave.tokens[36]):
            with pytest.raises(LinkError) as caught:
                follow(token)
            assert caught.value.kind == "ended"
        codes = list(AuditEvent.objects.order_by("sequence").values_list("code", flat=True))
        assert codes[-2:] == ["assessment.wave.closed", "assessment.wave.published"]

    def test_a_wave_ends_by_itself_after_its_last_day(self, running: Any, noon: Any) -> None:
        wave = running(6)
        noon.move(days=14)
        jobs.enqueue("assessment.waves_ended", actor=_system())
        jobs.run_until_idle()
        assert Wave.objects.get(pk=wave.wave.pk).state == "open"
        noon.move(days=2)
        jobs.enqueue("assessment.waves_ended", actor=_system())
        jobs.run_until_idle()
        assert Wave.objects.get(pk=wave.wave.pk).state == "closed"
        assert invited_of(wave.wave).answered == 0


def _system() -> Any:
    from fourleaf.kernel.actors import system_actor

    return system_actor("the test")
