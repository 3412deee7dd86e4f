"""Starting Django for a command, with settings errors as sentences."""

from __future__ import annotations

import os

import click

__all__ = ["start_django"]


def start_django() -> None:
    """Load settings and applications; a wrong setting ends the command with its sentence and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fourleaf.config.settings")
    from fourleaf.config.env import SettingsError

    try:
        import django
        from django.conf import settings

        _ = settings.DATA_DIR
        django.setup()
    except SettingsError as error:
        raise WrongSetting(str(error)) from error


class WrongSetting(click.ClickException):
    """A setting that stops the start."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"Fourleaf cannot start. {self.message}", err=True)
