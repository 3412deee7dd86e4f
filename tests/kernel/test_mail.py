"""Letters that the product writes: marked as such, and an address that is refused is told, not raised."""

from __future__ import annotations

import smtplib
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives

import fourleaf
from fourleaf.kernel.mail import hand_over, letter

REFUSALS = {
    "later": smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"busy")}),
    "refused": smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"nobody")}),
}


def test_a_letter_says_that_a_machine_wrote_it() -> None:
    made = letter("a@example.org", "One\r\nBcc: b@example.org", "Text.", language="de").message()
    assert (made["Auto-Submitted"], made["Content-Language"]) == ("auto-generated", "de")
    assert (made["Subject"], made["Bcc"]) == ("One Bcc: b@example.org", None)


@pytest.mark.parametrize("said", REFUSALS)
def test_a_refused_address_is_told(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(message: EmailMultiAlternatives) -> int:
        raise REFUSALS[said]

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    assert hand_over(letter("a@example.org", "One", "Text.")) == said


def test_all_mail_is_written_in_one_place() -> None:
    root = Path(fourleaf.__file__).parent
    others = [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*.py"))
        if path != root / "kernel" / "mail.py"
        and any(name in path.read_text(encoding="utf-8") for name in ("EmailMessage(", "send_mail(", "Alternatives("))
    ]
    assert others == []
