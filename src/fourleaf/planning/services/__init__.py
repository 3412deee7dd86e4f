"""Services of planning."""

from fourleaf.planning.services.comments import add_comment, resolve_comment
from fourleaf.planning.services.copying import copy_plan, start_from_template
from fourleaf.planning.services.inventory import InventoryImport, decide_inventory, import_inventory
from fourleaf.planning.services.objects import put_object, remove_object, restore_object
from fourleaf.planning.services.organisation import Synced, ensure_person, sync_organisation
from fourleaf.planning.services.plans import archive_plan, change_plan, create_plan, reopen_plan, set_current
from fourleaf.planning.services.roadmap import answer_criterion, reschedule_item, set_baseline
from fourleaf.planning.services.states import (
    change_pilot_state,
    change_programme_state,
    change_roadmap_state,
    change_state,
    copy_pilot,
    take_back_state,
)
from fourleaf.planning.services.transfer import ImportPreview, export_plan, import_plan, preview_import

__all__ = [
    "ImportPreview",
    "InventoryImport",
    "Synced",
    "add_comment",
    "answer_criterion",
    "archive_plan",
    "change_pilot_state",
    "change_plan",
    "change_programme_state",
    "change_roadmap_state",
    "change_state",
    "copy_pilot",
    "copy_plan",
    "create_plan",
    "decide_inventory",
    "ensure_person",
    "export_plan",
    "import_inventory",
    "import_plan",
    "preview_import",
    "put_object",
    "remove_object",
    "reopen_plan",
    "reschedule_item",
    "resolve_comment",
    "restore_object",
    "set_baseline",
    "set_current",
    "start_from_template",
    "sync_organisation",
    "take_back_state",
]
