"""One request through its plan: the segment that is sent, the rows that come, what is noted and what is held back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from authz.gate import Assignment, Gate
from authz.scope import GRANTED, Pairs, Scope, ordered
from authz.scope_db import APPLY
from domain.bounded import Bounded
from domain.periods import local_date
from domain.sensitivity import Sensitivity
from projections.journal import Kind, Look, Outcome, Seen, Viewer, look_at
from projections.pipeline import Statement, Value
from schema.objects import REDACTIONS_MAX, redaction
from schema.plan.leaves import array_items, present
from schema.plan.reach import asking
from schema.plan.selection import Deopt
from schema.plan.whole import TOLD, Told

if TYPE_CHECKING:
    from projections.joined import Rows
    from schema.context import RequestContext
    from schema.plan.level import Ready
    from schema.plan.roots import Plan
    from schema.plan.told import Telling

OPENS: Final = Statement((APPLY.replace("%s", "${}").format(1, 2, 3, 4)).encode())
"""The scope's statement with numbered parameters; it answers the grants that count."""
OPENS_LOOKING: Final = Statement(OPENS.sql + b", set_config('app.look', $5, true)")
"""And says which children and cases the statements are about (``projections.row_law.LOOKED_AT``)."""
OPENS_REACHING: Final = Statement(OPENS.sql + asking(5).encode())
"""And asks which children are within reach; its last column is ``MANY`` where these are not few."""
OPENS_LOOKING_REACHING: Final = Statement(OPENS_LOOKING.sql + asking(6).encode())
"""And both."""
UNFIT_FOR: Final = 200
"""So many requests a plan with fragments is left alone after it did not fit, and the few are not asked for after they
were many."""
VIEWERS_MAX: Final = 1_000
"""Documents for which the journal's words are kept, for one capacity."""
MASKS_MAX: Final = 20_000
"""Distinct token lists judged and remembered for one capacity."""

PLACE: Final = "\0"
"""Stands in the text for what is not there yet: no JSON holds such a character unescaped."""

Later = Callable[["Telling"], Awaitable[str]]
Mask = frozenset[Sensitivity]
Cells = tuple[str | None, ...]
Judged = tuple[Mask, Kind]
"""A mask, and how the journal tells a look under it."""


def array_text(words: Sequence[str]) -> bytes:
    """Tokens as PostgreSQL's array text: they hold no mark that would need quoting (``authz.gate``)."""
    return ("{" + ",".join(words) + "}").encode()


@dataclass(slots=True, eq=False)
class Fit:
    """A plan in the hands of one capacity. ``unfit_for``: so many requests it is not tried."""

    params: list[Value] | None = None
    """Those that are the capacity's, each in its place, once they were needed."""
    unfit_for: int = 0


