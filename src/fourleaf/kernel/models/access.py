"""Accounts, the roles they are granted, and tokens for the API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fourleaf.kernel.models.organisation import Brand, Person, Region

__all__ = ["Account", "ApiToken", "RoleGrant"]


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """Make an account; used by services and by libraries that expect this name."""
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A way to sign in. It belongs to a person; rights come from the person's role grants, never from flags here."""

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, models.CASCADE, related_name="account")
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(
        max_length=10, blank=True, choices=[("", "As the device"), ("light", "Light"), ("dark", "Dark")]
    )
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.email

    # Libraries ask these; rights are decided by fourleaf.kernel.permissions alone.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class RoleGrant(models.Model):
    """A product role held by a person: everywhere, or for one brand or one region. Ended grants stay as history."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("role", "pk")
        constraints = [
            # Three partial constraints, since SQLite treats nulls as distinct.
            models.UniqueConstraint(
                name="grant_once",
                fields=["person", "role"],
                condition=Q(ended_at__isnull=True, brand__isnull=True, region__isnull=True),
            ),
            models.UniqueConstraint(
                name="grant_once_per_brand",
                fields=["person", "role", "brand"],
                condition=Q(ended_at__isnull=True, brand__isnull=False),
            ),
            models.UniqueConstraint(
                name="grant_once_per_region",
                fields=["person", "role", "region"],
                condition=Q(ended_at__isnull=True, region__isnull=False),
            ),
            models.CheckConstraint(name="grant_one_limit", condition=Q(brand__isnull=True) | Q(region__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.role} for {self.person_id}"


class ApiToken(models.Model):
    """A key for the API. Only its hash is kept; it can do what its scopes and its person's roles both allow."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "pk")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
