"""儿童概况 · How the child's rows are told: the head from the state after each event, the rest from the event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.child.completeness import kept_sections
from domain.child.file import ChildFileOpened, EnrolmentRecorded
from domain.child.places import ChildLocationRecorded
from domain.child.state import Child
from domain.divisions import Divisions
from domain.kernel import Event
from domain.periods import local_date
from domain.terms.places import PlaceKind
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.child import ChildRow
from projections.kernel import Projection, change, insert
from projections.relations import refresh
from projections.steps import step
from projections.timeline import changed_at
from projections.whereabouts import told

children = Projection("child", zh="儿童概况", en="Child profiles")


@children.on_every
def born(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """The row, at the first event of a file."""
    if r.stream == "child" and r.version == 1:
        yield insert(ChildRow, **_blank(r))


@children.on_state(Child)
def head(r: Recorded, _event: Event[Any]) -> Iterator[Write]:
    """The head of the file, as its state says, and who stands how to the child."""
    child = r.after
    if not isinstance(child, Child):
        return
    yield change(ChildRow, {"child_id": r.stream_id}, **_head(r, child))
    if _related_otherwise(r, child):
        yield _relations(r, child)
        yield told(r.stream_id)
    yield from refresh(r.stream_id)


def _blank(r: Recorded) -> dict[str, Any]:
    return {
        "child_id": r.stream_id,
        "file_status": "NONE",
        "version": 0,
        "updated_at": r.recorded_at,
        "has_care_flag": False,
        "cadence": "NORMAL",
        "is_placed": False,
    }


def _head(r: Recorded, child: Child) -> dict[str, Any]:
    file, visits, tier = child.file, child.visits, child.tier
    return {
        "file_status": file.status.value,
        "version": r.version,
        **changed_at(r),
        "residence_id": file.residence,
        "hukou_id": file.hukou,
        "area_type": file.area_type,
        "categories": file.categories,
        "key_targets": file.key_targets,
        "sections_kept": kept_sections(child),
        "has_care_flag": bool(file.categories or file.key_targets or child.facts.flagged),
        "responsible_person_id": file.responsible_person,
        "responsible_unit_id": file.owner_unit_id,
        "school_unit_id": file.school_unit_id,
        "cadence": visits.cadence,
        "last_contact_on": visits.last_contact_on,
        "last_home_visit_on": visits.last_home_visit_on,
        "next_contact_on": visits.next_contact_on,
        "next_home_visit_on": visits.next_home_visit_on,
        "tier": tier.tier,
        "proposed_tier": tier.proposed,
    }


def _related_otherwise(r: Recorded, child: Child) -> bool:
    """Whether other relations may follow from the file than before this append; the day moves what places lie in."""
    before = r.before
    if not isinstance(before, Child) or not before.version or _relating(before) != _relating(child):
        return True
    divisions, file = Divisions.load(), child.file
    places = (file.residence, file.hukou, file.owner_division)
    return not all(divisions.lies_still(p) for p in places if p)


def _relating(child: Child) -> tuple[Any, ...]:
    """All that ``_relations`` looks at."""
    file, care = child.file, child.care
    places = (file.residence, file.hukou, file.owner_division)
    people = (file.responsible_person, care.guardians, care.carer_person_id, file.of_age)
    return (*places, *people, file.owner_unit_id, file.school_unit_id)


def _relations(r: Recorded, child: Child) -> Write:
    """The relations that follow from the file itself, all at once: what no longer stands goes with the same stroke."""
    file, day = child.file, local_date(r.occurred_at)
    divisions = Divisions.load()
    tokens = set()
    for prefix, place in (("R", file.residence), ("H", file.hukou)):
        if place and divisions.find(place):
            tokens |= {f"{prefix}:{d}" for d in divisions.path(place, day)}
    if not file.residence and file.owner_division and divisions.find(file.owner_division):
        tokens |= {f"R:{d}" for d in divisions.path(file.owner_division, day)}
    tokens |= {f"U:{p}" for p in (file.responsible_person,) if p}
    tokens |= {f"T:{u}" for u in (file.owner_unit_id,) if u}
    tokens |= {f"E:{u}" for u in (file.school_unit_id,) if u}
    if not file.of_age:
        guardians = (g for g in child.care.guardians if not g.revoked)
        tokens |= {f"F:{g.person_id}" for g in guardians if g.person_id}
    tokens |= {f"C:{p}" for p in (child.care.carer_person_id,) if p}
    return step(
        (r.stream_id,),
        "with gone as (delete from access_relation a using {rows}(select) one "
        "where a.subject_id = %(child)s::uuid and a.reason = 'file' "
        "and not a.token = any(%(tokens)s::text[])) "
        "insert into access_relation (subject_id, token, reason, event_id) "
        "select %(child)s::uuid, token, 'file', %(event)s::uuid "
        "from {rows}unnest(%(tokens)s::text[]) as token on conflict do nothing",
        child=r.stream_id,
        tokens=sorted(tokens),
        event=r.event_id,
    )


@children.on(ChildFileOpened)
def opened(r: Recorded, e: ChildFileOpened) -> Iterator[Write]:
    """Who the child is."""
    yield change(
        ChildRow,
        {"child_id": r.stream_id},
        name=e.child_name,
        sex=e.sex,
        birth_on=e.birth_on,
        id_number=e.id_number,
    )


@children.on(ChildLocationRecorded)
def located(r: Recorded, e: ChildLocationRecorded) -> Iterator[Write]:
    """Where the child lives."""
    if e.place_kind is PlaceKind.RESIDENCE:
        yield change(ChildRow, {"child_id": r.stream_id}, address=e.place_address)


@children.on(EnrolmentRecorded)
def enrolled(r: Recorded, e: EnrolmentRecorded) -> Iterator[Write]:
    """Which class."""
    yield change(ChildRow, {"child_id": r.stream_id}, school_grade=e.grade)
