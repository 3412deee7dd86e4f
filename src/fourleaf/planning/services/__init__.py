"""Services of planning."""

from fourleaf.planning.services.objects import put_object, remove_object, restore_object
from fourleaf.planning.services.plans import archive_plan, change_plan, create_plan, reopen_plan, set_current

__all__ = [
    "archive_plan",
    "change_plan",
    "create_plan",
    "put_object",
    "remove_object",
    "reopen_plan",
    "restore_object",
    "set_current",
]
