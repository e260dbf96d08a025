"""查阅授权 · Who may see whom, and by which fact: relations told from events, kept as tokens on the child and the case.

A relation ends when its reason ends: each token is kept with the event that gave it, and a row's ``tokens`` are the
union of what still stands. What expires by itself (a referral, an order, an emergency) is told in ``grants``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, LiteralString
from uuid import UUID

from domain.sensitivity import P0
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import insert, remove
from projections.readmodel import ReadModel
from projections.rowwrite import following


class AccessRelation(
    ReadModel,
    table="access_relation",
    key=("subject_id", "token", "reason"),
    private=True,
    indexes=("reason",),
    zh="关系",
    en="Access relation",
):
    """One token on one child or case, and why: ``reason`` names the fact whose end ends it."""

    subject_id: Annotated[UUID, P0]
    token: Annotated[str, P0]
    reason: Annotated[str, P0]
    event_id: Annotated[UUID, P0]


def give(subject_id: UUID, token: str, reason: str, event_id: UUID) -> Write:
    """``token`` holds on ``subject_id`` as long as ``reason`` stands."""
    return insert(
        AccessRelation, subject_id=subject_id, token=token, reason=reason, event_id=event_id
    )


def take(subject_id: UUID, reason: str) -> Write:
    """``reason`` has ended: so have its tokens."""
    return remove(AccessRelation, subject_id=subject_id, reason=reason)


SHOWN: LiteralString = (
    "array(select distinct case when left(token, 1) in ('K', 'L', 'W', 'X') then sec.sealed(token) "
    "else token end as shown from access_relation where subject_id = {subject} "
    "and token not like 'Z:%%' order by shown)"
)
"""The tokens of a child or case as its row carries them: who sees the row reads them with it, and some would name what
a class protects (``migrations/0019``). In ``access_relation``, which the API does not read, they are plain."""


def shown(subject: LiteralString) -> LiteralString:
    """The union of what stands of ``subject``, an SQL expression."""
    return SHOWN.replace("{subject}", subject)


_OF_CHILD: LiteralString = (
    f"update child c set tokens = {shown('c.child_id')} where c.child_id = any(%(many)s::uuid[])"
)
_OF_CASE: LiteralString = (
    f"update case_file c set tokens = {shown('c.case_id')} where c.case_id = any(%(many)s::uuid[])"
)
LAST = 9
"""The turn of what follows from all relations: after everything that gives or takes one."""


def refresh(subject_id: UUID) -> list[Write]:
    """The union of what stands, onto the row that carries it."""
    return [following(LAST, text, subject_id) for text in (_OF_CHILD, _OF_CASE)]


def joins(r: Recorded, unit_id: UUID, reason: str) -> Iterator[Write]:
    """A unit joins the case and the children it concerns, as long as ``reason`` stands (relation ``team``)."""
    for subject_id in (r.stream_id, *r.concerns):
        yield give(subject_id, f"T:{unit_id}", reason, r.event_id)
        yield from refresh(subject_id)


def leaves(r: Recorded, reason: str) -> Iterator[Write]:
    """Whoever joined for ``reason`` is out again."""
    for subject_id in (r.stream_id, *r.concerns):
        yield take(subject_id, reason)
        yield from refresh(subject_id)
