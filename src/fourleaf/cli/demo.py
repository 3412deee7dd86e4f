"""``fourleaf demo``: the running product with the sample organisation, from nothing, in one command."""

from __future__ import annotations

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import click

from fourleaf.cli.database import prepare
from fourleaf.cli.django_setup import start_django
from fourleaf.cli.serve import data_lock, refuse_taken_port, supervise

__all__ = ["demo"]

#: Fewer cannot hold the scripted Saturday (fourleaf.demo.mentions.plan).
_LEAST_POSTS = 500


@click.command()
@click.option(
    "--mentions", type=click.IntRange(0, 10_000_000), default=200_000, show_default=True, help="How many posts."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; otherwise FOURLEAF_PORT.")
@click.option("--fresh", is_flag=True, help="Throw an earlier demo away and seed anew.")
@click.option("--no-serve", is_flag=True, help="Only seed, do not start the product.")
def demo(mentions: int, port: int | None, fresh: bool, no_serve: bool) -> None:
    """Show the product with the sample organisation “Tarnbeck Group”.

    Data goes to ./var/demo unless FOURLEAF_DATA_DIR says otherwise; a second start uses what is there. Logins are shown
    on the sign-in page. Exit codes as for `up`.
    """
    if 0 < mentions < _LEAST_POSTS:
        raise click.BadParameter(
            f"The sample's story needs {_LEAST_POSTS} posts or more; 0 leaves posts out.", param_hint="--mentions"
        )
    os.environ.setdefault("FOURLEAF_DATA_DIR", str(Path("var/demo").resolve()))
    os.environ.setdefault("FOURLEAF_TIME_ZONE", "Europe/Berlin")
    os.environ["FOURLEAF_DEMO"] = "true"
    if port is not None:
        os.environ["FOURLEAF_PORT"] = str(port)
    os.environ.setdefault("FOURLEAF_BASE_URL", f"http://localhost:{os.environ.get('FOURLEAF_PORT', '8000')}")
    start_django()
    from django.conf import settings
    from django.db import connections

    with data_lock(settings.DATA_DIR):
        if fresh:
            _throw_away(settings.DATA_DIR)
        if not no_serve:
            refuse_taken_port()
        prepare(click.echo)
        _seed(mentions)
        connections.close_all()
        if not no_serve:
            supervise(ready_text="Choose a login on the sign-in page.")


def _throw_away(data_dir: Path) -> None:
    """Remove an earlier demo's data; refuses a folder whose data is not the demo's."""
    from django.conf import settings
    from django.db import connection

    from fourleaf.demo.seed import is_seeded

    if connection.vendor != "sqlite":
        raise click.ClickException("--fresh works on the demo's own SQLite database only. Empty your database by hand.")
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    if database.exists():
        from django.db import DatabaseError

        from fourleaf.kernel.models import Person

        try:
            strangers = Person.objects.exists() and not is_seeded()
        except DatabaseError:
            strangers = True  # what cannot be read is not known to be the demo's
        if strangers:
            raise click.ClickException(
                f"{data_dir} holds data that is not the demo's. Choose another FOURLEAF_DATA_DIR."
            )
    connection.close()
    for name in ("lake", "uploads", "static"):
        shutil.rmtree(data_dir / name, ignore_errors=True)
    for leftover in data_dir.glob(f"{database.name}*"):
        leftover.unlink()


def _seed(mentions: int) -> None:
    from fourleaf.demo import seed
    from fourleaf.demo.alignment import seed_alignment
    from fourleaf.demo.assessment import seed_assessment
    from fourleaf.demo.governance_bodies import seed_bodies
    from fourleaf.demo.governance_policies import seed_policies
    from fourleaf.demo.planning import seed_planning
    from fourleaf.demo.review import seed_review
    from fourleaf.demo.training import seed_training
    from fourleaf.kernel import clock
    from fourleaf.kernel.errors import DomainError

    if seed.is_seeded():
        return
    today = clock.today()
    try:
        seed.seed_organisation(click.echo, as_of=today)
        seed_policies(click.echo, as_of=today)
        seed_bodies(click.echo, as_of=today)
        seed_training(click.echo, as_of=today)
        seed_assessment(click.echo, as_of=today)
        seed_review(click.echo, as_of=today)
        seed_planning(click.echo, as_of=today)
        seed_alignment(click.echo, as_of=today)
        # The sample ends with yesterday: a post from later today would lie in the future.
        stored = _seed_posts(mentions, today - timedelta(days=1))
    except DomainError as error:
        raise click.ClickException(f"{error.message} Run the command again: it continues where it stopped.") from error
    seed.mark_seeded(stored)


def _seed_posts(mentions: int, today: date) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from fourleaf.demo import seed

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Listening to the posts of a year", total=mentions)
        return seed.seed_listening(
            click.echo, posts=mentions, until=today, progress=lambda n: progress.update(task, completed=n)
        )
