"""Deciding a command: first the gate, then the rules, so that a rule never describes what is out of reach.

It blocks, and is done in threads; or in a process beside the one that serves (``ops.decider``), so that what is put and
what is answered can be told to another process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from authz.gate import Assignment
from domain.context import Actor, Precision
from domain.kernel import Command, Refused
from domain.naming import named_children
from eventlog.casebook import Absent, CommandReused, Done, Request, Stale
from schema.outcomes import NOT_FOUND, REUSED, CommandDone, conflict, refused
from schema.transport.errors import Code, CodedError
from schema.words_asked import without_zone

if TYPE_CHECKING:
    from schema.context import Services

A_LIFE = timedelta(days=36_525)
Denial = tuple[str, str, UUID | None]
"""Object, act and whom it is about, as the journal tells it."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A mutation's arguments, already in the domain's types."""

    command: Command[Any]
    command_id: UUID
    stream_id: UUID | None = None
    expecting: int | None = None
    occurrence: Any = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """A command as one capacity puts it. ``trace_id``: of the request, for the line that tells of a fault."""

    asked: Asked
    assignment: Assignment
    purpose: str
    signed_in_at: datetime | None
    trace_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One of ``schema.outcomes``; and what the journal is to tell, where it was denied."""

    outcome: Any
    denied: Denial | None = None


def decided(services: Services, deed: Deed) -> Decided:
    """What becomes of a command. Raises ``CodedError``, and what the log and the database raise.

    Who may put it no longer is told again what they were told: the first try may have ended their own reach.
    """
    asked, request = deed.asked, _request(deed, services.now())
    refused_to = _denial(services, deed)
    if refused_to is not None:
        done = services.casebook.repeated(request)
        return Decided(NOT_FOUND, refused_to) if done is None else Decided(_acknowledged(done))
    try:
        done = services.casebook.perform(request)
    except Refused as refusal:
        return Decided(refused(refusal))
    except Stale as stale:
        return Decided(conflict(stale.current_version))
    except Absent:
        stream = type(asked.command).state_type.stream
        return Decided(NOT_FOUND, (stream, asked.command.name, asked.stream_id))
    except CommandReused:
        return Decided(REUSED)
    return Decided(_acknowledged(done))


def actor_of(assignment: Assignment) -> Actor:
    """The actor as the log records it."""
    return Actor(
        person_id=assignment.person_id,
        role=assignment.role,
        unit_id=assignment.unit_id,
        division_id=assignment.division_id,
        assignment_id=assignment.id,
    )


def _request(deed: Deed, now: datetime) -> Request:
    asked, occurrence = deed.asked, deed.asked.occurrence
    return Request(
        command=asked.command,
        command_id=asked.command_id,
        actor=actor_of(deed.assignment),
        stream_id=asked.stream_id,
        expecting=asked.expecting,
        occurred_at=_within_a_life(occurrence.at, now) if occurrence else None,
        precision=Precision(occurrence.precision) if occurrence else Precision.MINUTE,
        late_because=occurrence.late_because if occurrence else None,
        on_behalf_of=asked.on_behalf_of,
        signed_in_at=deed.signed_in_at,
    )


def _within_a_life(moment: datetime, now: datetime) -> datetime:
    """What is further off is a slip of the pen; and the calendar has an end, beyond which no day is reckoned."""
    if moment.utcoffset() is None:
        raise without_zone("occurrence.at")
    if abs(moment - now) > A_LIFE:
        raise CodedError(
            Code.BAD_USER_INPUT,
            zh="该时间距今太远",
            en="This time is too far from now",
            field="occurrence.at",
        )
    return moment


def _acknowledged(done: Done) -> CommandDone:
    """The acknowledgement of the log, as the API says it."""
    return CommandDone(
        id=done.stream_id,
        stream=done.stream,
        version=done.version,
        position=done.position,
        events=list(done.event_ids),
        repeated=done.repeated,
    )


def _denial(services: Services, deed: Deed) -> Denial | None:
    """What Casbin denies of this command, by the relations this actor has to the row, or to the place it will have;
    None when it may be put to the rules."""
    asked = deed.asked
    kind = type(asked.command)
    stream = kind.state_type.stream
    if asked.stream_id is not None:
        tokens = _tokens_of(services, deed, stream, asked.stream_id)
    else:
        tokens = _tokens_to_be(services, deed, asked.command)
    if not _permits(services, deed, kind.name, stream, tokens):
        return stream, kind.name, asked.stream_id
    named = () if type(asked.command).names_unseen else named_children(asked.command)
    hidden = next((c for c in named if not _may_name(services, deed, c)), None)
    return None if hidden is None else ("child", kind.name, hidden)


def _may_name(services: Services, deed: Deed, child_id: UUID) -> bool:
    """A command may name only a child its actor can see; otherwise it would tell that the child exists."""
    tokens = _tokens_of(services, deed, "child", child_id)
    return _permits(services, deed, "read", "child", tokens)


def _permits(
    services: Services, deed: Deed, act: str, obj: str, tokens: frozenset[str] | None
) -> bool:
    """What the gate says. It is asked of what does not exist as well: a denial takes the same work either way."""
    held = tokens if tokens is not None else frozenset()
    said = services.gate().permits(deed.assignment, act, obj, held, deed.purpose)
    return said.allowed and tokens is not None


def _tokens_of(
    services: Services, deed: Deed, stream: str, stream_id: UUID
) -> frozenset[str] | None:
    """The row's relations as they stand now for this purpose, grants included."""
    return services.lookup.tokens(stream, stream_id, services.now(), deed.purpose)


def _tokens_to_be(services: Services, deed: Deed, command: Command[Any]) -> frozenset[str]:
    """The relations a stream opened by this command will have by its place and its school."""
    place = getattr(command, command.place_field) if command.place_field else None
    tokens: set[str] = set()
    if place and services.divisions.find(place):
        for division in services.divisions.path(place):
            tokens |= {f"R:{division}", f"I:{division}"}
    school = getattr(command, "school_unit_id", None)
    if school:
        tokens.add(f"E:{school}")
    if type(command).state_type.stream == "access":  # one stands to it as to whom it is about
        for stream in ("child", "case"):
            about = getattr(command, f"{stream}_id", None)
            tokens |= (about and _tokens_of(services, deed, stream, about)) or frozenset()
    return frozenset(tokens)
