"""Mail that the product writes by itself: one way to make a letter, and one to hand it to the mail server."""

from __future__ import annotations

import smtplib
from typing import Any, Final, Literal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

__all__ = ["Handed", "hand_over", "letter"]

#: A machine wrote it: no automatic answers, please (RFC 3834).
_WRITTEN_BY_A_MACHINE: Final = {"Auto-Submitted": "auto-generated"}

#: What became of a letter: taken by the server, refused for good, or refused for the time being.
Handed = Literal["taken", "refused", "later"]


def letter(
    address: str, subject: str, text: str, *, language: str = "", connection: Any = None
) -> EmailMultiAlternatives:
    """A letter to one address, marked as written by a machine. The subject is put on one line.

    ``language`` is left out where a letter has several, or where it is not known.
    """
    headers = {**_WRITTEN_BY_A_MACHINE, **({"Content-Language": language} if language else {})}
    return EmailMultiAlternatives(
        " ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [address], connection=connection, headers=headers
    )


def hand_over(message: EmailMultiAlternatives) -> Handed:
    """Send a letter. An address that the server refuses, or that is none, is told and not raised.

    So it does not keep the mail from everybody else. A server that is gone raises: the whole run is tried again later.
    """
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
    except smtplib.SMTPDataError as error:
        codes = [error.smtp_code]
    except (smtplib.SMTPNotSupportedError, ValueError):
        # Not an address at all, or one in letters that this server does not carry.
        return "refused"
    else:
        return "taken"
    return "later" if codes and all(code < 500 for code in codes) else "refused"
