"""One statement of a plan: the rows of one list (or of one object), and the objects joined to each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from domain.sensitivity import Sensitivity
from projections.pipeline import Statement, Value
from projections.readmodel import READ_MODELS, TOKENS_TEXT, TOKENS_TOLD, ReadModel
from projections.row_law import Words
from projections.short_law import seen
from schema.plan.reach import AMONG
from schema.plan.selection import Deopt, Rendering, Unplanned

if TYPE_CHECKING:
    from schema.plan.compilation import Compilation
    from schema.plan.run import Run
    from schema.plan.whole import WholePage

Param = Callable[["Run"], Value]
"""What a parameter is in one request, as PostgreSQL's text form."""

STATEMENTS_MAX: Final = 10_000
CLOCK: Final = frozenset({"moment", "now"})
"""Names of the request's time as a parameter."""
_MARK = re.compile(r"@(\d+)@")
_SCOPE = re.compile(r"\(select sec\.scope\('(\w+)', '(\w+)'\)\)::text\[\]")
"""The scope as a condition for row security says it: a plan has the same set as a parameter."""
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass
class Parameters:
    """The parameters of a whole plan, each computed once a request; a statement names those it needs."""

    rendering: Rendering = Rendering.WHOLE
    """What may be read in the place of what it was made of."""
    tokens_told: bool = False
    """Whether some statement does, for tokens."""
    all: list[Param] = field(default_factory=list)
    standing: set[int] = field(default_factory=set)
    """Those that are a capacity's, whatever it asks."""
    named: dict[object, str] = field(default_factory=dict)

    def mark(self, name: object, param: Param, *, standing: bool = False) -> str:
        """The mark that stands for a parameter until the statement is finished; the same for the same ``name``."""
        if name not in self.named:
            self.named[name] = f"@{len(self.all)}@"
            if standing:
                self.standing.add(len(self.all))
            self.all.append(param)
        return self.named[name]

    def varying(self, taken: Collection[int]) -> tuple[int, ...]:
        """Those to work out for each request: not a capacity's own, nor the time where no statement takes it."""
        own = self.standing | {i for i, name in enumerate(self.named) if name in CLOCK} - set(taken)
        return tuple(i for i in range(len(self.all)) if i not in own)

    def number(self, mark: str) -> int:
        """Which of all a mark stands for."""
        return int(mark.strip("@"))

    def tokens(self, model: type[ReadModel]) -> str:
        """The column that holds a table's tokens: as text, where a projection has told them so."""
        if self.rendering is Rendering.COLUMNS or model.table not in TOKENS_TOLD:
            return "tokens"
        self.tokens_told = True
        return TOKENS_TEXT

    def tokens_as_text(self, model: type[ReadModel]) -> str:
        """An expression: the tokens of a table's row as text."""
        name = self.tokens(model)
        return f"{model.table}.{name}" + ("::text" if name == "tokens" else "")

    def finished(self, sql: str) -> tuple[str, tuple[int, ...]]:
        """The statement with ``$1`` …, and which parameters those are."""
        order: list[int] = []

        def place(found: re.Match[str]) -> str:
            number = int(found[1])
            if number not in order:
                order.append(number)
            return f"${order.index(number) + 1}"

        return _MARK.sub(place, sql), tuple(order)

    def words(self) -> Words:
        """The scope as parameters: the plan's own predicate, the same first words as row security's."""
        own = partial(self.mark, standing=True)
        return Words(
            scope=lambda obj, cls: own(("scope", obj, cls), _scope(obj, cls)) + "::text[]",
            first=lambda obj, cls: own(("first", obj, cls), _first(obj, cls)) + "::text",
            grantees=own("grantees", lambda run: run.scoped.grantees) + "::text[]",
            moment=self.mark("moment", lambda run: run.said) + "::timestamptz",
            purpose=own("purpose", lambda run: run.scoped.purpose) + "::text",
        )


def _scope(obj: str, cls: Sensitivity) -> Param:
    return lambda run: run.scoped.tokens(obj, cls)


