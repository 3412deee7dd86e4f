"""Erasing for good, keeping people out, own accounts, and expiry."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fourleaf.kernel import clock, jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent, Job
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.models import MentionCorrection, MentionNote, SuppressedAuthor
from fourleaf.listening.selectors.mentions import count_mentions, get_mention_for, list_mentions
from fourleaf.listening.services.judgements import add_note, mark_relevant
from fourleaf.listening.services.privacy import (
    add_own_account,
    change_settings,
    erase_author,
    erase_mentions,
    release_author,
    remove_own_account,
)
from fourleaf.listening.services.samples import draw_sample
from listening.conftest import START, post

pytestmark = pytest.mark.django_db
ALL = MentionFilter(own="include", relevance="all")
SECRET = "zanzibarically"


def test_an_erased_mention_is_gone_from_the_disk_and_does_not_come_back(
    analyst: Any, collect: Any, ask: Any, tmp_path: Path
) -> None:
    ask(analyst.actor, SECRET)
    rows = [post(1, f"{SECRET} said"), post(2, "harmless")]
    collect(analyst.actor, rows)
    mark_relevant(actor=analyst.actor, mention_id="p1")
    add_note(actor=analyst.actor, mention_id="p1", text="see above")
    erased = erase_mentions(actor=analyst.actor, mention_ids=["p1", "never there"], reference="ticket 12")
    assert (erased.mentions, erased.corrections, erased.notes) == (1, 1, 1)
    assert MentionCorrection.objects.count() == MentionNote.objects.count() == 0
    with pytest.raises(NotFoundError):
        get_mention_for(analyst.actor, "p1")
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and b"p1" in path.read_bytes()]
    assert [path for path in kept if path.suffix == ".parquet"] == []
    again = collect(analyst.actor, [*rows, post(3, "new")])
    assert (again.rows_stored, again.rows_suppressed, again.rows_repeated) == (1, 1, 1)
    assert {mention.id for mention in list_mentions(analyst.actor, None, ALL).mentions} == {"p2", "p3"}
    trail = " ".join(f"{e.subject_label} {e.subject_id} {e.data}" for e in AuditEvent.objects.all())
    assert "ticket 12" in trail
    assert f"{SECRET} said" not in trail


def test_an_erased_author_is_not_collected_again_however_the_handle_is_written(analyst: Any, collect: Any) -> None:
    rows = [post(1, "one", author="Jo_Doe"), post(2, "two", author="jo_doe", platform="video"), post(3, "three")]
    collect(analyst.actor, rows)
    assert erase_author(actor=analyst.actor, handle="@JO_DOE", reference="art. 17").mentions == 2
    again = collect(analyst.actor, [post(4, "four", author="JO_doe"), post(5, "five", author=""), *rows])
    assert (again.rows_stored, again.rows_suppressed) == (1, 3)
    row = SuppressedAuthor.objects.get()
    assert "jo_doe" not in row.digest + row.reference
    assert not any("jo_doe" in f"{e.data}{e.subject_label}".lower() for e in AuditEvent.objects.all())
    release_author(actor=analyst.actor, handle="jo_doe")
    assert collect(analyst.actor, [post(6, "six", author="jo_doe")]).rows_stored == 1
    with pytest.raises(NotFoundError):
        release_author(actor=analyst.actor, handle="jo_doe")


def test_erasing_needs_its_right(analyst: Any, hire: Any, collect: Any) -> None:
    collect(analyst.actor, [post(1, "one")])
    for who in (hire("Cara Care", role="care"), hire("Nia None")):
        with pytest.raises(NotAllowedError):
            erase_mentions(actor=who.actor, mention_ids=["p1"])
        with pytest.raises(NotAllowedError):
            erase_author(actor=who.actor, handle="author1")
    legal = hire("Leo Legal", role="legal")
    assert erase_mentions(actor=legal.actor, mention_ids=["p1"]).mentions == 1


def test_an_open_sample_forgets_what_was_erased(analyst: Any, collect: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    collect(analyst.actor, [post(n, f"ember {n}") for n in range(5)])
    sample = draw_sample(actor=analyst.actor, query_id=query.pk)
    erase_mentions(actor=analyst.actor, mention_ids=["p2"])
    sample.refresh_from_db()
    assert sorted(sample.mention_ids) == ["p0", "p1", "p3", "p4"]


def test_own_accounts_are_left_out_unless_asked_for(analyst: Any, collect: Any, organisation: Any) -> None:
    rows = [post(1, "ours", author="EmberHQ"), post(2, "theirs", author="ann"), post(3, "hidden", author="")]
    rows.append(post(4, "ours elsewhere", author="emberhq", platform="video"))
    collect(analyst.actor, rows)
    account = add_own_account(
        actor=analyst.actor, handle="@emberhq", platform="microblog", brand_id=organisation.ember.pk
    )
    assert count_mentions(analyst.actor, None, MentionFilter()) == 3
    assert count_mentions(analyst.actor, None, MentionFilter(own="only")) == 1
    assert count_mentions(analyst.actor, None, MentionFilter(own="include")) == 4
    add_own_account(actor=analyst.actor, handle="emberhq", kind="staff")
    assert count_mentions(analyst.actor, None, MentionFilter()) == 2
    with pytest.raises(InvalidError):
        add_own_account(actor=analyst.actor, handle="EMBERHQ", kind="staff")
    remove_own_account(actor=analyst.actor, account_id=account.pk)
    assert count_mentions(analyst.actor, None, MentionFilter()) == 2


def test_nothing_expires_by_default(analyst: Any, collect: Any) -> None:
    collect(analyst.actor, [post(1, "one")])
    with clock.frozen(START + timedelta(days=5000)):
        jobs.enqueue("listening.expired_mentions_erased", actor=system_actor("test"))
        jobs.run_until_idle()
    assert count_mentions(analyst.actor, None, ALL) == 1


def test_posts_expire_after_the_days_that_were_set(analyst: Any, collect: Any) -> None:
    collect(analyst.actor, [post(0, "old"), post(24 * 10, "newer")])
    change_settings(actor=analyst.actor, keep_days=90, version=1)
    with pytest.raises(ConflictError):
        change_settings(actor=analyst.actor, keep_days=30, version=1)
    with pytest.raises(InvalidError):
        change_settings(actor=analyst.actor, keep_days=-1)
    with clock.frozen(START + timedelta(days=95)):
        jobs.enqueue("listening.expired_mentions_erased", actor=system_actor("test"))
        jobs.run_until_idle()
    assert Job.objects.get(kind="listening.expired_mentions_erased").result == {"erased": 1}
    assert [mention.text for mention in list_mentions(analyst.actor, None, ALL).mentions] == ["newer"]


def test_upkeep_runs_on_an_empty_and_on_a_filled_store(analyst: Any, collect: Any) -> None:
    for _ in range(2):
        for kind in ("listening.store_compacted", "listening.days_counted"):
            jobs.enqueue(kind, actor=system_actor("test"))
        jobs.run_until_idle()
        collect(analyst.actor, [post(1, "one")])
        collect(analyst.actor, [post(2, "two")])
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert count_mentions(analyst.actor, None, ALL) == 2


def test_authors_are_hidden_from_those_who_may_not_see_them(analyst: Any, hire: Any, collect: Any) -> None:
    collect(analyst.actor, [post(1, "one", author="ann")])
    care = hire("Cara Care", role="care")
    assert list_mentions(care.actor, None, MentionFilter()).mentions[0].author is None
    assert list_mentions(analyst.actor, None, MentionFilter()).mentions[0].author == "ann"
    with pytest.raises(NotAllowedError):
        list_mentions(care.actor, None, MentionFilter(author="ann"))
