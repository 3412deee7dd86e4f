"""``fourleaf migrate``: bring the database, static files and the mention store to this version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import click

from fourleaf.cli.django_setup import start_django

__all__ = ["migrate", "prepare"]


def _static_stamp() -> str:
    """What the collected static files were made from: the version, and the names, sizes and times of all sources."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(settings.VERSION.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}:{facts.st_size}:{facts.st_mtime_ns}".encode())
    return digest.hexdigest()


def prepare(say: Callable[[str], None]) -> None:
    """Make data folder, database and static files fit this version; does nothing when they already do."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database to this version …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    if not settings.DEBUG:
        stamp_file = settings.STATIC_ROOT / ".stamp"
        stamp = _static_stamp()
        if not stamp_file.exists() or stamp_file.read_text(encoding="ascii") != stamp:
            say("Collecting static files …")
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
            stamp_file.write_text(stamp, encoding="ascii")
    from fourleaf.web.kit.charts.delivery import prepare_bundle

    prepare_bundle()


@click.command()
@click.option("--check", is_flag=True, help="Only say whether something is to be done; exit code 1 if so.")
def migrate(check: bool) -> None:
    """Bring the database and static files to this version.

    `fourleaf up` does this by itself; run it alone before starting several machines.
    """
    start_django()
    if check:
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        for migration, _ in plan:
            click.echo(f"to apply: {migration.app_label} {migration.name}")
        if plan:
            raise SystemExit(1)
        click.echo("The database fits this version.")
        return
    prepare(click.echo)
    click.echo("The database fits this version.")
