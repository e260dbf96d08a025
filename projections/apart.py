"""分表存放 · Values of sensitive classes: each class in a table of its own beside the row it belongs to.

A read model stays one declaration; where its columns lie follows from their classes:

    class CaseRow(ReadModel, table="case_file", …):
        stage: Annotated[str, P0]                          # read.case_file
        findings: Annotated[tuple[str, ...], P4_INJURY]    # read.case_file_p4_injury, under the same key

Row security lets the API role read a row of such a table only where the row it belongs to is seen *and* the class is
open on it (``row_law.kept_apart``): a statement that asks for too much, whoever wrote it, finds no row.

A column that holds values by class (``by_class``: what a timeline's line says) keeps its ordinary classes; the
sensitive ones are rows of ``<table>_values``, one a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.fields import FieldSpec
from domain.sensitivity import Sensitivity

if TYPE_CHECKING:
    from projections.readmodel import ReadModel

SENSITIVE = tuple(c for c in Sensitivity if c.is_sensitive)


@dataclass(frozen=True)
class Side:
    """A table beside a read model's own. ``specs``: its columns after the ``key``, which is that of the row.

    ``by_class``: the column whose values by class it holds, a row a class (``class``, ``said``); else it has one class.
    """

    table: str
    of: str
    key: tuple[FieldSpec, ...]
    specs: tuple[FieldSpec, ...]
    classes: tuple[Sensitivity, ...]
    by_class: str = ""
    carried: tuple[FieldSpec, ...] = ()
    """Columns it repeats of a line, which is told once and never changed, so that its law asks no other table."""
    has_tokens: bool = False
    """Whether it repeats the tokens of the row, which PostgreSQL keeps the same (``projections.readmodel``)."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are here in the place of in the row."""
        return tuple(s.name for s in self.specs)

    @property
    def key_names(self) -> tuple[str, ...]:
        """The columns of the key."""
        return tuple(s.name for s in self.key)

    @property
    def join(self) -> str:
        """The join that brings its columns to the row."""
        return f" left join {self.table} on {self.same_key(self.of)}"

    def same_key(self, row: str) -> str:
        """The condition that a row of this table belongs to ``row``."""
        return " and ".join(f"{self.table}.{k} = {row}.{k}" for k in self.key_names)

    @property
    def values(self) -> str:
        """The whole column by class, as an expression below the row: the ordinary classes and those one may see."""
        own, mine = f"{self.of}.{self.by_class}", self.table
        return (
            f"{own} || coalesce((select jsonb_object_agg({mine}.class, {mine}.said) "
            f"from {mine} where {self.same_key(self.of)}), '{{}}')"
        )


def sides_of(model: type[ReadModel]) -> tuple[Side, ...]:
    """The tables beside a declared one, in the order of the classes."""
    table, specs = model.table, model.specs
    key = tuple(s for s in specs if s.name in model.key)
    assert not any(s.sensitivity.is_sensitive for s in key), f"{table} has a sensitive key"
    found = []
    for cls in SENSITIVE:
        mine = tuple(s for s in specs if s.sensitivity is cls)
        if mine:
            name = f"{table}_{cls.value.lower()}"
            found.append(Side(name, table, key, mine, (cls,), has_tokens=model.tokens))
    if model.by_class:
        line = {"case_id", "child_id", "existence", *model.dated}
        repeated = line if model.within == "file" else set()
        carried = tuple(s for s in specs if s.name in repeated)
        name = f"{table}_values"
        found.append(Side(name, table, key, (), SENSITIVE, model.by_class, carried=carried))
    return tuple(found)


def selected(model: type[ReadModel]) -> str:
    """What stands after SELECT for whole rows; with ``joined`` after FROM."""
    columns = [f"{model.table}.*"]
    for side in model.sides:
        if side.by_class:
            columns.append(f"{side.values} as {side.by_class}")
        columns += [f"{side.table}.{name}" for name in side.names]
    return ", ".join(columns)


def joined(model: type[ReadModel]) -> str:
    """What stands after the model's table in FROM, so that ``selected`` finds every column."""
    return "".join(side.join for side in model.sides if not side.by_class)
