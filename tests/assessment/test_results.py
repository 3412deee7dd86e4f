"""Reports are the engine's, hold only what may be shown, and say what changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fourleaf.assessment import public
from fourleaf.assessment.models import Invitation, Remark, Sheet, Wave, WaveResult
from fourleaf.assessment.reporting import report_of, tables_of
from fourleaf.assessment.services.bulk import BulkAnswer, add_answers, import_answers, sample_file
from fourleaf.assessment.services.waves import add_wave, close_wave, open_wave, publish_wave
from fourleaf.engine.survey import STANDARD
from fourleaf.engine.survey.report import score
from fourleaf.kernel import jobs
from fourleaf.kernel.errors import InvalidError, NotAllowedError
from fourleaf.kernel.models import Department, Person


@pytest.mark.django_db
class TestReport:
    def test_it_is_the_engines(self, published: Any) -> None:
        wave = published(60)
        stored = WaveResult.objects.get().report
        tables = tables_of(wave)
        fresh = score(tables.answers, people=tables.people).as_dict()
        assert {key: stored[key] for key in fresh if key not in ("breakdown", "composition")} == {
            key: value for key, value in fresh.items() if key not in ("breakdown", "composition")
        }
        composed = [{key: value for key, value in row.items() if key != "asked"} for row in stored["composition"]]
        assert composed == sorted(fresh["composition"], key=lambda row: (row["dimension"] == "level", row["dimension"],
                                                                         row["value"]))  # fmt: skip
        assert [row["key"] for row in stored["breakdown"]] == [row["key"] for row in fresh["breakdown"]]
        assert stored["clover"]["limiting"] == "leadership"
        assert stored["response"] == {
            "n": 60, "invited": 61, "rate": pytest.approx(60 / 61, abs=1e-6), "published": True, "reasons": [],
            "banner": None,
        }  # fmt: skip

    def test_too_few_answers_give_no_result(self, published: Any) -> None:
        published(29)
        report = WaveResult.objects.get().report
        assert report["leaves"] == []
        assert report["changes"] == {}
        assert report["verbatims"] == {}
        assert "29 people answered" in report["response"]["reasons"][0]

    def test_remarks_name_departments_of_ten_and_more_only(self, published: Any) -> None:
        published(60)
        report = WaveResult.objects.get().report
        # 48 in marketing, 12 in service: both may be named.
        assert set(report["verbatims"]) == {"MKT", "CSV"}
        assert sum(len(texts) for texts in report["verbatims"].values()) == Remark.objects.count()

    def test_remarks_of_a_small_department_hide_among_others(self, published: Any) -> None:
        published(45)
        report = WaveResult.objects.get().report
        # Nine in service are too few for a name of their own, and alone they would stand out: all come together.
        assert set(report["verbatims"]) == {""}

    def test_change_since_the_wave_before(self, published: Any, strategist: Any) -> None:
        from fourleaf.assessment.services.waves import copy_wave, open_wave

        first = published(60)
        second = copy_wave(actor=strategist.actor, wave_id=first.pk, name="Next")
        second = Wave.objects.get(pk=second.pk)
        Wave.objects.filter(pk=second.pk).update(last_day="2026-06-30")
        open_wave(actor=strategist.actor, wave_id=second.pk)
        sheets = [
            Sheet(wave=second, department_id=s.department_id, region_id=s.region_id, leads=s.leads, answers={
                key: min(5, value + 1) if key in ("T1", "T2", "T4", "T5") else value for key, value in s.answers.items()
            })
            for s in Sheet.objects.filter(wave=first)
        ]  # fmt: skip
        Sheet.objects.bulk_create(sheets)
        changes = report_of(Wave.objects.select_related("previous__result").get(pk=second.pk))["changes"]
        assert changes[""]["culture"]["delta"] == 0
        assert changes[""]["technology"]["delta"] > 2
        assert changes["MKT"]["technology"]["low"] <= changes["MKT"]["technology"]["delta"]

    def test_statements_that_changed_are_not_compared(self, published: Any, strategist: Any) -> None:
        from fourleaf.assessment import questionnaire

        first = published(60)
        second = Wave.objects.get(pk=first.pk)
        second.pk, second.previous = None, first
        second.instrument = questionnaire.translate(first.instrument, "en", {"C1": "Something else."})
        second.save()
        Sheet.objects.bulk_create(
            [Sheet(wave=second, department_id=s.department_id, answers=s.answers) for s in Sheet.objects.all()]
        )
        assert "culture" not in report_of(second)["changes"][""]
        assert "technology" in report_of(second)["changes"][""]


@pytest.mark.django_db
class TestImport:
    HEAD = "department,region,leader,day"

    def file(self, wave: Wave, rows: list[str]) -> bytes:
        items = ",".join(row["id"] for row in wave.instrument["items"])
        return "\n".join([f"{self.HEAD},{items}", *rows]).encode()

    def test_answers_come_in_with_coarse_origins(self, running: Any, strategist: Any) -> None:
        wave = running(20).wave
        values = ",".join(["4"] * 34)
        rows = [f"MKT,NO,no,2026-06-0{1 + n % 2},{values}" for n in range(12)] + [f"CSV,SO,no,,{values}"] * 2
        number = import_answers(actor=strategist.actor, wave_id=wave.pk, content=self.file(wave, rows))
        assert number == Sheet.objects.filter(wave=wave).count() == 14
        # Two of a department would be found: they lose it, and take the rest along, since two are under five.
        assert set(Sheet.objects.values_list("department_id", flat=True)) == {None}
        assert set(Sheet.objects.values_list("late", flat=True)) == {True, False}
        assert Sheet.objects.first().answers["C1"] == 4  # type: ignore[union-attr]  # there are fourteen

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("MKT,NO,no,2026-06-01," + ",".join(["9"] * 34), "outside the scale"),
            ("MKT,NO,perhaps,," + ",".join(["3"] * 34), "neither yes nor no"),
            ("XXX,NO,no,," + ",".join(["3"] * 34), "no department with this code"),
        ],
    )
    def test_faults_name_their_line_and_nothing_comes_in(
        self, running: Any, strategist: Any, row: str, said: str
    ) -> None:
        wave = running(20).wave
        with pytest.raises(InvalidError) as caught:
            import_answers(actor=strategist.actor, wave_id=wave.pk, content=self.file(wave, [row]))
        assert said in caught.value.fields["file"][0]
        assert "ine 2" in caught.value.fields["file"][0]
        assert not Sheet.objects.exists()

    def test_there_are_never_more_answers_than_people(self, running: Any, strategist: Any) -> None:
        wave = running(8).wave
        rows = ["MKT,NO,no,2026-06-01," + ",".join(["4"] * 34)] * 5
        import_answers(actor=strategist.actor, wave_id=wave.pk, content=self.file(wave, rows))
        with pytest.raises(InvalidError) as caught:
            import_answers(actor=strategist.actor, wave_id=wave.pk, content=self.file(wave, rows))
        assert "only 9 people were asked" in caught.value.fields["file"][0]
        assert Sheet.objects.filter(wave=wave).count() == 5

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"a,b\n1,2\n", b"%PDF-1.7"])
    def test_other_files_are_refused_with_a_sentence(self, running: Any, strategist: Any, content: bytes) -> None:
        wave = running(8).wave
        with pytest.raises(InvalidError) as caught:
            import_answers(actor=strategist.actor, wave_id=wave.pk, content=content)
        assert caught.value.fields["file"][0].startswith(("The file", "Line 1"))

    def test_the_sample_file_comes_in_but_for_its_units(self, running: Any, strategist: Any) -> None:
        wave = running(8).wave
        with pytest.raises(InvalidError, match=r"no region with this code or name\."):
            import_answers(actor=strategist.actor, wave_id=wave.pk, content=sample_file(wave).encode())
        number = import_answers(
            actor=strategist.actor, wave_id=wave.pk, content=sample_file(wave).replace("DE", "NO").encode()
        )
        assert number == 1


@pytest.mark.django_db
class TestPublic:
    def test_scores_of_departments_and_the_clover(self, published: Any, analyst: Any, member: Any) -> None:
        published(60)
        clover = public.clover(analyst.actor)
        assert clover is not None
        assert (clover.n, clover.limiting, clover.three_leaf) == (60, "leadership", True)
        scores = {one.code: one for one in public.department_scores(analyst.actor)}
        assert set(scores) == {"MKT", "CSV"}
        assert scores["MKT"].n_band == "20-49"
        leadership = scores["MKT"].leaf("leadership")
        assert leadership is not None
        assert leadership.points is not None
        assert leadership.points < 40
        with pytest.raises(NotAllowedError):
            public.clover(member.actor)

    def test_without_a_published_wave_there_is_nothing(self, published: Any, analyst: Any) -> None:
        published(60, publish=False)
        assert public.clover(analyst.actor) is None
        assert public.department_scores(analyst.actor) == []


@pytest.mark.django_db
def test_leavers_who_did_not_answer_drop_out_of_the_rate(running: Any, strategist: Any, full_answers: Any) -> None:
    from datetime import date

    from fourleaf.assessment.services.answering import follow, hand_in
    from fourleaf.kernel.models import Person

    wave = running(10)
    hand_in(follow(wave.tokens[0]), full_answers())
    gone = [wave.invitations[at].person_id for at in (0, 1, 2)]
    Person.objects.filter(pk__in=gone).update(left_on=date(2026, 6, 14))
    close_wave(actor=strategist.actor, wave_id=wave.wave.pk)
    jobs.run_until_idle()
    # Eleven were asked; of three who left one had answered and stays.
    assert Invitation.objects.filter(wave=wave.wave).count() == 9
    assert WaveResult.objects.get().report["response"]["invited"] == 9


@pytest.mark.django_db
def test_small_units_are_named_and_the_number_asked_is_the_true_one(
    staff: Any, noon: Any, strategist: Any, analyst: Any, client_for: Any
) -> None:
    tiny = Department.objects.create(code="TINY", name="Tiny office")
    Person.objects.filter(pk__in=[one.pk for one in staff(60)[1:4]]).update(department=tiny)
    actor = strategist.actor
    wave = open_wave(actor=actor, wave_id=add_wave(actor=actor, name="June", last_day=date(2026, 6, 30)).pk)
    rows = [
        BulkAnswer(one.pk, {item: 1 + (number + place) % 5 for place, item in enumerate(STANDARD.ids)})
        for number, one in enumerate(Invitation.objects.filter(wave=wave))
    ]
    add_answers(actor=actor, wave_id=wave.pk, rows=rows)
    close_wave(actor=actor, wave_id=wave.pk)
    jobs.run_until_idle()
    publish_wave(actor=actor, wave_id=wave.pk)
    report = WaveResult.objects.get().report
    found = {row["value"]: row for row in report["composition"] if row["dimension"] == "department"}
    assert (found["TINY"]["asked"], found["TINY"]["answered"], found["TINY"]["rate"]) == (3, None, None)
    assert sum(row["asked"] for row in found.values()) >= 60
    page = client_for(analyst).get(f"/assess/{wave.pk}/units/").content.decode()
    assert "Tiny office" in page
    assert "(0 kept)" in client_for(analyst).get(f"/assess/{wave.pk}/answers/").content.decode()
