"""A town with offices of another township and county, to which files, children and cases go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from domain.terms.places import DivisionId
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.unit.posts import AppointPerson, RegisterUnit
from eventlog.casebook import Request
from tests.database import Database
from tests.dsl import an_id, place
from tests.projections.town import (
    FENGJIE,
    Town,
    town_on,
    unit_id,
)

KAIZHOU, LINJIANG = place("重庆市/开州区"), place("重庆市/开州区/临江镇")
ZIYANG = place("重庆市/奉节县/白帝镇/紫阳村村民委员会")
CAOTANG = place("重庆市/奉节县/草堂镇")
OFFICES = {
    "education": (UnitKind.DISTRICT_EDUCATION, FENGJIE, Role.DISTRICT_EDUCATION),
    "education of Kaizhou": (UnitKind.DISTRICT_EDUCATION, KAIZHOU, Role.DISTRICT_EDUCATION),
    "housing": (UnitKind.DISTRICT_HOUSING, FENGJIE, Role.DISTRICT_HOUSING),
    "civil affairs of Kaizhou": (
        UnitKind.DISTRICT_CIVIL_AFFAIRS,
        KAIZHOU,
        Role.DISTRICT_CIVIL_AFFAIRS,
    ),
    "Linjiang": (UnitKind.TOWNSHIP, LINJIANG, Role.TOWNSHIP),
    "Caotang": (UnitKind.TOWNSHIP, CAOTANG, Role.TOWNSHIP),
    "women": (UnitKind.WOMENS_FEDERATION, FENGJIE, Role.WOMENS_FEDERATION),
    "women of Kaizhou": (UnitKind.WOMENS_FEDERATION, KAIZHOU, Role.WOMENS_FEDERATION),
    "police of Kaizhou": (UnitKind.DISTRICT_POLICE, KAIZHOU, Role.POLICE),
}
"""Key → kind, territory, and the role of the one who serves there."""
NAMES = {
    unit_id(key): key
    for key in ("township", "village", "Ziyang", "civil affairs", "police", *OFFICES)
}


@contextmanager
def offices_on(database: Database) -> Iterator[Town]:
    """The town, with these offices and who serves there."""
    with town_on(database) as town:
        for key, (kind, where, role) in OFFICES.items():
            register = RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(where))
            town.platform.casebook.perform(
                Request(
                    command=register, command_id=an_id(f"register {key}"), stream_id=unit_id(key)
                )
            )
            who = f"officer of {key}"
            town.do(AppointPerson(person_id=an_id(who), person_name=who, role=role), unit_id(key))
        yield town


def whose(town: Town, child: UUID) -> dict[str, set[str]]:
    """The queues with an open task about the child, and whose it is."""
    found: dict[str, set[str]] = {}
    for row in town.rows(
        "select queue, owner_unit_id from read.work_item where child_id = %(child)s and is_open",
        child=child,
    ):
        found.setdefault(row["queue"], set()).add(NAMES[row["owner_unit_id"]])
    return found


def may_look(town: Town, child: UUID) -> set[str]:
    """Who has a grant on the child as time stands."""
    rows = town.rows(
        "select grantee from read.access_grant where subject_id = %(child)s and valid_to > %(now)s",
        child=child,
        now=town.now[0],
    )
    return {row["grantee"] for row in rows}
