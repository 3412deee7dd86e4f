"""Who acts. Every service takes an actor; machine work uses a named system actor, never ``None``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Actor", "system_actor"]


@dataclass(frozen=True)
class Actor:
    """The one who asks, with the rights they have at this moment.

    ``permissions`` are the codes that the actor's product roles carry everywhere; ``scoped`` holds those that are
    limited to a brand or region, as (code, "brand" | "region", id). A token's scopes have already been applied.
    """

    kind: Literal["person", "system"]
    label: str
    permissions: frozenset[str] = frozenset()
    scoped: frozenset[tuple[str, str, int]] = frozenset()
    account_id: int | None = None
    person_id: int | None = None
    region_id: int | None = None
    department_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    time_zone: str = "UTC"
    via: Literal["web", "api", "cli", "worker"] = "web"

    def may(self, code: str) -> bool:
        """Whether the actor carries this permission without limits."""
        return (self.kind == "system" and "*" in self.permissions) or code in self.permissions

    def may_for(self, code: str, kind: Literal["brand", "region"], id: int | None) -> bool:
        """Whether the actor carries it, without limits or for this brand or region."""
        return self.may(code) or (id is not None and (code, kind, id) in self.scoped)


def system_actor(name: str) -> Actor:
    """A named actor for machine work, e.g. ``system_actor("mention import")``. It may do everything and is audited."""
    return Actor(kind="system", label=f"system: {name}", permissions=frozenset({"*"}), via="worker")
