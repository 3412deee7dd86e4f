"""Opening, closing and publishing taken back; languages that must be whole; mails that reach nobody."""

from __future__ import annotations

import logging
import smtplib
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from fourleaf.assessment import jobs as assessment_jobs
from fourleaf.assessment import questionnaire
from fourleaf.assessment.mail_texts import default_texts, letter
from fourleaf.assessment.models import Draft, Invitation, InvitationToken, Wave, WaveResult
from fourleaf.assessment.selectors.waves import invited_of, mailing_of
from fourleaf.assessment.services.answering import follow, hand_in, save_draft
from fourleaf.assessment.services.bulk import import_answers, preview_answers, sample_file
from fourleaf.assessment.services.invitations import hand_out, send_invitations
from fourleaf.assessment.services.results import note_export
from fourleaf.assessment.services.steps_back import reopen_wave, take_back_opening, take_back_publication
from fourleaf.assessment.services.waves import add_wave, change_wave, close_wave, open_wave, publish_wave
from fourleaf.kernel import jobs
from fourleaf.kernel.errors import InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent, Job, Person

LAST_DAY = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: Any) -> None:
    monkeypatch.setattr(assessment_jobs, "PAUSE", 0)


@pytest.mark.django_db
class TestStepsBack:
    def test_opening_can_be_taken_back_until_somebody_has_a_link(
        self, running: Any, strategist: Any, analyst: Any
    ) -> None:
        wave = running(8).wave
        InvitationToken.objects.all().delete()
        with pytest.raises(NotFoundError):
            take_back_opening(actor=analyst.actor, wave_id=wave.pk)
        assert take_back_opening(actor=strategist.actor, wave_id=wave.pk).state == "draft"
        assert not Invitation.objects.exists()
        open_wave(actor=strategist.actor, wave_id=wave.pk)
        hand_out(actor=strategist.actor, wave_id=wave.pk, without_mail=False)
        with pytest.raises(TransitionError, match="have gone out"):
            take_back_opening(actor=strategist.actor, wave_id=wave.pk)
        wave.refresh_from_db()
        assert (wave.state, Invitation.objects.count()) == ("open", 10)

    def test_a_wave_closed_by_hand_is_opened_again_with_nothing_lost(
        self, running: Any, strategist: Any, noon: Any
    ) -> None:
        wave = running(8)
        hand_in(follow(wave.tokens[0]), {"C1": 3})
        save_draft(follow(wave.tokens[1]), {"answers": {"C1": 1}})
        close_wave(actor=strategist.actor, wave_id=wave.wave.pk, reopenable=True)
        jobs.run_until_idle()
        assert (Draft.objects.count(), WaveResult.objects.count()) == (1, 0)
        assert Invitation.objects.filter(used=True).count() == 1
        noon.move(minutes=20)
        assert reopen_wave(actor=strategist.actor, wave_id=wave.wave.pk).state == "open"
        hand_in(follow(wave.tokens[1]), {"C1": 3})
        # The job that would have forgotten who answered finds a running wave.
        noon.move(minutes=20)
        jobs.run_until_idle()
        assert Invitation.objects.filter(used=True).count() == 2
        close_wave(actor=strategist.actor, wave_id=wave.wave.pk, reopenable=True)
        noon.move(minutes=31)
        jobs.run_until_idle()
        assert (Draft.objects.count(), WaveResult.objects.count()) == (0, 1)
        assert not Invitation.objects.filter(used=True).exists()
        with pytest.raises(TransitionError, match="forgotten"):
            reopen_wave(actor=strategist.actor, wave_id=wave.wave.pk)

    def test_publishing_can_be_taken_back_for_half_an_hour_unless_it_left_the_house(
        self, published: Any, strategist: Any, noon: Any
    ) -> None:
        wave = published(40)
        noon.move(minutes=29)
        assert take_back_publication(actor=strategist.actor, wave_id=wave.pk).state == "closed"
        publish_wave(actor=strategist.actor, wave_id=wave.pk)
        note_export(actor=strategist.actor, wave_id=wave.pk, what="leaves")
        with pytest.raises(TransitionError, match="downloaded"):
            take_back_publication(actor=strategist.actor, wave_id=wave.pk)
        noon.move(minutes=31)
        with pytest.raises(TransitionError, match="half an hour"):
            take_back_publication(actor=strategist.actor, wave_id=wave.pk)
        assert AuditEvent.objects.filter(code="assessment.wave.publication_taken_back").count() == 1


