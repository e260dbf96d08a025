"""名称 · What an id stands for is called: a desk shows units, people and divisions by name, not by id.

A name stands beside its id in every type told from a read model, under the id's own class: where the id may not be
known, the name is held back with it. Units and people are read from the directory under its own law, so that whoever
reads no units finds no name of one, and of people only who may know who serves (P2). Divisions are public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from domain.fields import FieldSpec
from projections.reader import Reads
from projections.readmodel import ReadModel
from projections.row_law import Words
from projections.short_law import seen
from projections.units import PostRow, UnitRow


@dataclass(frozen=True)
class Directory:
    """Where names of one kind are found. ``sql``: the name of ``%(id)s``, ``{law}`` the place of a plan's predicate."""

    zh: str
    sql: str
    law: type[ReadModel] | None = None

    def query(self, words: Words | None = None) -> str:
        """The query; under row security alone, or limited by a plan's own words too."""
        law = f" and {seen(self.law, words)}" if words is not None and self.law is not None else ""
        return self.sql.replace("{law}", law)


UNITS: Final = Directory(
    "名称", "select unit.unit_name from unit where unit.unit_id = %(id)s{law}", UnitRow
)
PEOPLE: Final = Directory(
    "姓名",
    "select post.person_name from post where post.person_id = %(id)s "
    "and post.tokens && (select sec.scope('unit', 'P2'))::text[]{law} "
    "order by post.standing, post.assignment_id limit 1",
    PostRow,
)
"""By the post in which they serve now, else by one in which they served."""
DIVISIONS: Final = Directory(
    "名称", "select division.name from ref.division where division.id = %(id)s"
)
NAMED: Final[Mapping[str, Directory]] = {
    "owner_unit_id": UNITS,
    "police_unit_id": UNITS,
    "township_unit_id": UNITS,
    "site_unit_id": UNITS,
    "provider_unit_id": UNITS,
    "responsible_unit_id": UNITS,
    "school_unit_id": UNITS,
    "entitlement_unit_id": UNITS,
    "unit_id": UNITS,
    "responsible_person_id": PEOPLE,
    "named_person_id": PEOPLE,
    "made_by_id": PEOPLE,
    "opened_by_id": PEOPLE,
    "approved_by_id": PEOPLE,
    "residence_id": DIVISIONS,
    "hukou_id": DIVISIONS,
    "incident_place_id": DIVISIONS,
    "division_id": DIVISIONS,
}
"""By the column that holds the id. Who reported is in no directory of ours, and a guardian has a name on file."""


@dataclass(frozen=True)
class Named:
    """A name beside an id. ``spec``: as of a column, under the class of the ``id_column``."""

    spec: FieldSpec
    id_column: str
    directory: Directory


def named(model: type[ReadModel], hidden: frozenset[str]) -> list[Named]:
    """The names that stand beside the ids of a read model; a row that has a name of its own needs none."""
    own = {s.name for s in model.specs}
    found = []
    for spec in model.specs:
        name = f"{spec.name.removesuffix('_id')}_name"
        if spec.name in NAMED and spec.name not in hidden and name not in own:
            told = replace(spec, name=name, type=str | None, required=False)
            found.append(Named(told, spec.name, NAMED[spec.name]))
    return found


def words_beside(directory: Directory, label: str) -> str:
    """What a name is called, from what its id is called."""
    zh, _, en = label.partition(" · ")
    return f"{zh.removesuffix('编号')}{directory.zh} · {(en or zh).removesuffix(' id')}, by name"


async def name_of(directory: Directory, ident: Any, reads: Reads) -> str | None:
    """The name of one id, as far as the directory shows it under the scope of the request."""
    found = [] if ident is None else await reads.once(directory.query(), ident)
    return next(iter(found[0].values())) if found else None
