"""Who sees which row, as SQL, told from a read model's declaration: for row-level security and for compiled plans.

Both say the same sentence in other words: row security asks the signed scope (``sec.scope`` and its like) once a
statement; a plan is given the same sets as parameters, so that it limits its rows by itself and PostgreSQL limits them
again.

The sentence is long, and nearly every row is settled by its first words. PostgreSQL makes all of a statement ready
before it runs any of it, so policies and plans say the first words (``short_law``), and what is said here is asked for
the rows that those do not settle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from domain.periods import SHANGHAI
from domain.sensitivity import P0, Sensitivity

if TYPE_CHECKING:
    from projections.apart import Side
    from projections.readmodel import ReadModel

PARENTS = {"child": "child", "case": "case_file"}
"""What a row may lie within → the table that carries the tokens; its key is ``<parent>_id``."""
LOOKED_AT = "nullif(current_setting('app.look', true), '')::uuid[]"
"""The children and cases a statement says it is about. Whoever asks says so, and it opens nothing: they are judged."""
KEEPS_AWAY = "CFX"
"""The kinds of token, by their first letter, that can keep somebody from a row (``authz.words.KEEPS_AWAY``)."""
KEEPING = "keeping"
"""The column beside ``tokens`` that says whether any of them could keep somebody from the row."""
STEPS = "case_steps"
"""The object whose scope opens the lines of a case: a report of one's own opens the case, and how far it has come."""
GRANTED_BY = {"work_item": ("child_id", "case_id")}
"""Rows with tokens of their own that a grant on their child or case opens too."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """How a predicate names what a scope opens: SQL expressions of ``text[]``, ``uuid[]``, a time and a text."""

    scope: Callable[[str, Sensitivity], str]
    grantees: str
    moment: str
    purpose: str
    schema: str = ""
    """Of the read models, with its dot."""
    first: Callable[[str, Sensitivity], str] | None = None
    """The first of a scope, the widest it has: an expression of ``text``, where it costs no sub-select."""


def signed(schema: str) -> Words:
    """The words of row security: the signed scope of the transaction, each read once a statement (InitPlan)."""
    return Words(
        scope=lambda obj, cls: f"(select sec.scope('{obj}', '{cls}'))::text[]",
        grantees="(select sec.grantees())::text[]",
        moment="(select sec.moment())",
        purpose="(select sec.purpose())",
        schema=f"{schema}.",
    )


def signed_law(model: type[ReadModel]) -> str:
    """The whole law under the signed scope, over the live read models."""
    return whole(model, signed("read"))


def whole(model: type[ReadModel], words: Words) -> str:
    """The predicate of a read model's rows; columns are qualified by the table's name."""
    if model.table == "access_grant":
        return f"access_grant.grantee = any({words.grantees}) and {_valid('access_grant', words)}"
    if model.open_to_all:
        return "true"
    if model.within is not None:
        return _inside(model, words) + _in_period(model, words)
    return f"{not_kept_from(model.table)} and {_opened(model, words)}"


def _opened(model: type[ReadModel], words: Words) -> str:
    """A row with tokens is within reach, and in the period if only a grant for one opens it.

    What the tokens open in P0 has no period. That is nearly every row, so it is asked first.
    """
    subjects = tuple(f"{model.table}.{column}" for column in granted_by(model))
    tokens = f"{model.table}.tokens"
    if not (model.dated and model.reach is P0 and subjects):
        rule = partial(_open, tokens, model.obj, subjects=subjects, words=words)
        return _guarded(model, rule, None) + _in_period(model, words)

    def otherwise(cls: Sensitivity) -> str:
        if cls is P0:
            return granted_on(model.obj, cls, subjects)
        return _open(tokens, model.obj, cls, subjects, words)

    at_once = held(tokens, model.obj, P0, words)
    if model.guarded:
        at_once = f"{model.table}.existence = '{P0}' and {at_once}"
    return f"({at_once} or {_guarded(model, otherwise, None)}{_in_period(model, words)})"


def kept_apart(model: type[ReadModel], side: Side, words: Words) -> str:
    """The predicate of the rows of a table beside a read model's own, for row security.

    Where the row it belongs to carries tokens, so does this one, and they open its class. A line's values repeat what
    says who sees the line, and its class must be open there too. Elsewhere a row is seen where the row it belongs to is
    seen and the class is open on its child or case; both are asked of tables that are themselves under the law, so that
    whoever is kept from them finds as little here.
    """
    if side.has_tokens:
        subjects = tuple(f"{side.table}.{column}" for column in granted_by(model))
        tokens = f"{side.table}.tokens"
        opened = _open(tokens, model.obj, side.classes[0], subjects, words)
        return f"{not_kept_from(side.table)} and ({opened})"

    def open_(tokens: str, obj: str, *subjects: str) -> str:
        if not side.by_class:
            return f"({_open(tokens, obj, side.classes[0], subjects, words)})"
        classes = (
            f"when '{c}' then {_open(tokens, obj, c, subjects, words)}" for c in side.classes
        )
        return f"case {side.table}.class {' '.join(classes)} else false end"

    def on_parent(within: str) -> str:
        return open_("p.tokens", within, f"p.{within}_id")

    if model.within == "file":
        in_period = _in_period(model, words).replace(f"{model.table}.", f"{side.table}.")
        return _inside(model, words, side.table, on_parent) + in_period
    if model.within is None:
        opened = open_("b.tokens", model.obj)
    else:
        column = f"{model.within}_id"
        parent = f"{words.schema}{PARENTS[model.within]} p where p.{column} = b.{column}"
        opened = f"(select {on_parent(model.within)} from {parent})"
    row = f"{words.schema}{model.table} b where {side.same_key('b')}"
    return f"(select {opened} from {row})"


def not_kept_from(table: str) -> str:
    """Nothing in common with the conflicts. Few rows hold a token that could be one, and comparing tokens is dear."""
    return f"not ({table}.{KEEPING} and {table}.tokens && (select sec.conflicts())::text[])"


def granted_by(model: type[ReadModel]) -> tuple[str, ...]:
    """The columns that name what a grant may be on."""
    return (model.key[0],) if model.obj in PARENTS else GRANTED_BY.get(model.obj, ())


def _guarded(
    model: type[ReadModel],
    rule: Callable[[Sensitivity], str],
    open_at: Sensitivity | None,
    row: str = "",
) -> str:
    """``rule`` for the class that opens the row: the model's reach, or what its ``existence`` says."""

    def ruled(cls: Sensitivity) -> str:
        return "true" if cls is open_at else f"({rule(cls)})"

    if not model.guarded:
        return ruled(model.reach)
    cases = " ".join(f"when '{c}' then {ruled(c)}" for c in (model.reach, *model.guarded))
    return f"case {row or model.table}.existence {cases} else false end"


