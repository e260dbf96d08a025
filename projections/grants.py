"""限时授权 · Grants: who may look at a child or a case for a time, in which classes, for what, and by which event.

A referral, a conference, a look-up, an emergency, an order, an audit: each opens a little, for somebody, until then. A
grant is never a token on the row. It is a row of its own that row security compares with the moment and the purpose of
the signed scope (``sec.moment``, ``sec.purpose``), so that it ends by itself, and at once where its reason ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, LiteralString
from uuid import UUID

from domain.sensitivity import (
    P0,
    P0_PROCESS,
    P1,
    P1_PLACE,
    P2,
    P2_STANDING,
    P3,
    P3_AID,
    P3_CARE,
    P3_SCHOOL,
    P4_ALERT,
    Sensitivity,
)
from domain.terms.access import AccessPurpose, SharedField
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import insert, sql
from projections.readmodel import ReadModel


class AccessGrant(
    ReadModel,
    table="access_grant",
    key=("grantee", "subject_id", "event_id"),
    open_to_all=True,
    indexes=("grantee, valid_to, subject_id", "subject_id", "reason", "second_reason"),
    zh="限时授权",
    en="Time-limited access grant",
):
    """``grantee`` is ``G:<relation>:<assignment or unit>``; both reasons name a fact whose end ends it.

    ``classes`` bound what the relation opens here; ``for_purpose`` null: any purpose the policy allows it.
    """

    grantee: Annotated[str, P0]
    subject_id: Annotated[UUID, P0]
    event_id: Annotated[UUID, P0]
    relation: Annotated[str, P0]
    classes: Annotated[tuple[str, ...], P0]
    for_purpose: Annotated[str | None, P0]
    reason: Annotated[str, P0]
    second_reason: Annotated[str | None, P0]
    valid_from: Annotated[datetime, P0]
    valid_to: Annotated[datetime, P0]
    records_from: Annotated[date | None, P0]
    """The first day of what it opens; null: all there is, whenever it was (``row_law``)."""
    records_to: Annotated[date | None, P0]


def held(answer: str | None) -> dict[str, tuple[str, ...]]:
    """From the answer of ``sec.open``: child or case → the grants on it that count, as tokens (``G:…|classes``)."""
    found: dict[str, tuple[str, ...]] = {}
    for line in answer.split("\n") if answer else ():
        subject, _, token = line.partition(" ")
        found[subject] = (*found.get(subject, ()), token)
    return found


EVERY_CLASS = tuple(Sensitivity)
"""No bound of the grant's own: the policy says what the relation opens."""
EXISTENCE = (P0,)

CLASS_OF: dict[SharedField, Sensitivity] = {
    SharedField.IDENTITY: P1,
    SharedField.CONTACTS: P2,
    SharedField.COORDINATION: P2,
    SharedField.ATTENDANCE: P3_SCHOOL,
    SharedField.DROPOUT: P3_SCHOOL,
    SharedField.CARE_NEEDS: P3_CARE,
    SharedField.HEALTH_ALERTS: P4_ALERT,
    SharedField.HOUSEHOLD_INCOME: P3,
    SharedField.ENTITLEMENTS: P3_AID,
}
"""Which class a field on a sharing list belongs to. Psychology, justice and what protects a child are on no list."""


