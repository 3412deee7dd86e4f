"""All 1,850 employees of the sample, and some who left, as rows for the people file.

The sixty roles are always the same persons; everybody else is drawn from invented name lists by the seed.
Head counts by department and region are exact for those employed on ``as_of``; leavers come on top.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from fourleaf.demo.names import FIRST_NAMES, LAST_NAMES, TITLES, mail_name
from fourleaf.demo.organisation import DEPARTMENTS, HEADCOUNT, MAIL_DOMAIN, REGIONS, ROLES, Role

__all__ = ["COLUMNS", "DEFAULT_AS_OF", "LEAVERS", "Employee", "people", "write_people_csv"]

#: Columns of the people file, in order.
COLUMNS: Final = (
    "external_id",
    "name",
    "email",
    "department",
    "region",
    "manager",
    "title",
    "brand",
    "started_on",
    "left_on",
)
DEFAULT_AS_OF: Final = date(2026, 9, 1)
#: How many former employees the file carries.
LEAVERS: Final = 26
_SPAN: Final = 14  # people a team leader leads, about

#: Who leads a department; the chief executive leads these.
_DEPARTMENT_HEADS: Final = {
    "MKT": "R13",
    "COM": "R05",
    "CSV": "R25",
    "INS": "R34",
    "SAL": "R38",
    "PRD": "R45",
    "PPL": "R52",
    "LRI": "R56",
}
_BRAND_SHARES: Final = {"EM": 0.46, "QS": 0.31, "LV": 0.23}
_BRANDED: Final = ("MKT", "CSV", "SAL", "PRD")  # the other departments serve the whole group


@dataclass(frozen=True, slots=True)
class Employee:
    """One row of the people file. ``manager`` is the external id of the manager; empty text means "none"."""

    external_id: str
    name: str
    email: str
    department: str
    region: str
    manager: str
    title: str
    brand: str
    started_on: date
    left_on: date | None


def people(seed: int = 1, *, as_of: date = DEFAULT_AS_OF) -> list[Employee]:
    """Everybody on the pay-roll on ``as_of`` (1,850), then the leavers. Same arguments, same rows.

    The sixty roles come first, with their role id as external id; the others are "E0061" and on.
    """
    rng = np.random.default_rng([seed, 1850])
    taken = {each.email for each in ROLES}
    rows = [_role_row(each, rng, as_of) for each in ROLES]
    number = len(ROLES)
    for department in DEPARTMENTS:
        for region in REGIONS:
            holders = sum(r.payroll_department == department.code and r.region == region.code for r in ROLES)
            count = HEADCOUNT[department.code][region.code] - holders
            rows += _team(department.code, region.code, count, number, rng, taken, as_of)
            number += count
    return rows + _leavers(rows[len(ROLES) :], number, rng, taken, as_of)


def write_people_csv(path: str | Path, rows: Sequence[Employee]) -> None:
    """Write the rows as UTF-8 CSV with a header; dates as YYYY-MM-DD, absent values as empty text."""
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({key: "" if value is None else str(value) for key, value in asdict(row).items()})


def _role_row(role: Role, rng: np.random.Generator, as_of: date) -> Employee:
    return Employee(
        external_id=role.id,
        name=role.name,
        email=role.email,
        department=role.payroll_department,
        region=role.region,
        manager=role.manager or "",
        title=role.title,
        brand=role.brand or "",
        started_on=_start(rng, as_of, at_least=400),
        left_on=None,
    )


def _team(
    department: str,
    region: str,
    count: int,
    number: int,
    rng: np.random.Generator,
    taken: set[str],
    as_of: date,
) -> list[Employee]:
    """``count`` people of one department in one region: team leaders first, then those they lead."""
    leaders = round(count / (_SPAN + 1)) if count >= _SPAN // 2 else 0
    ordinary, leading = TITLES[department]
    rows: list[Employee] = []
    for i in range(count):
        name, email = _name(region, rng, taken)
        leads = i < leaders
        head = _DEPARTMENT_HEADS[department]
        rows.append(
            Employee(
                external_id=f"E{number + i + 1:04d}",
                name=name,
                email=email,
                department=department,
                region=region,
                manager=head if leads or not leaders else rows[(i - leaders) % leaders].external_id,
                title=str(rng.choice(leading if leads else ordinary)),
                brand=_brand(department, region, rng),
                started_on=_start(rng, as_of, at_least=700 if leads else 3),
                left_on=None,
            )
        )
    return rows


def _leavers(
    employed: Sequence[Employee], number: int, rng: np.random.Generator, taken: set[str], as_of: date
) -> list[Employee]:
    """People who left within the last fourteen months, each from the team of somebody who is still there."""
    rows: list[Employee] = []
    for i, at in enumerate(rng.choice(len(employed), LEAVERS, replace=False)):
        colleague = employed[int(at)]
        name, email = _name(colleague.region, rng, taken)
        left = as_of - timedelta(days=int(rng.integers(5, 425)))
        # Half of them leave within their first year: that is the leaver rate that objective O5 is about.
        days = int(rng.integers(40, 360)) if i % 2 else int(rng.integers(360, 3600))
        rows.append(
            Employee(
                external_id=f"E{number + i + 1:04d}",
                name=name,
                email=email,
                department=colleague.department,
                region=colleague.region,
                manager=colleague.manager,
                title=colleague.title,
                brand=colleague.brand,
                started_on=left - timedelta(days=days),
                left_on=left,
            )
        )
    return rows


def _name(region: str, rng: np.random.Generator, taken: set[str]) -> tuple[str, str]:
    first = str(rng.choice(FIRST_NAMES[region]))
    last = str(rng.choice(LAST_NAMES[region]))
    local = mail_name(first, last)
    email = f"{local}@{MAIL_DOMAIN}"
    again = 2
    while email in taken:
        email = f"{local}{again}@{MAIL_DOMAIN}"
        again += 1
    taken.add(email)
    return f"{first} {last}", email


def _brand(department: str, region: str, rng: np.random.Generator) -> str:
    if department not in _BRANDED or rng.random() < 0.25:
        return ""
    codes = [code for code in _BRAND_SHARES if code != "LV" or region in ("DE", "UK", "ND")]
    weights = np.array([_BRAND_SHARES[code] for code in codes])
    return str(rng.choice(codes, p=weights / weights.sum()))


def _start(rng: np.random.Generator, as_of: date, *, at_least: int) -> date:
    """A start date; service beyond ``at_least`` days is exponential, six years on average, 34 at most."""
    days = at_least + int(min(rng.exponential(6 * 365), 34 * 365))
    return as_of - timedelta(days=days)