Also = Callable[[str], str]
"""What must hold on the child or the case besides."""


def _inside(model: type[ReadModel], words: Words, row: str = "", also: Also | None = None) -> str:
    """The row's child or case is within reach, in the class that opens the row.

    ``row``: the table that says what it lies within, if not the model's own.
    """
    assert model.within is not None
    row = row or model.table
    if model.within != "file":
        return _parent_seen(model, model.within, words, row, also)
    in_case, in_child = (_parent_seen(model, w, words, row, also) for w in ("case", "child"))
    if model.of_child:
        in_case = f"({child_seen(row, words)} and {in_case})"
    return f"case when {row}.case_id is null then {in_child} else {in_case} end"


def told_anyway(model: type[ReadModel], row: str) -> str:
    """Before the condition that a case is open step by step: what is told to whoever sees the case at all."""
    names = ", ".join(f"'{name}'" for name in model.progress)
    return f"{row}.name in ({names}) or " if row == model.table else ""


def child_seen(row: str, words: Words) -> str:
    """The child a row belongs to is seen, in whatever class."""
    return f"(select true from {words.schema}child p where p.child_id = {row}.child_id)"


def _parent_seen(
    model: type[ReadModel], within: str, words: Words, row: str, also: Also | None
) -> str:
    """Looked up for each row by the parent's key: ``exists`` would be planned as a set of all parents in reach."""
    column = f"{within}_id"

    def rule(cls: Sensitivity) -> str:
        return _open("p.tokens", within, cls, (f"p.{column}",), words)

    inner = _guarded(
        model, rule, P0, row
    )  # parents are under the law of their own: in reach, nobody kept away
    if also is not None:
        inner += f" and {also(within)}"
    if within == "case" and model.progress:
        steps = _open("p.tokens", STEPS, P0, (f"p.{column}",), words)
        inner += f" and ({told_anyway(model, row)}{steps})"
    parents = f"{words.schema}{PARENTS[within]} p"
    return f"(select {inner} from {parents} where p.{column} = {row}.{column})"