def classes_of(fields: Iterable[SharedField]) -> tuple[Sensitivity, ...]:
    """The classes that the fields of a list open, existence included."""
    return tuple(sorted({P0, *(CLASS_OF[f] for f in fields)}))


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What is granted to each of ``holders`` (assignments or units), until when, and what ends it earlier."""

    relation: str
    holders: Sequence[UUID | None]
    until: datetime
    reason: str
    classes: Sequence[Sensitivity] = EVERY_CLASS
    purpose: AccessPurpose | None = None
    second_reason: str | None = None
    records_from: date | None = None
    records_to: date | None = None


def opened(r: Recorded, grant: Grant, subjects: Iterable[UUID]) -> Iterator[Write]:
    """The grant on these children and cases, from the moment it was recorded."""
    for holder in dict.fromkeys(h for h in grant.holders if h is not None):
        for subject_id in subjects:
            yield insert(AccessGrant, **_row(r, grant, holder), subject_id=subject_id)


_OVER_LINKED: LiteralString = (
    "insert into access_grant (grantee, subject_id, event_id, relation, classes, for_purpose, reason, "
    "second_reason, valid_from, valid_to, records_from, records_to) "
    "select %(grantee)s, {column}, %(event_id)s, %(relation)s, %(classes)s, %(for_purpose)s, %(reason)s, "
    "%(second_reason)s, %(valid_from)s, %(valid_to)s, %(records_from)s, %(records_to)s "
    "from case_child where {where} = %(linked)s on conflict (grantee, subject_id, event_id) do nothing"
)


def opened_with_cases(r: Recorded, grant: Grant, child_id: UUID) -> Iterator[Write]:
    """The grant on a child and on the cases that concern it."""
    yield from opened(r, grant, (child_id,))
    for holder in dict.fromkeys(h for h in grant.holders if h is not None):
        text = _OVER_LINKED.replace("{column}", "case_id").replace("{where}", "child_id")
        yield sql(text, **_row(r, grant, holder), linked=child_id)


def opened_with_children(r: Recorded, grant: Grant, case_id: UUID) -> Iterator[Write]:
    """The grant on a case and on the children it concerns."""
    yield from opened(r, grant, (case_id,))
    for holder in dict.fromkeys(h for h in grant.holders if h is not None):
        text = _OVER_LINKED.replace("{column}", "child_id").replace("{where}", "case_id")
        yield sql(text, **_row(r, grant, holder), linked=case_id)


_OVER_JOINED: LiteralString = (
    "with recursive joined as (select case_id from case_file where into_case_id = %(linked)s "
    "union select f.case_id from case_file f join joined j on f.into_case_id = j.case_id) "
    "insert into access_grant (grantee, subject_id, event_id, relation, classes, for_purpose, reason, "
    "second_reason, valid_from, valid_to, records_from, records_to) "
    "select %(grantee)s, case_id, %(event_id)s, %(relation)s, %(classes)s, %(for_purpose)s, %(reason)s, "
    "%(second_reason)s, %(valid_from)s, %(valid_to)s, %(records_from)s, %(records_to)s "
    "from joined on conflict (grantee, subject_id, event_id) do nothing"
)


def opened_with_joined(r: Recorded, grant: Grant, case_id: UUID) -> Iterator[Write]:
    """The grant on the reports that were joined to a case: what was told there is of the same matter."""
    for holder in dict.fromkeys(h for h in grant.holders if h is not None):
        yield sql(_OVER_JOINED, **_row(r, grant, holder), linked=case_id)


def _row(r: Recorded, grant: Grant, holder: UUID) -> dict[str, object]:
    return {
        "grantee": f"G:{grant.relation}:{holder}",
        "event_id": r.event_id,
        "relation": grant.relation,
        "classes": _whole(grant.classes),
        "for_purpose": grant.purpose.value if grant.purpose else None,
        "reason": grant.reason,
        "second_reason": grant.second_reason,
        "valid_from": r.recorded_at,
        "valid_to": grant.until,
        "records_from": grant.records_from,
        "records_to": grant.records_to,
    }


_WITH = {P0: P0_PROCESS, P1: P1_PLACE, P2: P2_STANDING, P3: P3_AID}


def _whole(classes: Sequence[Sensitivity]) -> tuple[Sensitivity, ...]:
    """Who is given a class is given the facet that is a class of its own for the family or the reporter alone."""
    given = {*classes, *(_WITH[c] for c in classes if c in _WITH)}
    return tuple(c for c in Sensitivity if c in given)


def also_as(r: Recorded, reason: str, relation: str) -> Write:
    """Whoever holds a grant for ``reason`` holds it in another relation as well, from now on."""
    return sql(
        "insert into access_grant (grantee, subject_id, event_id, relation, classes, for_purpose, reason, "
        "valid_from, valid_to, records_from, records_to) "
        "select 'G:' || %(relation)s || ':' || split_part(grantee, ':', 3), subject_id, %(event_id)s, "
        "%(relation)s, classes, for_purpose, reason, %(at)s, valid_to, records_from, records_to "
        "from access_grant where reason = %(reason)s on conflict (grantee, subject_id, event_id) do nothing",
        relation=relation,
        event_id=r.event_id,
        at=r.recorded_at,
        reason=reason,
    )


def ended(r: Recorded, reason: str) -> Write:
    """What ``reason`` opened is closed with this very event."""
    return sql(
        "update access_grant set valid_to = least(valid_to, %(at)s) "
        "where reason = %(reason)s or second_reason = %(reason)s",
        at=r.recorded_at,
        reason=reason,
    )