class Scoped:
    """One capacity's reach as plans need it: sets as parameters, masks by the text of a row's tokens."""

    def __init__(self, gate: Gate, assignment: Assignment, purpose: str) -> None:
        self._gate, self._assignment, self._purpose = gate, assignment, purpose
        self.scope: Scope = gate.scope(assignment, purpose)
        self.grantees = array_text(sorted(self.scope.grantees))
        self._fits: WeakKeyDictionary[Plan, Fit] = WeakKeyDictionary()
        self._viewers = Bounded[str | None, Viewer](VIEWERS_MAX)
        self._sets: dict[tuple[str, Sensitivity], bytes] = {}
        self._many_for = 0
        self.judged = Judgements(self)
        self.viewer = _viewer(assignment, purpose)
        self.purpose = purpose.encode()

    def fits(self, plan: Plan) -> bool:
        """Whether to try a plan with fragments: not again so soon where one could not be shown to this capacity."""
        fit = self._fit(plan)
        if not fit.unfit_for:
            return True
        fit.unfit_for -= 1
        return False

    def _fit(self, plan: Plan) -> Fit:
        known = self._fits.get(plan)
        if known is None:
            known = self._fits[plan] = Fit()
        return known

    def unfit(self, plan: Plan) -> None:
        """A fragment of this plan could not be shown to this capacity, or the tables hold another version of it."""
        self._fit(plan).unfit_for = UNFIT_FOR

    def may_reach_few(self, params: Sequence[Value], by: Sequence[int]) -> bool:
        """Whether to look first how much is within reach ``by`` these parameters: not so soon again where all was."""
        if not by:
            return False
        if self._many_for and all(params[i] is None for i in by):
            self._many_for -= 1
            return False
        return True

    def reaches_many(self, params: Sequence[Value], by: Sequence[int]) -> None:
        """It was much."""
        if all(params[i] is None for i in by):
            self._many_for = UNFIT_FOR

    def params(self, plan: Plan, run: Run) -> list[Value]:
        """The parameters of a request; those that are the same in all of this capacity's are worked out once."""
        fit = self._fit(plan)
        if fit.params is None:
            own = enumerate(plan.params)
            fit.params = [None if i in plan.varying else param(run) for i, param in own]
        made = fit.params.copy()
        for i in plan.varying:
            made[i] = plan.params[i](run)
        return made

    def viewer_of(self, context: RequestContext) -> Viewer:
        """Who the journal says looked; for all requests with one document."""
        known = self._viewers.get(context.operation)
        if known is None or known.door is not context.door:
            known = self._viewers[context.operation] = context.viewer()
        return known

    def tokens(self, obj: str, cls: Sensitivity) -> bytes:
        """The tokens through which a class of an object may be read; grants are no tokens of a row."""
        known = self._sets.get((obj, cls))
        if known is None:
            own = [t for t in self.scope[obj].get(cls, ()) if not t.startswith(GRANTED)]
            known = self._sets[obj, cls] = array_text(ordered(own))
        return known

    def judge(self, obj: str, tokens: tuple[str, ...]) -> Judged:
        """The mask of a row with these tokens, grants among them; not remembered."""
        mask = self.scope._mask(obj, tokens)  # noqa: SLF001 - remembered here, by the text
        basis = self._gate.basis(self._assignment, obj, tokens, self._purpose)
        return mask, look_at(obj, "read", relation=basis, classes=mask)[0]

    def opens(
        self, key: bytes, wall: datetime, moment: datetime, asks: Pairs | None = None
    ) -> tuple[Value, ...]:
        """The arguments of ``OPENS``, for what the statements ask (all there is, unless given)."""
        return self.scope.begun(key, wall, asked=asks).sent(moment)


def _viewer(assignment: Assignment, purpose: str) -> dict[str, bytes | None]:
    a = assignment
    return {
        "personId": str(a.person_id).encode(),
        "role": a.role.encode(),
        "unitId": None if a.unit_id is None else str(a.unit_id).encode(),
        "divisionId": None if a.division_id is None else a.division_id.encode(),
        "purpose": purpose.encode(),
    }


class Judgements(Bounded[tuple[str, str | None], Judged]):
    """An object and the text of a row's own tokens → what is open on the row; remembered: rows have few of them."""

    def __init__(self, scoped: Scoped) -> None:
        super().__init__(MASKS_MAX)
        self._scoped = scoped

    def __missing__(self, row: tuple[str, str | None]) -> Judged:
        obj, tokens = row[0], present(row[1])
        made = self[row] = self._scoped.judge(obj, tuple(array_items(tokens)))
        return made


