"""The first words of a law, which settle nearly every row, and a function of the table for the rest of it.

PostgreSQL makes all of a statement ready before it runs any of it: every sub-select of every law of every table, each
with its functions and locks, whether a row comes to ask it or not. So what stands in a policy and in a plan is what
settles a row of which nothing special is true (nobody is kept from it, no grant is on it). A row that is not settled is
put before ``<table>_otherwise``: the whole law (``row_law``) under the signed scope, as dear as a statement.

The first words only ever say yes to what the whole law says yes to, and no where it does: that is what the matrix, the
oracle and the mutations of ``tests/authz`` hold both to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from domain.sensitivity import P0, Sensitivity
from projections import row_law
from projections.row_law import KEEPING, LOOKED_AT, PARENTS, STEPS, Words

if TYPE_CHECKING:
    from projections.apart import Side
    from projections.readmodel import ReadModel

_NO_GRANT: Final = "(select sec.holds_none())"
_OF: Final = "of_"
"""Before a column's name: the function's parameter. A bare name would be that of a table in its sub-selects."""


def seen(model: type[ReadModel], words: Words) -> str:
    """The predicate of a read model's rows in a plan: limited by the plan's own sets, and what those leave open by the
    whole law. Nobody's grant is asked for first: row security has let through the row it is asked of."""
    if not model.tokens:
        return row_law.whole(model, words)
    table, rest = model.table, _call(model.table, row_law.signed_law(model), words.schema)
    held = partial(row_law.held, f"{table}.tokens", model.obj, words=words)
    opened = held(P0)
    if model.guarded:  # in whatever period: so it is open in P0 too
        opened += f" and {_by_existence(model, held, 'true')}"
    return f"(not {table}.{KEEPING} and {opened} or {rest})"


def policy(model: type[ReadModel], schema: str) -> str:
    """The predicate of a read model's rows in row security."""
    words = row_law.signed(schema)
    law = row_law.whole(model, words)
    if model.tokens:
        return _by_tokens(model, model.table, P0, law, words)
    if model.within is None:
        return law
    seen_ = f"({_by_parent(model, words)} or not {_NO_GRANT} and {_call(model.table, law, words.schema)})"
    return f"({_uncut(model)} and {seen_})" if model.dated else seen_


def policy_beside(model: type[ReadModel], side: Side, schema: str) -> str:
    """The predicate of a table beside a read model's own in row security."""
    words = row_law.signed(schema)
    law = row_law.kept_apart(model, side, words)
    return _by_tokens(model, side.table, side.classes[0], law, words) if side.has_tokens else law


def function(table: str, law: str, schema: str, types: Mapping[str, str]) -> str:
    """The statement that makes the function of a table: its parameters are the columns the whole law names."""
    takes = ", ".join(f"{_OF}{name} {types[name]}" for name in _columns(table, law))
    body = _column_of(table).sub(lambda m: _OF + m[1], law)
    return (
        f"create function {schema}.{table}_otherwise({takes}) returns boolean language sql stable "
        f"parallel restricted cost 1 return ({body})"  # a dearer one makes the planner avoid it for every row
    )


def _by_tokens(model: type[ReadModel], table: str, cls: Sensitivity, law: str, words: Words) -> str:
    """Nobody is kept from the row and its tokens open it; else only what could still: a keeper or a grant."""
    held = partial(row_law.held, f"{table}.tokens", model.obj, words=words)
    opened, could = held(cls), [f"{table}.{KEEPING}"]
    if model.guarded and table == model.table:
        own = _its_own(model, model.obj, f"{table}.tokens")
        opened = _guarded(model, opened, f"{_NO_GRANT} and {own}")
        could.append(f"{table}.existence <> '{P0}' and not {_NO_GRANT}")
    if subjects := tuple(f"{table}.{column}" for column in row_law.granted_by(model)):
        could.append(row_law.granted_on(model.obj, cls, subjects))
    rest = f"({' or '.join(could)}) and {_call(table, law, words.schema)}"
    return f"(not {table}.{KEEPING} and {opened} or {rest})"


def _by_existence(model: type[ReadModel], rule: Callable[[Sensitivity], str], plain: str) -> str:
    """What is asked of a row by the class of its existence; ``plain`` where it has none of its own."""
    own = " ".join(f"when '{c}' then {rule(c)}" for c in model.guarded)
    return f"case {model.table}.existence when '{model.reach}' then {plain} {own} else false end"