def _first(obj: str, cls: Sensitivity) -> Param:
    """Of the same list; NULL where it is empty."""
    return lambda run: run.scoped.tokens(obj, cls)[1:-1].partition(b",")[0] or None


@dataclass(frozen=True)
class Ready:
    """A statement as it is sent: the text, and which of the plan's parameters it takes."""

    number: int
    statement: Statement
    takes: tuple[int, ...]
    cells: int = 0
    """How many columns are its rows' own, where there are others: those that tell what is written whole."""
    tells: tuple[tuple[int, int, int], ...] = ()
    """The lists that its one row tells whole: the number of each, where its columns begin, and how many these are."""

    @cached_property
    def for_many(self) -> Statement:
        """The same where what is reached is much (``schema.plan.reach``)."""
        return stated(self.statement.sql.decode().replace(AMONG, ""), self.statement.varies)

    def varying(self, params: Collection[int]) -> Ready:
        """Told which of the plan's parameters differ between requests of one capacity."""
        varies = frozenset(i + 1 for i, param in enumerate(self.takes) if param in params)
        return replace(self, statement=stated(self.statement.sql.decode(), varies))

    @cached_property
    def taken(self) -> Callable[[Sequence[Value]], Sequence[Value]]:
        """Its own parameters, out of the plan's."""
        if len(self.takes) > 1:
            return itemgetter(*self.takes)
        return lambda params: [params[i] for i in self.takes]


