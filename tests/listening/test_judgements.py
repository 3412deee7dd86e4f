"""Corrections count everywhere, can be undone, and survive a re-import; notes; precision samples."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fourleaf.engine.metrics.intervals import wilson
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.models import MentionCorrection, MentionNote, QueryVersion
from fourleaf.listening.selectors.mentions import count_mentions, get_mention_for, list_mentions
from fourleaf.listening.selectors.reports import sentiment_over_time, share_of_voice
from fourleaf.listening.services.judgements import (
    add_note,
    correct_sentiment,
    mark_irrelevant,
    mark_relevant,
    remove_note,
    undo_correction,
)
from fourleaf.listening.services.queries import QueryFields, change_query
from fourleaf.listening.services.samples import draw_sample, give_up_sample, label_mention
from listening.conftest import post

pytestmark = pytest.mark.django_db
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30), "Europe/Berlin")


@pytest.fixture
def ember(analyst: Any, ask: Any, collect: Any) -> Any:
    query = ask(analyst.actor, "ember", role="own")
    ask(analyst.actor, "rival", role="competitor")
    rows = [post(n, f"the ember grill {n} is lovely and great") for n in range(4)]
    collect(analyst.actor, [*rows, post(9, "a rival thing")])
    return query


def labels(actor: Any, query: Any) -> dict[str, str | None]:
    only = MentionFilter(queries=(query.pk,), relevance="all")
    return {mention.id: mention.sentiment for mention in list_mentions(actor, None, only).mentions}


def test_a_correction_counts_in_lists_counts_and_charts(analyst: Any, ember: Any) -> None:
    before = sentiment_over_time(analyst.actor, JUNE, MentionFilter(queries=(ember.pk,)))[0].whole
    assert before.positive == 4
    correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="negative")
    assert labels(analyst.actor, ember)["p1"] == "negative"
    after = sentiment_over_time(analyst.actor, JUNE, MentionFilter(queries=(ember.pk,)))[0].whole
    assert (after.negative, after.positive) == (1, 3)
    assert count_mentions(analyst.actor, JUNE, MentionFilter(queries=(ember.pk,), sentiments=("negative",))) == 1
    detail = get_mention_for(analyst.actor, "p1")
    assert (detail.model_sentiment, detail.mention.sentiment, detail.mention.corrected) == (
        "positive",
        "negative",
        True,
    )


def test_a_mention_that_is_not_meant_counts_nowhere_but_can_be_found(analyst: Any, ember: Any) -> None:
    assert share_of_voice(analyst.actor, JUNE).own["raw"].value == pytest.approx(4 / 5)
    mark_irrelevant(actor=analyst.actor, mention_id="p2")
    report = share_of_voice(analyst.actor, JUNE)
    assert (report.own["raw"].value, report.own["raw"].base) == (pytest.approx(3 / 4), 4)
    only = MentionFilter(queries=(ember.pk,))
    assert "p2" not in {mention.id for mention in list_mentions(analyst.actor, None, only).mentions}
    gone = MentionFilter(queries=(ember.pk,), relevance="irrelevant")
    assert [mention.id for mention in list_mentions(analyst.actor, None, gone).mentions] == ["p2"]
    mark_relevant(actor=analyst.actor, mention_id="p2")
    assert count_mentions(analyst.actor, None, MentionFilter(relevance="relevant")) == 1


def test_one_step_can_be_undone(analyst: Any, strategist: Any, ember: Any) -> None:
    first = correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="negative")
    undo_correction(actor=analyst.actor, mention_id="p1", version=first.version)
    assert labels(analyst.actor, ember)["p1"] == "positive"
    second = mark_irrelevant(actor=analyst.actor, mention_id="p1")
    correct_sentiment(actor=strategist.actor, mention_id="p1", sentiment="neutral")
    with pytest.raises(ConflictError):
        undo_correction(actor=analyst.actor, mention_id="p1", version=second.version)


def test_two_people_at_once_are_told(analyst: Any, strategist: Any, ember: Any) -> None:
    correct_sentiment(actor=strategist.actor, mention_id="p1", sentiment="neutral", version=0)
    with pytest.raises(ConflictError):
        correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="negative", version=0)
    assert MentionCorrection.objects.get().sentiment == "neutral"


def test_saying_the_same_again_changes_nothing(analyst: Any, ember: Any) -> None:
    correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="negative")
    events = AuditEvent.objects.count()
    assert correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="negative").version == 1
    assert AuditEvent.objects.count() == events


def test_corrections_survive_a_re_import_and_a_re_match(analyst: Any, ember: Any, collect: Any, run_jobs: Any) -> None:
    correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="negative")
    mark_irrelevant(actor=analyst.actor, mention_id="p2")
    collect(analyst.actor, [post(n, f"the ember grill {n} is lovely and great") for n in range(8)])
    change_query(
        actor=analyst.actor, query_id=ember.pk, fields=QueryFields(name="ember", text="ember OR grill", role="own")
    )
    run_jobs()
    assert labels(analyst.actor, ember)["p1"] == "negative"
    assert count_mentions(analyst.actor, None, MentionFilter(queries=(ember.pk,))) == 7


def test_a_wrong_label_is_refused(analyst: Any, ember: Any) -> None:
    with pytest.raises(InvalidError):
        correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="angry")


def test_who_may_not_see_a_mention_cannot_tell_that_it_exists(
    analyst: Any, member: Any, hire: Any, ember: Any, organisation: Any
) -> None:
    other = hire("Lou Loom", role="editor", brand=organisation.loom)
    for mention_id in ("p1", "no such mention"):
        with pytest.raises(NotFoundError):
            get_mention_for(other.actor, mention_id)
        with pytest.raises(NotFoundError):
            correct_sentiment(actor=other.actor, mention_id=mention_id, sentiment="neutral")
    with pytest.raises(NotFoundError):
        get_mention_for(member.actor, "p1")
    reader = hire("Rita Reader", role="steering")
    assert get_mention_for(reader.actor, "p1").mention.id == "p1"
    with pytest.raises(NotAllowedError):
        correct_sentiment(actor=reader.actor, mention_id="p1", sentiment="neutral")


def test_notes_are_kept_apart_from_the_audit_trail(analyst: Any, strategist: Any, hire: Any, ember: Any) -> None:
    note = add_note(actor=analyst.actor, mention_id="p1", text="  Ask the chef about this. ")
    assert note.text == "Ask the chef about this."
    detail = get_mention_for(strategist.actor, "p1")
    assert [n.text for n in detail.notes] == ["Ask the chef about this."]
    assert not any("chef" in str(event.data) for event in AuditEvent.objects.all())
    editor = hire("Edda Editor", role="editor")
    with pytest.raises(NotAllowedError):
        remove_note(actor=editor.actor, note_id=note.pk)
    remove_note(actor=analyst.actor, note_id=note.pk)
    assert MentionNote.objects.count() == 0
    with pytest.raises(InvalidError):
        add_note(actor=analyst.actor, mention_id="p1", text="   ")


def test_an_explanation_says_why(analyst: Any, ember: Any) -> None:
    detail = get_mention_for(analyst.actor, "p1")
    assert [query.pk for query, _ in detail.explanations] == [ember.pk]
    assert detail.explanations[0][1].matched
    assert detail.mention.spans == ((4, 9),)
    assert detail.cluster_size >= 1


def test_a_precision_sample_is_random_repeatable_and_resumable(analyst: Any, ask: Any, collect: Any) -> None:
    query = ask(analyst.actor, "ember")
    collect(analyst.actor, [post(n, f"ember {n}") for n in range(150)])
    sample = draw_sample(actor=analyst.actor, query_id=query.pk, seed=7)
    assert len(set(sample.mention_ids)) == 100
    assert draw_sample(actor=analyst.actor, query_id=query.pk, seed=8).pk == sample.pk
    for number, mention_id in enumerate(sample.mention_ids):
        sample = label_mention(
            actor=analyst.actor, sample_id=sample.pk, mention_id=mention_id, relevant=number % 10 != 0
        )
    assert sample.state == "finished"
    assert (sample.low, sample.high) == pytest.approx(wilson(90, 100))
    version = QueryVersion.objects.get(query=query)
    assert (version.precision_relevant, version.precision_labelled) == (90, 100)
    again = draw_sample(actor=analyst.actor, query_id=query.pk, seed=7)
    assert again.mention_ids == sample.mention_ids
    assert again.pk != sample.pk
    assert draw_sample(actor=analyst.actor, query_id=query.pk).pk == again.pk
    give_up_sample(actor=analyst.actor, sample_id=again.pk)
    other = draw_sample(actor=analyst.actor, query_id=query.pk, seed=11)
    assert set(other.mention_ids) != set(sample.mention_ids)


def test_labels_can_be_taken_back_and_collide_politely(analyst: Any, ember: Any) -> None:
    sample = draw_sample(actor=analyst.actor, query_id=ember.pk)
    first = sample.mention_ids[0]
    labelled = label_mention(actor=analyst.actor, sample_id=sample.pk, mention_id=first, relevant=True, version=1)
    assert labelled.labels == {first: True}
    with pytest.raises(ConflictError):
        label_mention(actor=analyst.actor, sample_id=sample.pk, mention_id=first, relevant=False, version=1)
    assert label_mention(actor=analyst.actor, sample_id=sample.pk, mention_id=first, relevant=None).labels == {}
    with pytest.raises(NotFoundError):
        label_mention(actor=analyst.actor, sample_id=sample.pk, mention_id="elsewhere", relevant=True)