def _open(tokens: str, obj: str, cls: Sensitivity, subjects: tuple[str, ...], words: Words) -> str:
    """Something in common with the scope, or a valid grant on one of the subjects."""
    opened = held(tokens, obj, cls, words)
    if not subjects:
        return opened
    return f"{opened} or {granted_on(obj, cls, subjects)}"


def held(tokens: str, obj: str, cls: Sensitivity, words: Words) -> str:
    """The tokens open the class: the scope's, one after another, are looked for in the row's, and the first is there
    nearly always. Looking for one is a third of the work of comparing two lists."""
    compared = f"{words.scope(obj, cls)} && {tokens}"
    return f"({words.first(obj, cls)} = any({tokens}) or {compared})" if words.first else compared


def granted_on(obj: str, cls: Sensitivity, subjects: tuple[str, ...]) -> str:
    """A valid grant on one of the subjects opens the class, which only the signed scope knows."""
    on = f"(select sec.granted('{obj}', '{cls}'))::uuid[]"
    if len(subjects) == 1:
        return f"{subjects[0]} = any({on})"
    return f"array[{', '.join(subjects)}] && {on}"


def _valid(grant: str, words: Words) -> str:
    """A grant's time and purpose, by the one function that says when it counts."""
    return (
        f"sec.valid({grant}.valid_from, {grant}.valid_to, {grant}.for_purpose, {words.moment}, "
        f"{words.purpose})"
    )


def _in_period(model: type[ReadModel], words: Words) -> str:
    """A further condition on dated rows: of a child or case that is open by a grant for a period and by nothing else,
    only what stood in that period. Whether whoever asks holds any such grant is asked once a statement.
    """
    if not model.dated:
        return ""
    if model.within == "file":
        in_case, in_child = (_cut(model, (w,), words) for w in ("case", "child"))
        return f" and case when {model.table}.case_id is null then {in_child} else {in_case} end"
    return f" and {_cut(model, (model.within,) if model.within else ('child', 'case'), words)}"


def _cut(model: type[ReadModel], whose: tuple[str, ...], words: Words) -> str:
    """The condition for rows of these parents, by their ``<parent>_id``; ``sec.stood`` is asked for few or no rows."""
    obj = whose[0] if model.within else model.obj
    subjects = f"array[{', '.join(f'{model.table}.{w}_id' for w in whose)}]"
    tokens = f"{model.table}.tokens" if model.tokens else _tokens_of(model, whose[0], words)
    first, last = (day(model, end) for end in (0, 1))
    for_a_time = f"sec.for_a_time('{obj}', '{P0}')"
    return (
        f"((select {for_a_time} = '{{}}') or not {subjects} && (select {for_a_time})::uuid[] "
        f"or coalesce({tokens} && {words.scope(obj, P0)}, false) "
        f"or sec.stood({subjects}, '{obj}', '{P0}', {first}, {last}))"
    )


def _tokens_of(model: type[ReadModel], whose: str, words: Words) -> str:
    table = f"{words.schema}{PARENTS[whose]}"
    return f"(select p.tokens from {table} p where p.{whose}_id = {model.table}.{whose}_id)"


def day(model: type[ReadModel], end: int) -> str:
    """The local day of one end of a row; a row that still stands has none before the end of days."""
    column = model.dated[end]
    spec = next(s for s in model.specs if s.name == column)
    moment = f"{model.table}.{column}"
    day = moment if spec.type is date else f"({moment} at time zone '{SHANGHAI}')::date"
    return f"coalesce({day}, 'infinity'::date)"
