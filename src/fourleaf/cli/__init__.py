"""The ``fourleaf`` command. Subcommands are loaded when they are called, so that each starts as fast as it can."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from fourleaf import __version__

__all__ = ["LazyGroup", "main"]

#: Name of the command -> "module:attribute".
_COMMANDS: Final = {
    "up": "fourleaf.cli.serve:up",
    "demo": "fourleaf.cli.demo:demo",
    "migrate": "fourleaf.cli.database:migrate",
    "work": "fourleaf.cli.serve:work",
    "doctor": "fourleaf.cli.doctor:doctor",
    "user": "fourleaf.cli.people:user",
    "people": "fourleaf.cli.people:people",
    "listen": "fourleaf.cli.listen:listen",
    "plan": "fourleaf.cli.plan:plan",
    "survey": "fourleaf.cli.survey:survey",
    "policy": "fourleaf.cli.policy:policy",
    "review": "fourleaf.cli.review:review",
    "audit": "fourleaf.cli.audit:audit",
}


class LazyGroup(click.Group):
    """A group whose commands are imported by name when they are needed."""

    def __init__(self, *args: object, lazy: dict[str, str] | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # click's own arguments, passed on
        self.lazy = lazy or {}

    def list_commands(self, context: click.Context) -> list[str]:
        return [*self.lazy, *(name for name in super().list_commands(context) if name not in self.lazy)]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.lazy:
            return super().get_command(context, name)
        module, _, attribute = self.lazy[name].partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.lazy[name]} is not a command.")
        return command


class _Main(LazyGroup):
    """The whole command: a database that does not answer is a sentence, not a traceback."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Exception as error:
            # Asked by name, so that commands that need no database do not load Django.
            kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
            if not kinds & {"django.db.utils.OperationalError", "django.db.utils.ProgrammingError"}:
                raise
            first_line = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
            if "no such table" in first_line or "does not exist" in first_line:
                raise click.ClickException(
                    f"The database is empty or of another version ({first_line}). Run: fourleaf migrate"
                ) from error
            raise click.ClickException(
                f"The database does not answer: {first_line}. Check DATABASE_URL, and that the database is running."
            ) from error


@click.group(cls=_Main, lazy=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fourleaf")
def main() -> None:
    """Fourleaf: become a social business, from the inside out.

    Exit codes of all commands: 0 done; 1 not done, or something was found; 2 wrong use or wrong setting; 3 another
    instance is running; 130 interrupted.
    """
