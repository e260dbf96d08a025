"""The shell: load, decide, record. The one place where the pure core meets the store.

``Casebook.perform`` puts one command to one stream on behalf of one actor and records what follows, on every stream it
concerns, all or nothing. It answers ``Done``, or raises ``Refused`` (the rules say no), ``Stale`` (somebody else wrote
first; carries the current version) or ``CommandReused`` (the command id belongs to another request).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid5

import msgspec

from domain.child.closing import ERASED
from domain.context import SYSTEM
from domain.kernel import Refused, State
from domain.typed import typed
from eventlog.decision import Book, Decision
from eventlog.entries import CommandEntry
from eventlog.errors import CommandKnown, KeyDestroyed, VersionConflict
from eventlog.recorded import Recorded
from eventlog.request import Absent, CommandReused, Done, Request, Stale
from eventlog.store import Inline

TRIES_MAX = 8
"""How often a request is decided anew because a *linked* stream moved under it."""


@dataclass(kw_only=True)
class Casebook(Book):
    """The register of everything that was ever decided."""

    inline: Inline
    digest_key: bytes
    on_recorded: list[Callable[[Sequence[Recorded]], None]] = field(default_factory=list)

    def perform(self, request: Request) -> Done:
        """Puts the command and records what follows."""
        for _ in range(TRIES_MAX - 1):
            try:
                return self._once(request)
            except _LinkedMoved:
                continue
        return self._once(request)

    def repeated(self, request: Request) -> Done | None:
        """The first answer, if this very request was put before by the same person."""
        known = self.store.command(request.command_id)
        if known is None or not self._is_same(request, known):
            return None
        return _first(known)

    def state(self, kind: type[State], stream_id: UUID) -> State:
        """A stream as it stands."""
        return self.store.state(kind, stream_id)

    def _once(self, request: Request) -> Done:
        command = request.command
        stream_id = request.stream_id or uuid5(request.command_id, "stream")
        work = Decision(self, request, stream_id)
        try:
            work.run(command)
        except (Refused, Stale, Absent):
            if known := self.store.command(request.command_id):
                return self._again(request, known)
            raise
        return self._record(request, work)

    def _record(self, request: Request, work: Decision) -> Done:
        new = work.recorded
        state = work.states[work.stream_id]
        done = Done(
            stream=state.stream,
            stream_id=work.stream_id,
            version=state.version,
            position=0,
            event_ids=tuple(r.event_id for r in new if r.stream_id == work.stream_id),
        )
        entry = CommandEntry(
            command_id=request.command_id,
            actor=request.actor.person_id,
            digest=self._digest(request),
            stream_id=work.stream_id,
            version=state.version,
            answer=msgspec.to_builtins(done),
        )
        try:
            positions = self.store.append(new, command=entry, inline=self.inline)
        except CommandKnown as known:
            return self._again(request, known.entry)
        except KeyDestroyed as gone:
            raise ERASED() from gone  # noqa: RSE102 - a refusal makes its exception
        except VersionConflict as conflict:
            self.store.forget(work.states)
            if request.expecting is None or conflict.stream_id != work.stream_id:
                raise _LinkedMoved from conflict
            raise Stale(conflict.current_version) from conflict
        placed = [r.at(p) for r, p in zip(new, positions, strict=True)]
        self.store.remember(work.states, work.epoch)
        for told in self.on_recorded:
            told(placed)
        return replace(done, position=max(positions, default=0))

    def _again(self, request: Request, known: CommandEntry) -> Done:
        """The first answer again, if this is the same request by the same person."""
        if not self._is_same(request, known):
            raise CommandReused
        return _first(known)

    def _is_same(self, request: Request, known: CommandEntry) -> bool:
        """Early entries of the log are of what was asked alone, and not of its occasion."""
        alike = (self._digest(request), self._keyed(_asked(request)))
        same = any(hmac.compare_digest(known.digest, each) for each in alike)
        return same and known.actor == request.actor.person_id

    def _digest(self, request: Request) -> bytes:
        """A keyed digest of what was asked, so that an id cannot be re-used for something else."""
        return self._keyed([*_asked(request), _occasion(request)])

    def _keyed(self, told: list[Any]) -> bytes:
        return hmac.new(self.digest_key, msgspec.json.encode(told), hashlib.sha256).digest()


def _first(known: CommandEntry) -> Done:
    """The answer that was given, again."""
    first: Done = typed(known.answer, Done)
    return replace(first, repeated=True, position=known.position or 0)


def _asked(request: Request) -> list[Any]:
    return [
        type(request.command).name,
        str(request.stream_id),
        {s.name: getattr(request.command, s.name) for s in type(request.command).specs},
    ]


def _occasion(request: Request) -> list[Any] | None:
    """When, why late and for whom, as somebody says it. A clock that rings again later says so, and asks the same."""
    if request.actor == SYSTEM:
        return None
    occurred = request.occurred_at and request.occurred_at.timestamp()
    return [occurred, request.precision, request.late_because, request.on_behalf_of]


class _LinkedMoved(Exception):
    """A stream that the decision looked at was written meanwhile: decide anew."""


__all__ = ["Absent", "Casebook", "CommandReused", "Done", "Request", "Stale"]
