"""The kernel's tables."""

from fourleaf.kernel.models.access import Account, ApiToken, RoleGrant
from fourleaf.kernel.models.audit import AuditEvent, AuditHead
from fourleaf.kernel.models.organisation import Brand, Department, Person, Region
from fourleaf.kernel.models.people_import import PeopleImport, PeopleImportState
from fourleaf.kernel.models.views import SavedView
from fourleaf.kernel.models.work import Job, JobState

__all__ = [
    "Account",
    "ApiToken",
    "AuditEvent",
    "AuditHead",
    "Brand",
    "Department",
    "Job",
    "JobState",
    "PeopleImport",
    "PeopleImportState",
    "Person",
    "Region",
    "RoleGrant",
    "SavedView",
]
