"""A link used twice, from two devices, after the end, by somebody who left; and what is kept of an answer."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from fourleaf.assessment.errors import LinkError
from fourleaf.assessment.models import Invitation, Remark, Sheet
from fourleaf.assessment.services.answering import follow, hand_in, load_draft, save_draft
from fourleaf.assessment.services.invitations import new_link
from fourleaf.assessment.services.waves import extend_wave
from fourleaf.assessment.tokens import new_token, read_token, written
from fourleaf.kernel import clock
from fourleaf.kernel.models import Person


@pytest.mark.django_db
class TestLinks:
    def test_an_answer_is_taken_once(self, running: Any, full_answers: Any) -> None:
        wave = running()
        followed = follow(wave.tokens[0])
        hand_in(followed, full_answers(4, C1=9, T1=0), "  A word.  ")
        sheet = Sheet.objects.get()
        assert sheet.answers == {key: 4 for key in full_answers() if key not in ("C1", "T1")}
        assert Remark.objects.get().text == "A word."
        with pytest.raises(LinkError, match="has been used") as caught:
            hand_in(followed, full_answers(1))
        assert caught.value.kind == "used"
        assert Sheet.objects.count() == 1

    def test_a_second_link_of_the_same_person_is_used_up_too(self, running: Any, full_answers: Any) -> None:
        wave = running()
        second = new_link(wave.invitations[0])
        first_sheet, second_sheet = follow(wave.tokens[0]), follow(second)
        save_draft(first_sheet, {"answers": {"C1": 1}})
        assert load_draft(second_sheet) == {}
        hand_in(second_sheet, full_answers())
        with pytest.raises(LinkError, match="used"):
            hand_in(first_sheet, full_answers())
        with pytest.raises(LinkError, match="used"):
            follow(wave.tokens[0])

    def test_typed_codes_are_read_kindly_and_nothing_else_is(self, running: Any) -> None:
        wave = running()
        code = written(wave.tokens[0])
        assert follow(code.lower().replace("-", " ")).token == wave.tokens[0]
        for text in ("", "x", new_token(), "😀" * 20, wave.tokens[0][:-1], wave.tokens[0] + "0"):
            with pytest.raises(LinkError) as caught:
                follow(text)
            assert caught.value.kind == "unknown"
        assert read_token("OIL" + "0" * 17) == "011" + "0" * 17

    def test_the_end_is_the_end_of_the_last_day_in_the_zone_of_the_wave(
        self, running: Any, full_answers: Any, strategist: Any
    ) -> None:
        wave = running(zone="America/New_York", last_day=date(2026, 6, 16))
        followed = follow(wave.tokens[0])
        with clock.frozen(datetime(2026, 6, 17, 3, 59, tzinfo=UTC)):
            assert follow(wave.tokens[0]).wave == wave.wave
        with clock.frozen(datetime(2026, 6, 17, 4, 1, tzinfo=UTC)):
            for act in (lambda: follow(wave.tokens[0]), lambda: hand_in(followed, full_answers())):
                with pytest.raises(LinkError, match="16 June 2026") as caught:
                    act()
                assert caught.value.kind == "ended"
            assert not Sheet.objects.exists()
            extend_wave(actor=strategist.actor, wave_id=wave.wave.pk, last_day=date(2026, 6, 20))
            hand_in(followed, full_answers())
        assert Sheet.objects.count() == 1

    def test_a_leaver_learns_only_that_the_link_is_not_valid(self, running: Any, full_answers: Any) -> None:
        wave = running()
        followed = follow(wave.tokens[0])
        Person.objects.filter(pk=wave.invitations[0].person_id).update(left_on=date(2026, 6, 14))
        with pytest.raises(LinkError) as caught:
            hand_in(followed, full_answers())
        assert (caught.value.kind, caught.value.message) == ("left", "This link is no longer valid.")
        assert not Sheet.objects.exists()
        # On the last day at work the link still works.
        Person.objects.filter(pk=wave.invitations[0].person_id).update(left_on=date(2026, 6, 15))
        hand_in(followed, full_answers())
        assert Sheet.objects.count() == 1

    def test_a_failure_half_way_leaves_the_link_unused(self, running: Any, full_answers: Any, monkeypatch: Any) -> None:
        from fourleaf.assessment.services import answering

        wave = running()
        monkeypatch.setattr(answering, "put_among", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hand_in(follow(wave.tokens[0]), full_answers())
        assert not Invitation.objects.filter(used=True).exists()
        assert follow(wave.tokens[0])


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_at_once_one_gets_through(running: Any, full_answers: Any) -> None:
    wave = running()
    second = new_link(wave.invitations[0])
    start, outcomes = threading.Barrier(4), []

    def device(token: str, value: int) -> None:
        try:
            with clock.frozen(datetime(2026, 6, 15, 12, tzinfo=UTC)):
                followed = follow(token)
                start.wait(10)
                hand_in(followed, full_answers(value))
            outcomes.append("in")
        except LinkError as error:
            outcomes.append(error.kind)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=device, args=(token, value))
        for token, value in ((wave.tokens[0], 1), (wave.tokens[0], 2), (second, 3), (wave.tokens[1], 4))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["in", "in", "used", "used"]
    assert Sheet.objects.count() == 2
    assert Invitation.objects.filter(used=True).count() == 2