@dataclass(slots=True)
class Run:
    """One request. ``rows`` holds the answer of each statement, by its number."""

    scoped: Scoped
    variables: dict[str, Any]
    cursor_key: bytes
    moment: datetime
    tasks: bytes = b"{}"
    """The tasks of the changes that are told, as PostgreSQL's array text."""
    rows: dict[int, list[Cells]] = field(default_factory=dict)
    grants: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)
    others: list[Look] = field(default_factory=list)
    redactions: list[dict[str, Any]] = field(default_factory=list)
    pages: dict[int, Told] = field(default_factory=dict)
    """The lists that were told whole, by the number of their statement or of what would be it."""
    worked: dict[str, tuple[str, list[dict[str, Any]]]] = field(default_factory=dict)
    """The root fields that were worked out: their JSON, and what was held back in each."""
    _later: list[Later] = field(default_factory=list)
    _told: list[bytes] = field(default_factory=list)
    _groups: dict[int, dict[str | None, list[Cells]]] = field(default_factory=dict)

    @property
    def said(self) -> bytes:
        """The moment of the request as a parameter."""
        return self.moment.isoformat().encode()

    @property
    def today(self) -> date:
        """The local day of the request."""
        return local_date(self.moment)

    def take(self, statements: Sequence[Ready], answers: Sequence[Rows]) -> None:
        """What PostgreSQL answered."""
        for statement, rows in zip(statements, answers, strict=True):
            if not statement.tells:
                self.rows[statement.number] = rows.texts()
            elif not rows.count:
                self.rows[statement.number] = []
            else:
                self.rows[statement.number] = [rows.cells(statement.cells)]
                for number, first, columns in statement.tells:
                    self.pages[number] = Told.of_row(rows, first, columns)

    def told(self, items: bytes) -> str:
        """A place in the text for what PostgreSQL has written: it goes to the wire as it came."""
        self._told.append(items)
        return TOLD

    def encoded(self, text: str) -> bytes:
        """The text with what was told in its places."""
        if not self._told:
            return text.encode()
        parts = text.encode().split(TOLD.encode())
        return b"".join([p for pair in zip(parts, (*self._told, b""), strict=True) for p in pair])

    def looks(self) -> list[Look]:
        """All that the journal is told, once everything is read and written."""
        return [*self.seen.settled(), *self.others]

    def groups(self, number: int) -> dict[str | None, list[Cells]]:
        """The rows of a statement by their parent, which is their first column."""
        known = self._groups.get(number)
        if known is None:
            known = self._groups[number] = {}
            for row in self.rows[number]:
                known.setdefault(row[0], []).append(row)
        return known

    def row_of(self, number: int, cell: int, key: str) -> Cells | None:
        """The row of a statement that has this key in a cell; None where it was not seen."""
        return next((row for row in self.rows[number] if row[cell] == key), None)

    def taken(self, text: str) -> tuple[bytes, list[dict[str, Any]]]:
        """The text of one answer among several, and what was held back in it."""
        made, held = self.encoded(text), self.redactions
        self._told, self.redactions = [], []
        return made, held

    def look(self, obj: str, subject: str, tokens: str | None) -> Mask:
        """The classes open on a child or a case; the journal will tell that it was looked at."""
        if self.grants and (granted := self.grants.get(subject)):
            held = (*array_items(present(tokens)), *granted)
            until = self.scoped.scope.until(obj, held)
            if until is not None and until < self.today:
                raise Deopt  # as it was then: told anew, by the reference
            mask, of = self.scoped.judge(obj, held)
        else:
            mask, of = self.scoped.judged[obj, tokens]
        looks, at = self.seen.looks, (obj, subject)
        known = looks.setdefault(at, of)
        if known is not of:
            looks[at] = known.joined(of)
        return mask

    def looked_at(self, obj: str, rows: Iterable[tuple[str, str]]) -> set[Mask]:
        """The masks of many children or cases, by the id and the tokens of each; nobody holds a grant on one.

        One without an id was not asked for, one without tokens not seen.
        """
        judged, note, masks = self.scoped.judged, self.seen.note, set()
        for subject, tokens in rows:
            if tokens:
                mask, of = judged[obj, tokens]
                masks.add(mask)
                note((obj, subject), of)
            elif subject:
                self.denied(obj, subject)
        return masks

    def masks(
        self, obj: str, rows: Sequence[Cells], tokens: int, about: Sequence[int] = ()
    ) -> list[Mask]:
        """The classes open on other rows with tokens; grants on the children and cases they are about count.

        ``tokens`` and ``about`` are where these stand in a row.
        """
        judged = self.scoped.judged
        if not self.grants:
            return [judged[obj, row[tokens]][0] for row in rows]
        found = []
        for row in rows:
            granted = [t for c in about for t in self.grants.get(row[c] or "", ())]
            if granted:
                held = (*array_items(present(row[tokens])), *granted)
                found.append(self.scoped.judge(obj, held)[0])
            else:
                found.append(judged[obj, row[tokens]][0])
        return found

    def withhold(self, case_id: str | None, child_id: str | None, cls: Sensitivity) -> None:
        """The journal will tell that a value was asked for and not shown."""
        self.seen.held.append((case_id, child_id, cls))

    def redact(self, path: Any, cls: Sensitivity) -> None:
        """The answer will tell that a value was held back; the first so many of them."""
        if len(self.redactions) >= REDACTIONS_MAX:
            return
        steps: list[str | int] = []
        while path is not None:
            path, step = path
            steps.append(step)
        self.redactions.append(redaction(steps[::-1], cls))

    def later(self, job: Later) -> str:
        """A place in the text for what ``job`` will give, once all is written."""
        self._later.append(job)
        return PLACE

    async def filled(self, text: str, telling: Telling) -> str:
        """The text with what was left for later."""
        if not self._later:
            return text
        parts = text.split(PLACE)
        given = await asyncio.gather(*(job(telling) for job in self._later))
        return parts[0] + "".join(g + p for g, p in zip(given, parts[1:], strict=True))

    def denied(self, obj: str, subject: str) -> None:
        """The journal will tell that somebody asked for what is out of reach, or absent."""
        self.others.append(look_at(obj, "read", UUID(subject), Outcome.DENIED))
