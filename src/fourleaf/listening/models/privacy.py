"""Whose posts are left out or never collected again, and how long posts are kept."""

from __future__ import annotations

from django.db import models

from fourleaf.kernel.models import Brand, Person
from fourleaf.kernel.secrets import EncryptedTextField

__all__ = ["ListeningSettings", "OwnAccount", "SuppressedAuthor", "SuppressedMention"]


class OwnAccount(models.Model):
    """An account of the organisation or of its staff. Its posts are left out of reports unless asked for."""

    class Kind(models.TextChoices):
        """Why the account is left out."""

        BRAND = "brand", "Account of a brand"
        STAFF = "staff", "Personal account of an employee"

    #: Empty means every platform.
    platform = models.CharField(max_length=60, blank=True)
    #: Folded: small letters, without the leading @.
    handle = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BRAND)
    brand = models.ForeignKey(Brand, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("handle", "platform")
        constraints = [models.UniqueConstraint(name="own_account_once", fields=["platform", "handle"])]

    def __str__(self) -> str:
        return f"@{self.handle}"


class SuppressedAuthor(models.Model):
    """Somebody who asked not to be collected: a keyed hash of the handle, from which it cannot be read back."""

    digest = models.CharField(max_length=64, unique=True)
    #: What the request is filed under elsewhere; never the handle itself.
    reference = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"suppressed author {self.digest[:8]}"


class SuppressedMention(models.Model):
    """An erased post that must not come back with the next import of the same file: a keyed hash of its id."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"suppressed mention {self.digest[:8]}"


class ListeningSettings(models.Model):
    """What an administrator decides about listening; one row."""

    #: Days after which a stored post is erased; 0 keeps it.
    keep_days = models.PositiveIntegerField(default=0)
    #: Key of the hashes above, made once. Changing it would make every suppression ineffective.
    suppression_key = EncryptedTextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return "settings of listening"