class TestLanguages:
    def test_a_changed_statement_marks_its_translations_as_older(self) -> None:
        stored = questionnaire.translate(questionnaire.standard(), "en", {"C1": "Anew.", "C2": "Anew."})
        assert questionnaire.older_texts(stored) == {"de": ["C1", "C2"]}
        # Saving the page of a language without touching it says nothing about it.
        assert questionnaire.older_texts(questionnaire.translate(stored, "de", {})) == {"de": ["C1", "C2"]}
        mended = questionnaire.translate(stored, "de", {"C1": "Neu."}, still_right=["C2"])
        assert questionnaire.older_texts(mended) == {}

    @pytest.mark.django_db
    def test_a_wave_opens_only_when_each_language_is_whole(self, strategist: Any, staff: Any, noon: Any) -> None:
        staff(8)
        wave = add_wave(actor=strategist.actor, name="Whole")
        changed = questionnaire.with_languages(wave.instrument, ["de", "fr"])
        changed = questionnaire.translate(changed, "fr", {row["id"]: "Oui." for row in changed["items"][2:]})
        change_wave(actor=strategist.actor, wave_id=wave.pk, instrument=changed, last_day=LAST_DAY)
        with pytest.raises(InvalidError) as caught:
            open_wave(actor=strategist.actor, wave_id=wave.pk)
        assert caught.value.fields["languages"][0].startswith("Français lacks C1, C2.")
        assert "Français" in caught.value.fields["mails"][0]
        changed = questionnaire.translate(changed, "fr", {"C1": "Un.", "C2": "Deux."})
        changed = questionnaire.translate(changed, "en", {"C1": "Changed."})
        texts = {"fr": dict(default_texts("en")), "de": dict(default_texts("de"))}
        change_wave(actor=strategist.actor, wave_id=wave.pk, instrument=changed, mail_texts=texts)
        with pytest.raises(InvalidError, match="Deutsch: C1; Français: C1"):
            open_wave(actor=strategist.actor, wave_id=wave.pk)
        assert open_wave(actor=strategist.actor, wave_id=wave.pk, older_translations_fit=True).state == "open"

    @pytest.mark.django_db
    def test_a_mail_holds_every_language_of_the_wave(self, running: Any) -> None:
        wave = running(6).wave
        subject, text = letter(wave, "invitation", name="Robin", link="https://x/s/T/")
        assert "Acht Minuten" in subject
        assert "Eight minutes" in subject
        assert text.count("https://x/s/T/") == 2
        assert "Dienstag, 30. Juni 2026" in text
        assert "Tuesday, 30 June 2026" in text


@pytest.mark.django_db
class TestMailServer:
    @pytest.mark.parametrize("backend", ["console", "dummy", "filebased"])
    def test_without_a_mail_server_nothing_is_sent_counted_or_logged(
        self, running: Any, strategist: Any, settings: Any, backend: str, capfd: Any
    ) -> None:
        wave = running(6).wave
        InvitationToken.objects.all().delete()
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
        with pytest.raises(TransitionError, match="No mail server"):
            send_invitations(actor=strategist.actor, wave_id=wave.pk)
        # Queued before the setting was changed.
        jobs.enqueue("assessment.invitations_sent", {"wave": wave.pk}, actor=strategist.actor)
        jobs.run_until_idle()
        assert invited_of(wave).sent == 0
        assert not InvitationToken.objects.exists()
        assert "/s/" not in "".join(capfd.readouterr())

    def test_a_refused_address_is_named_with_its_reason_and_tried_again(
        self, running: Any, strategist: Any, monkeypatch: Any, caplog: Any
    ) -> None:
        send = EmailMessage.send

        def choosy(message: EmailMessage, *args: Any, **kwargs: Any) -> Any:
            if message.to == ["person002@example.org"]:
                raise smtplib.SMTPRecipientsRefused({"person002@example.org": (550, b"no such user")})
            return 0 if message.to == ["person003@example.org"] else send(message, *args, **kwargs)

        monkeypatch.setattr(EmailMessage, "send", choosy)
        wave = running(6)
        InvitationToken.objects.all().delete()
        send_invitations(actor=strategist.actor, wave_id=wave.wave.pk)
        with caplog.at_level(logging.DEBUG):
            jobs.run_until_idle()
        found = mailing_of(strategist.actor, wave.wave)
        assert found is not None
        assert (found.sent, found.refused) == (5, 2)
        assert ("Person 002", "person002@example.org", "550 no such user") in found.people
        assert InvitationToken.objects.count() == len(mail.outbox) == 5
        assert "/s/" not in caplog.text
        Person.objects.filter(name="Person 002").update(email="right@example.org")
        assert send_invitations(actor=strategist.actor, wave_id=wave.wave.pk) == 2

    def test_a_server_that_is_gone_counts_nobody(self, running: Any, strategist: Any, monkeypatch: Any) -> None:
        def gone(message: EmailMessage, *args: Any, **kwargs: Any) -> Any:
            raise ConnectionRefusedError("nobody listens")

        monkeypatch.setattr(EmailMessage, "send", gone)
        wave = running(6)
        InvitationToken.objects.all().delete()
        send_invitations(actor=strategist.actor, wave_id=wave.wave.pk)
        jobs.run_until_idle()
        found = mailing_of(strategist.actor, wave.wave)
        assert found is not None
        assert found.waits
        assert invited_of(wave.wave).sent == InvitationToken.objects.count() == 0
        assert "/s/" not in Job.objects.get().last_error


@pytest.mark.django_db
def test_a_preview_names_what_an_import_would_not_keep(running: Any, strategist: Any, organisation: Any) -> None:
    wave = running(20).wave
    head, line = sample_file(wave).splitlines()[:2]
    rest = line.split(",", 4)[4]
    big, small = organisation.marketing, organisation.service
    rows = [f"{big.name},{organisation.north.code},no,2026-06-10,{rest}"] * 8
    rows += [f"{small.code.lower()},,yes,2026-06-11,{rest}"] * 2
    content = "\n".join([head, *rows]).encode()
    found = preview_answers(actor=strategist.actor, wave_id=wave.pk, content=content)
    assert (found.answers, found.with_department, found.with_region) == (10, 0, 0)
    said = {note.text.partition(":")[0]: note.where for note in found.notes}
    assert said[small.name] == "lines 10, 11"
    assert said["No region is given, so these count for the company only."] == "lines 10, 11"
    assert Wave.objects.get().pk == wave.pk
    wrong = "\n".join([head, rows[0].replace(big.name, "Marketng"), rows[0].replace(",4,", ",9,", 1)]).encode()
    with pytest.raises(InvalidError) as caught:
        import_answers(actor=strategist.actor, wave_id=wave.pk, content=wrong)
    assert [text.partition(":")[0] for text in caught.value.fields["file"]] == [
        "Line 2, column 'department'", "Line 3, column 'C1'"]  # fmt: skip
