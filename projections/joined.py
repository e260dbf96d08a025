"""One statement for what several requests of one kind ask alike: begun once, and told request by request.

Row security asks the scope once a statement, and a plan is set up once a statement: of a child by id that is more than
finding the rows. So the text is put around with the parameters that differ as arrays, and answers the rows of each
request in turn, each behind its number. The text is the same for any number of requests; order, limits and conditions
are those of the statement itself, for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

from psycopg.postgres import types
from psycopg.pq.abc import PGresult

from projections.pipeline import Call, Statement, Value, texts

STATEMENTS_MAX: Final = 10_000
_PARAMETER: Final = re.compile(r"\$(\d+)")
_QUOTED: Final = re.compile(rb'["\\]')

Cells = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """What PostgreSQL answered to one request: some of the rows of a result, or all."""

    result: PGresult
    first: int
    count: int
    joined: bool = False
    """Whether the last column is the number of the request."""

    @classmethod
    def all_of(cls, result: PGresult) -> Rows:
        """The answer to a request that had the statement for itself."""
        return cls(result, 0, result.ntuples)

    def texts(self) -> list[Cells]:
        """As text. For the event loop's thread only."""
        found = texts(self.result, self.first, self.first + self.count)
        return [row[:-1] for row in found] if self.joined else found

    def value(self, column: int) -> bytes | None:
        """A cell of the first row."""
        return self.result.get_value(self.first, column)

    def cells(self, columns: int) -> Cells:
        """The first so many cells of the first row as text."""
        values = (self.value(i) for i in range(columns))
        return tuple([None if value is None else value.decode() for value in values])


def joined(calls: Sequence[Call]) -> Call | None:
    """One call for the same statement with the values of several requests; None where that cannot be (yet).

    A statement that differs in nothing is asked once for all.
    """
    statement, values = calls[0]
    if statement.varies is None or statement.types is None:
        return None
    if not statement.varies:
        return statement, values
    made = _around(statement, statement.types)
    if made is None:
        return None
    sent = list(values)
    for number in statement.varies:
        sent[number - 1] = _array([values[number - 1] for _, values in calls])
    return made, sent


def parts(call: Call, sent: Call, result: PGresult, requests: int) -> Iterator[Rows]:
    """What each of the requests is answered, in their order: a ``call`` of one of them, and what was ``sent`` for all.
    The rows come in it too: to a lateral join, numbers are given one after another."""
    if sent[0] is call[0]:
        yield from [Rows.all_of(result)] * requests
        return
    counts, number = [0] * requests, result.nfields - 1
    for row in range(result.ntuples):
        counts[int(result.get_value(row, number) or 0) - 1] += 1
    for first, end in pairwise(accumulate(counts, initial=0)):
        yield Rows(result, first, end - first, joined=True)


@lru_cache(maxsize=STATEMENTS_MAX)
def _around(statement: Statement, oids: tuple[int, ...]) -> Statement | None:
    """The statement for many; None where it has a parameter of a type that is no part of PostgreSQL itself."""
    varies = sorted(statement.varies or ())
    named = {number: _type(oids[number - 1]) for number in varies}
    if None in named.values():
        return None
    own = _PARAMETER.sub(
        lambda m: f"m.v{m[1]}" if int(m[1]) in named else m[0], statement.sql.decode()
    )
    # as text, whatever they are: unnest would take lists of lists apart
    lists = ", ".join(f"${number}::text[]" for number in varies)
    taken = ", ".join(f"v{number}" for number in varies)
    cast = ", ".join(f"v{number}::{name} as v{number}" for number, name in named.items())
    # offset 0: cast once a request, and each answered by the statement as it stands
    return Statement(
        f"select a.*, m.o from (select o, {cast} from unnest({lists}) with ordinality u({taken}, o) "
        f"offset 0) m cross join lateral ({own} offset 0) a".encode()
    )


def _type(oid: int) -> str | None:
    info = types.get(oid)
    if info is None:
        return None
    return f"{info.regtype}[]" if oid == info.array_oid else info.regtype


def _array(values: Sequence[Value]) -> bytes:
    """PostgreSQL's text of an array."""
    return b"{" + b",".join([b"NULL" if v is None else _element(v) for v in values]) + b"}"


def _element(value: bytes) -> bytes:
    return b'"' + _QUOTED.sub(rb"\\\g<0>", value) + b'"'
