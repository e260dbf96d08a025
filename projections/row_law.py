"""Who sees which row, as SQL, told from a read model's declaration: for row-level security and for compiled plans.

Both say the same sentence in other words: row security asks the signed scope (``sec.scope`` and its like) once a
statement; a plan is given the same sets as parameters, so that it limits its rows by itself and PostgreSQL limits them
again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.sensitivity import P0, Sensitivity

if TYPE_CHECKING:
    from projections.readmodel import ReadModel

PARENTS = {"child": "child", "case": "case_file"}
"""What a row may lie within → the table that carries the tokens; its key is ``<parent>_id``."""
GRANTED_BY = {"work_item": ("child_id", "case_id")}
"""Rows with tokens of their own that a grant on their child or case opens too."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """How a predicate names what a scope opens: SQL expressions of ``text[]``, a time and a text."""

    scope: Callable[[str, Sensitivity], str]
    conflicts: str
    grantees: str
    moment: str
    purpose: str
    schema: str = ""
    """Of the read models, with its dot."""
    nested: bool = False
    """Tables in sub-selects are under the same law: their own reach (P0) need not be asked again."""


def signed(schema: str) -> Words:
    """The words of row security: the signed scope of the transaction, each read once a statement (InitPlan)."""
    return Words(
        scope=lambda obj, cls: f"(select sec.scope('{obj}', '{cls}'))::text[]",
        conflicts="(select sec.conflicts())::text[]",
        grantees="(select sec.grantees())::text[]",
        moment="(select sec.moment())",
        purpose="(select sec.purpose())",
        schema=f"{schema}.",
        nested=True,
    )


def seen(model: type[ReadModel], words: Words) -> str:
    """The predicate of a read model's rows; columns are qualified by the table's name."""
    if model.table == "access_grant":
        return f"access_grant.grantee = any({words.grantees}) and {_valid('access_grant', words)}"
    if model.open_to_all:
        return "true"
    if model.within is not None:
        return _inside(model, words)
    return _guarded(
        model, lambda cls: _overlap(f"{model.table}.tokens", model, cls, words), open_at=None
    )


def _guarded(
    model: type[ReadModel], rule: Callable[[Sensitivity], str], open_at: Sensitivity | None
) -> str:
    """``rule`` for the class that opens the row: the model's reach, or what its ``existence`` says."""

    def ruled(cls: Sensitivity) -> str:
        return "true" if cls is open_at else f"({rule(cls)})"

    if not model.guarded:
        return ruled(model.reach)
    cases = " ".join(f"when '{c}' then {ruled(c)}" for c in (model.reach, *model.guarded))
    return f"case {model.table}.existence {cases} else false end"


def _inside(model: type[ReadModel], words: Words) -> str:
    """The row's child or case is within reach, in the class that opens the row."""
    assert model.within is not None
    if model.within != "file":
        return _parent_seen(model, model.within, words)
    in_case, in_child = (_parent_seen(model, w, words) for w in ("case", "child"))
    return f"case when {model.table}.case_id is null then {in_child} else {in_case} end"


def _parent_seen(model: type[ReadModel], within: str, words: Words) -> str:
    column = f"{within}_id"
    tokens, subject = "p.tokens", f"p.{column}"

    def rule(cls: Sensitivity) -> str:
        return _open(tokens, within, cls, (subject,), words)

    inner = _guarded(model, rule, P0 if words.nested else None)
    return (
        f"exists (select from {words.schema}{PARENTS[within]} p "
        f"where p.{column} = {model.table}.{column} and {inner})"
    )


def _overlap(tokens: str, model: type[ReadModel], cls: Sensitivity, words: Words) -> str:
    own = (model.key[0],) if model.obj in PARENTS else GRANTED_BY.get(model.obj, ())
    subjects = tuple(f"{model.table}.{column}" for column in own)
    return _open(tokens, model.obj, cls, subjects, words)


def _open(tokens: str, obj: str, cls: Sensitivity, subjects: tuple[str, ...], words: Words) -> str:
    """Something in common with the scope, or a valid grant on one of the subjects; and no conflict."""
    scope = words.scope(obj, cls)
    granted = (
        f"select g.subject_id from {words.schema}access_grant g "
        f"where g.grantee = any({scope}) and '{cls}' = any(g.classes)"
    )
    if not words.nested:
        granted += f" and {_valid('g', words)}"
    ways = [f"{tokens} && {scope}", *(f"{s} = any(array({granted}))" for s in subjects)]
    return f"not {tokens} && {words.conflicts} and ({' or '.join(ways)})"


def _valid(grant: str, words: Words) -> str:
    """A grant's time and purpose."""
    return (
        f"{grant}.valid_from <= {words.moment} and {grant}.valid_to > {words.moment} "
        f"and ({grant}.for_purpose is null or {grant}.for_purpose = {words.purpose})"
    )
