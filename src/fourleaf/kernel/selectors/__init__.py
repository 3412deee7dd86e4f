"""Reads of the kernel: what this actor may see, and single things by id."""

from fourleaf.kernel.selectors.access import (
    get_token_for,
    grants_by_role,
    list_grants,
    past_grants_of,
    tokens_of,
    visible_grants,
    visible_tokens,
)
from fourleaf.kernel.selectors.actors import actor_for
from fourleaf.kernel.selectors.organisation import (
    descendants,
    get_brand_for,
    get_department_for,
    get_region_for,
    organisation_counts,
    unit_choices,
    visible_brands,
    visible_departments,
    visible_regions,
)
from fourleaf.kernel.selectors.people import (
    PEOPLE_SORTS,
    PeopleFilter,
    account_of,
    find_named,
    get_person_for,
    history_of,
    list_people,
    narrow_people,
    reports_of,
    visible_people,
)
from fourleaf.kernel.selectors.uploads import get_people_import_for, visible_people_imports
from fourleaf.kernel.selectors.views import get_view_for, visible_views

__all__ = [
    "PEOPLE_SORTS",
    "PeopleFilter",
    "account_of",
    "actor_for",
    "descendants",
    "find_named",
    "get_brand_for",
    "get_department_for",
    "get_people_import_for",
    "get_person_for",
    "get_region_for",
    "get_token_for",
    "get_view_for",
    "grants_by_role",
    "history_of",
    "list_grants",
    "list_people",
    "narrow_people",
    "organisation_counts",
    "past_grants_of",
    "reports_of",
    "tokens_of",
    "unit_choices",
    "visible_brands",
    "visible_departments",
    "visible_grants",
    "visible_people",
    "visible_people_imports",
    "visible_regions",
    "visible_tokens",
    "visible_views",
]
