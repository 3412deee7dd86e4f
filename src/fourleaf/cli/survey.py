"""``fourleaf survey``: score a survey out of files, without a server or a database."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fourleaf.cli.output import ExitCode, emit_json, fail, interruptible, note

if TYPE_CHECKING:
    from fourleaf.engine.survey.answers import AnswerErrors

__all__ = ["survey"]

_SHOWN_ERRORS = 20


@click.group()
def survey() -> None:
    """Score what employees answered."""


@survey.command(name="score")
@click.argument("answers", type=click.Path(), metavar="ANSWERS")
@click.option("--people", "people_path", type=click.Path(), help="CSV file of those invited, one line for each person.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def score_files(answers: str, people_path: str | None, as_json: bool) -> None:
    """Score a file of answers to the standard questionnaire.

    ANSWERS is CSV or TSV, also packed with gzip or zip: a line for each respondent, a column for each item (C1 to T8,
    W1, W2; 1 to 5, empty or "cannot say"), and optionally respondent, department, region, level, leader and day. With
    --people the response rate and the precision take into account how many were invited. Nothing leaves this machine.

    Groups of fewer than 5 are hidden, and as many others as it takes that they cannot be worked out.

    Exit codes: 0 done; 1 too few answered for a result; 2 wrong use, an unreadable file or wrong values; 130
    interrupted.
    """
    with interruptible():
        from fourleaf.engine.files import FileProblemError
        from fourleaf.engine.survey import AnswerErrors, read_answers, read_people, score

        try:
            table = read_answers(answers)
            people = read_people(people_path) if people_path is not None else None
            report = score(table, people=people)
        except FileProblemError as problem:
            fail(str(problem))
        except AnswerErrors as wrong:
            fail(_sentences(wrong))
        if as_json:
            emit_json(report.as_dict())
        else:
            from fourleaf.cli.survey_table import print_report

            print_report(report)
        if not report.response.published:
            for reason in report.response.reasons:
                note(f"No result is shown: {reason}")
            sys.exit(int(ExitCode.FOUND))


def _sentences(wrong: AnswerErrors) -> list[str]:
    """The first errors, each with its place, and how many more there are."""
    shown = [f"{wrong.where}, {error}" for error in wrong.errors[:_SHOWN_ERRORS]]
    if wrong.total > len(shown):
        shown.append(f"{wrong.where}: {wrong.total - len(shown):,} more like these. Mend them and score again.")
    return shown