class Level:
    """A statement being built. ``column`` answers where a column stands in a row.

    ``where`` is written in this package, qualified by table names; ``%(id)s`` in it is the parent's value: a parameter,
    or, where there are many parents, each of ``keys`` in turn (a lateral join; the first column is then the parent's).
    """

    whole: WholePage | None = None
    """How PostgreSQL is to write the items of a list, where it may."""
    above: Level | None = None
    """The statement of the one row below which its own stand, if it knows that row's key without it."""

    def __init__(  # noqa: PLR0913 - what a statement is
        self,
        params: Parameters,
        model: type[ReadModel],
        *,
        where: str,
        given: Mapping[str, str],
        order: str = "",
        source: str | None = None,
        limit: str | None = None,
        keys: str | None = None,
    ) -> None:
        self.params, self.model, self.keys = params, model, keys
        self._order, self._limit = order, limit
        self._source = source or model.table
        self._where = bound(params, where, dict(given) | ({"id": "k.id"} if keys else {}))
        self._columns: list[str] = ["k.id"] if keys else []
        self._joins: dict[str, str] = {}
        self._carried: dict[int, Level] = {}
        if model.tokens:
            self._where += f" and {seen(model, params.words())}"

    def column(self, name: str, table: str | None = None) -> int:
        """Where this column stands in a row. One of a sensitive class is joined from its own table (law 3)."""
        model = READ_MODELS[table or self.model.table]
        if name == model.by_class:
            return self.expression(next(s.values for s in model.sides if s.by_class))
        side = model.apart.get(name)
        if side is None:
            return self.expression(f"{model.table}.{name}")
        if self._joins.setdefault(side.table, side.join) != side.join:
            raise Unplanned(f"{side.table} twice in one statement")
        return self.expression(f"{side.table}.{name}")

    def tokens(self, model: type[ReadModel] | None = None) -> int:
        """Where the tokens of the rows, or of a joined table's, stand in a row, as text."""
        of = model or self.model
        return self.column(self.params.tokens(of), of.table)

    def expression(self, text: str) -> int:
        """Where the value of an expression stands in a row."""
        if text not in self._columns:
            self._columns.append(text)
        return self._columns.index(text)

    def named(self, cell: int) -> str:
        """The expression whose value stands there."""
        return self._columns[cell]

    @property
    def is_one_page(self) -> bool:
        """Whether it has the rows of one page: not of many parents, not of a list without end."""
        return self.keys is None and self._limit is not None

    def join(self, model: type[ReadModel], on: str) -> None:
        """Joins at most one row of another table; the same join asked for twice is one.

        Raises ``Unplanned`` where the table would be in the statement twice for different reasons.
        """
        law = f" and {seen(model, self.params.words())}" if model.tokens else ""
        text = (  # found by its key first, then judged: not every row judged, then one of them taken
            f" left join lateral (select {model.table}.* from {model.table} where {on}{law} "
            f"offset 0) {model.table} on true"
        )
        if model is self.model or self._joins.setdefault(model.table, text) != text:
            raise Unplanned(f"{model.table} twice in one statement")

    def carries(self, number: int, level: Level) -> None:
        """A list that is written whole comes with the one row it stands below, and is not read where that is not."""
        self._carried[number] = level

    def keys_of(self, column: str, table: str) -> str:
        """A query of the values a column has in these rows, as ``id``: the parents of another level."""
        name = f"{table}.{column}"
        return f"select distinct {name} as id from {self._body()} {_and(self._rest(), f'{name} is not null')}"

    def _rows(self) -> str:
        order = f" order by {self._order}" if self._order else ""
        limit = f" limit {self._limit}::bigint" if self._limit else ""
        return f"select {self.model.table}.* from {self._source} where {self._where}{order}{limit}"

    @property
    def _nested(self) -> bool:
        return self.keys is not None or (self._limit is not None and bool(self._joins))

    def _body(self) -> str:
        table, joins = self.model.table, "".join(self._joins.values())
        if self.keys is not None:
            return f"({self.keys}) k cross join lateral ({self._rows()}) {table}{joins}"
        if self._limit is not None:
            return f"({self._rows()}) {table}{joins}"
        return f"{self._source}{joins}"

    def _rest(self) -> str:
        return "" if self.keys is not None or self._limit is not None else f"where {self._where}"

    def text(self) -> str:
        """The statement before its parameters are numbered."""
        if self.whole is not None:
            return self.whole.text(self._select)
        carried = [f"told{place}.*" for place in range(len(self._carried))]
        return self._select(", ".join([*self._columns, *carried]) or "1")

    def _select(self, columns: str) -> str:
        order = f" order by {self._order}" if self._order else ""
        if self._limit is not None and not self._nested:
            return (
                f"select {columns} from {self._source} where {self._where}{order} "
                f"limit {self._limit}::bigint"
            )
        carried = "".join(
            f" left join lateral ({level.text()}) told{place} on true"
            for place, level in enumerate(self._carried.values())
        )
        return f"select {columns} from {self._body()}{carried} {self._rest()}{order}"

    def finished(self, number: int) -> Ready:
        """The statement with its columns."""
        sql, takes = self.params.finished(self.text())
        cells = 0 if self.whole is not None else len(self._columns)
        lists = self._carried if self.whole is None else {number: self}
        tells, at = [], cells
        for each, level in lists.items():
            assert level.whole is not None, "only such are carried"
            tells.append((each, at, level.whole.width))
            at += level.whole.width
        return Ready(number, stated(sql), takes, cells, tuple(tells))


class Written(Level):
    """A statement written out, already limited."""

    def __init__(self, made: Compilation, text: str) -> None:
        self.params, self._text = made.params, text
        self._columns, self._carried = [], {}

    def text(self) -> str:
        """The statement before its parameters are numbered."""
        return self._text


@lru_cache(maxsize=STATEMENTS_MAX)
def stated(sql: str, varies: frozenset[int] | None = None) -> Statement:
    """The statement of a text: the same for all plans that come to it, so that a connection prepares it once."""
    return Statement(sql.encode(), varies)


def bound(params: Parameters, where: str, given: Mapping[str, str]) -> str:
    """A condition with the marks of its parameters; the scope it asks is a parameter too."""
    text = _NAMED.sub(lambda m: given[m[1]], where)
    if "sec.scope" not in where:
        return text
    scope = params.words().scope
    return _SCOPE.sub(lambda m: scope(m[1], Sensitivity(m[2])), text)


def sent(text: str) -> bytes:
    """A text as a parameter. One that PostgreSQL cannot hold is an error, the reference's to tell."""
    if "\0" in text:
        raise Deopt
    return text.encode()


def _and(rest: str, condition: str) -> str:
    return f"{rest} and {condition}" if rest else f"where {condition}"