def _guarded(model: type[ReadModel], plain: str, own: str) -> str:
    """The same, where ``own`` goes for every class."""
    classes = ", ".join(f"'{c}'" for c in model.guarded)
    existence = f"{model.table}.existence"
    return f"case when {existence} = '{model.reach}' then {plain} else {existence} in ({classes}) and {own} end"


def _its_own(model: type[ReadModel], obj: str, tokens: str) -> str:
    """The class of a row's existence is open. Few rows have one of their own: it is asked of the scope when such a row
    comes, and not made ready for all."""
    return f"sec.scope('{obj}', {model.table}.existence) && {tokens}"


def _by_parent(model: type[ReadModel], words: Words) -> str:
    """Its parent is one of those looked at that are seen, or is seen."""
    assert model.within is not None
    if model.within != "file":
        return _of_parent(model, model.within, words)
    if model.of_child:
        return f"{_of_child(model, words)} and ({model.table}.case_id is null or {_one(model, 'case', words)})"
    child, case = (_of_parent(model, within, words) for within in ("child", "case"))
    return f"case when {model.table}.case_id is null then {child} else {case} end"


def _of_parent(model: type[ReadModel], within: str, words: Words) -> str:
    """Which of the few that a statement says it is about are seen is asked once a statement, any other for its row."""
    few = _few(model, within, words)
    if model.guarded:
        few = f"{model.table}.existence = '{model.reach}' and {few}"
    return f"({few} or {_one(model, within, words)})"


def _of_child(model: type[ReadModel], words: Words) -> str:
    """As ``_of_parent`` of the child of a row that may be a case's: then the child is seen, in whatever class."""
    cases = f"{model.table}.case_id is not null"
    plain = f"{model.table}.existence = '{model.reach}'"
    few = f"({plain} or {cases}) and {_few(model, 'child', words)}"
    return f"({few} or {_one(model, 'child', words, or_else=cases)})"


def _few(model: type[ReadModel], within: str, words: Words) -> str:
    """The row's parent is looked at and seen."""
    column, parents = f"{within}_id", f"{words.schema}{PARENTS[within]} p"
    said = f"p.{column} = any({LOOKED_AT})"
    if model.reach is not P0:
        said += f" and {_held_on_parent(within, model, words)}"
    if within == "case" and model.progress:
        said += f" and {row_law.held('p.tokens', STEPS, P0, words)}"
    return f"{model.table}.{column} = any(array(select p.{column} from {parents} where {said}))"


def _one(model: type[ReadModel], within: str, words: Words, or_else: str = "") -> str:
    """The row's parent is seen, in the class that opens the row."""
    column, parents = f"{within}_id", f"{words.schema}{PARENTS[within]} p"
    plain = "true" if model.reach is P0 else _held_on_parent(within, model, words)
    if model.guarded:
        plain = _guarded(model, plain, _its_own(model, within, "p.tokens"))
    if within == "case" and model.progress:
        steps = row_law.held("p.tokens", STEPS, P0, words)
        plain = f"({plain}) and ({row_law.told_anyway(model, model.table)}{steps})"
    if or_else:
        plain = f"{or_else} or {plain}"
    return f"(select {plain} from {parents} where p.{column} = {model.table}.{column})"


def _held_on_parent(within: str, model: type[ReadModel], words: Words) -> str:
    return row_law.held("p.tokens", within, model.reach, words)


def _uncut(model: type[ReadModel]) -> str:
    """No parent is open by a grant for a period alone, which is asked once a statement; or the row stood in one."""
    assert model.within is not None
    table, ends = model.table, ", ".join(row_law.day(model, end) for end in (0, 1))
    whose = ("child", "case") if model.within == "file" else (model.within,)
    obj, subject = f"'{model.within}'", f"{table}.{model.within}_id"
    if model.within == "file":
        obj = f"case when {table}.case_id is null then 'child' else 'case' end"
        subject = f"coalesce({table}.case_id, {table}.child_id)"
    none = (f"sec.for_a_time('{within}', '{P0}') = '{{}}'" for within in whose)
    for_no_time = f"(select sec.holds_none() or {' and '.join(none)})"
    return f"({for_no_time} or sec.in_period({obj}, {subject}, {ends}))"


def _call(table: str, law: str, schema: str) -> str:
    takes = ", ".join(f"{table}.{name}" for name in _columns(table, law))
    return f"{schema}{table}_otherwise({takes})"


def _columns(table: str, law: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_column_of(table).findall(law)))


def _column_of(table: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){table}\.(\w+)")
