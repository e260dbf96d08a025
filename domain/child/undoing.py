"""撤销之后 · What stands on a file again once one record is disavowed.

A fact may have taken the place of another: a visit that of the visit before it, a return that of an absence, a new
carer that of the first. No state keeps all of that. So the file is told anew from its own history without the record,
and what then stands otherwise goes into the disavowal, which the state, the clocks and the queues follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NewType
from uuid import UUID

from domain.child.care_state import CARED_FOR, CareState, EntrustedCareStatus, Guardian
from domain.child.entrusted_care import EntrustedCarerDesignated
from domain.child.entrusted_end import EntrustedCareEnded
from domain.child.guardians import ParentReturned
from domain.child.home_hazards import HomeHazardFound
from domain.child.home_visits import HomeVisitMade
from domain.child.school_state import Schooling, SchoolState
from domain.child.standing import id_of
from domain.child.state import Child
from domain.child.visits_state import Concern, Hazard, Problem, Rhythm, VisitsState, WarningOnFile
from domain.child.warnings import WarningRaised
from domain.factbook import FactBook
from domain.kernel import Event, Value, replay
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFact, RiskFactor
from domain.sensitivity import P0, P2, P3, P3_SCHOOL, P4, Sensitivity
from domain.terms.care import AbsenceReason, ArrangementKind, CareEndReason, Kinship
from domain.terms.visits import HomeHazardKind

if TYPE_CHECKING:
    from domain.child.corrections import EventDisavowed

name_fields(
    done_on=("完成日期", "Done on"),
    done_event=("完成的记录", "The record that did it"),
    matter_id=("事项", "Matter"),
    matter_event=("事项来源", "What told it"),
    settled=("是否办结", "Settled"),
    found_event=("认定的记录", "The record that found it"),
    found_from=("起始日期", "Since when it holds"),
    entrusted=("委托照护状态", "State of entrusted care"),
    agreement_signed=("委托协议是否签订", "Agreement signed"),
    child_in_need=("儿童现处困境", "The child is in need"),
    schooling=("就学状态", "Schooling"),
    enrolled=("是否在籍", "Enrolled"),
    absent_on=("无故旷课日期", "Days absent without excuse"),
    truancy_event=("旷课的记录", "The record of truancy"),
    pack=("规则包", "Rule pack"),
    pack_version=("规则包版本", "Version of the pack"),
    factor=("风险因素", "Risk factor"),
    fact_event=("事实的记录", "The record of the fact"),
    since=("起始时间", "Since"),
    fact_packs=("事实当日规则包", "Packs on the day of the fact"),
    fact_class=("事实存在的敏感等级", "Class of the fact's existence"),
    informed_on=("告知日期", "Told on"),
    answered=("是否答复", "Answered"),
    designated_on=("确定日期", "Designated on"),
)

PackId = NewType("PackId", str)


class DoneBefore(Value):
    """The contact or visit that is the last again; empty where there was none."""

    done_on: Annotated[date | None, P2] = None
    done_event: Annotated[UUID | None, P0] = None


class OpenAgain(Value):
    """A concern, hazard, problem or warning on file, and the event that told it or it was raised for."""

    matter_id: Annotated[UUID, P0]
    matter_event: Annotated[UUID | None, P0] = None
    hazard_kind: Annotated[HomeHazardKind | None, P3] = None
    settled: Annotated[bool, P2] = False


class FoundOf(Value):
    """One finding about a guardian that holds."""

    guardian_id: Annotated[UUID, P0]
    found_event: Annotated[UUID | None, P0] = None
    found_from: Annotated[date | None, P3] = None
    absence_reason: Annotated[AbsenceReason | None, P2] = None


class Finding(NamedTuple):
    """A kind of finding about a guardian: the field of the disavowal, and those of the guardian it is kept in."""

    again: str
    holds: str
    event: str
    since: str | None = None
    why: str | None = None


FINDINGS = (
    Finding("away_again", "away", "away_event", "away_from", "away_for"),
    Finding("confined_again", "confined", "confined_event", "confined_from"),
    Finding("incapable_again", "incapable", "capacity_event"),
    Finding("disabled_again", "severely_disabled", "disability_event"),
)


class CareBefore(Value):
    """Who looks after the child."""

    entrusted: Annotated[EntrustedCareStatus, P2]
    carer_id: Annotated[UUID | None, P0] = None
    carer_person_id: Annotated[UUID | None, P2] = None
    agreement_required: Annotated[bool, P2] = False
    agreement_signed: Annotated[bool, P2] = False
    child_in_need: Annotated[bool, P2] = False
    arrangement: Annotated[ArrangementKind | None, P2] = None
    actual_carer_id: Annotated[UUID | None, P0] = None
    carer_name: Annotated[str | None, P2] = None
    carer_relation: Annotated[Kinship | None, P2] = None
    carer_phone: Annotated[str | None, P2] = None
    designated_on: Annotated[date | None, P2] = None


class AttendanceBefore(Value):
    """How the child stands at school."""

    schooling: Annotated[Schooling, P3_SCHOOL]
    enrolled: Annotated[bool, P3_SCHOOL]
    absent_on: Annotated[tuple[date, ...], P3_SCHOOL] = ()
    truancy_event: Annotated[UUID | None, P0] = None


class PackOfFact(Value):
    """A pack that was in force on the day of a fact."""

    pack: Annotated[PackId, P0]
    pack_version: Annotated[int, P0]


class FactAgain(Value):
    """A risk fact that is open again."""

    factor: Annotated[RiskFactor, P4]
    fact_event: Annotated[UUID, P0]
    since: Annotated[datetime, P2]
    fact_packs: Annotated[tuple[PackOfFact, ...], P0] = ()
    informed_on: Annotated[date | None, P2] = None
    answered: Annotated[bool, P2] = False
    fact_class: Annotated[Sensitivity, P0] = P0
    """What it tells to know of it."""


def resting_on(target: Event[Any], history: Iterable[Event[Any]]) -> Iterator[Event[Any]]:
    """What was recorded for no other reason: care ended by a return, a hazard of a visit, the warning of a fact."""
    told = target.told
    for event in history:
        same = event.told.command_id == told.command_id
        match event:
            case WarningRaised() if event.warning_cause_id == told.event_id:
                yield event
            case HomeHazardFound() if same and isinstance(target, HomeVisitMade):
                yield event
            case EntrustedCareEnded() if same and isinstance(target, ParentReturned):
                if event.care_end_reason is CareEndReason.PARENT_RETURNED:
                    yield event


def told_without(history: Iterable[Event[Any]], gone: frozenset[UUID]) -> Child:
    """The file as its history tells it, without what was disavowed."""
    kept = (e for e in history if id_of(e) not in gone and e.name != "child.event_disavowed")
    child: Child = replay(Child(), kept)
    return replace(child, care=_unconcerned(child))


def _unconcerned(child: Child) -> CareState:
    """No concern without a carer, and nobody informed of a concern that was none."""
    care = child.care
    if care.has_carer and care.carer_id is None:
        return replace(care, entrusted=EntrustedCareStatus.NONE)
    about = {EntrustedCareStatus.CONCERN, EntrustedCareStatus.INFORMED}
    if care.entrusted not in about or child.facts.find(RiskFactor.RF_17):
        return care
    return replace(care, entrusted=care.unburdened)


def standing_again(
    history: Iterable[Event[Any]], before: frozenset[UUID], gone: UUID
) -> dict[str, Any]:
    """The fields of the disavowal: what stands otherwise without ``gone`` than with it."""
    history = tuple(history)
    child, other = told_without(history, before | {gone}), told_without(history, before)
    mine, theirs = _fields(child), _fields(other)
    again = {name: value for name, value in mine.items() if value != theirs[name]}
    if "care_again" in again:
        again["care_again"] = _named(again["care_again"], history)
    known = {(f.factor, f.event_id) for f in other.facts.facts}
    follows = {event for _, event in child.file.opened_here}
    facts = (f for f in child.facts.facts if f.event_id not in follows)
    reopened = tuple(_fact(f) for f in facts if (f.factor, f.event_id) not in known)
    return {**again, "facts_again": reopened}


def _fields(child: Child) -> dict[str, Any]:
    visits, care, school = child.visits, child.care, child.school
    return {
        "contact_again": _done(visits.contact),
        "home_visit_again": _done(visits.home_visit),
        "concerns_again": tuple(
            OpenAgain(matter_id=c.concern_id, matter_event=c.event_id) for c in visits.concerns
        ),
        "hazards_again": tuple(
            OpenAgain(
                matter_id=h.hazard_id, matter_event=h.event_id, hazard_kind=HomeHazardKind(h.kind)
            )
            for h in visits.hazards
        ),
        "problems_again": tuple(
            OpenAgain(matter_id=p.problem_id, settled=p.solved) for p in visits.problems
        ),
        "warnings_again": tuple(
            OpenAgain(matter_id=w.warning_id, matter_event=w.cause, settled=w.closed)
            for w in visits.warnings
        ),
        **{finding.again: _found(care, finding) for finding in FINDINGS},
        "care_again": CareBefore(
            entrusted=care.entrusted,
            carer_id=care.carer_id,
            carer_person_id=care.carer_person_id,
            agreement_required=care.agreement_required,
            agreement_signed=care.agreement_signed,
            child_in_need=care.child_in_need,
            arrangement=ArrangementKind(care.arrangement) if care.arrangement else None,
            actual_carer_id=care.actual_carer_id,
        ),
        "attendance_again": AttendanceBefore(
            schooling=school.status,
            enrolled=school.enrolled,
            absent_on=school.absent_on,
            truancy_event=school.truancy_event,
        ),
    }


def _named(care: CareBefore, history: Iterable[Event[Any]]) -> CareBefore:
    """With who the carer is, for those who read the file."""
    for event in history:
        if isinstance(event, EntrustedCarerDesignated) and event.carer_id == care.carer_id:
            return replace(
                care,
                carer_name=event.carer_name,
                carer_relation=event.carer_relation,
                carer_phone=event.carer_phone,
                designated_on=local_date(event.told.occurred_at),
            )
    return care


def _done(rhythm: Rhythm) -> DoneBefore:
    return DoneBefore(done_on=rhythm.last_on, done_event=rhythm.last_event)


def _found(care: CareState, finding: Finding) -> tuple[FoundOf, ...]:
    return tuple(_found_of(g, finding) for g in care.guardians if getattr(g, finding.holds))


def _found_of(guardian: Guardian, finding: Finding) -> FoundOf:
    why = getattr(guardian, finding.why) if finding.why else None
    return FoundOf(
        guardian_id=guardian.guardian_id,
        found_event=getattr(guardian, finding.event),
        found_from=getattr(guardian, finding.since) if finding.since else None,
        absence_reason=AbsenceReason(why) if why else None,
    )


def _fact(fact: RiskFact) -> FactAgain:
    return FactAgain(
        factor=fact.factor,
        fact_event=fact.event_id,
        since=fact.since,
        fact_packs=tuple(PackOfFact(pack=PackId(p), pack_version=v) for p, v in fact.packs or ()),
        informed_on=fact.informed_on,
        answered=fact.answered,
        fact_class=fact.existence,
    )


def visits_again(visits: VisitsState, said: EventDisavowed) -> VisitsState:
    """The visits as the disavowal ``said``; what it is silent about stays."""
    changed: dict[str, Any] = {}
    for name, again, due in (
        ("contact", said.contact_again, said.next_contact_on),
        ("home_visit", said.home_visit_again, said.next_home_visit_on),
    ):
        if again is not None:
            rhythm = getattr(visits, name)
            last = {"last_on": again.done_on, "last_event": again.done_event}
            changed[name] = replace(rhythm, **last, next_on=due)
    if said.concerns_again is not None:
        changed["concerns"] = tuple(
            Concern(concern_id=c.matter_id, event_id=c.matter_event) for c in said.concerns_again
        )
    if said.hazards_again is not None:
        changed["hazards"] = tuple(
            Hazard(hazard_id=h.matter_id, kind=str(h.hazard_kind), event_id=h.matter_event)
            for h in said.hazards_again
        )
    if said.problems_again is not None:
        changed["problems"] = tuple(
            Problem(problem_id=p.matter_id, solved=p.settled) for p in said.problems_again
        )
    if said.warnings_again is not None:
        changed["warnings"] = tuple(
            WarningOnFile(warning_id=w.matter_id, cause=w.matter_event, closed=w.settled)
            for w in said.warnings_again
        )
    return replace(visits, **changed)


def care_again(care: CareState, said: EventDisavowed) -> CareState:
    """Guardians and carer as the disavowal ``said``."""
    guardians = tuple(_guardian_again(g, said) for g in care.guardians)
    care = replace(care, guardians=guardians)
    before: CareBefore | None = said.care_again
    if before is None:
        return care
    return replace(
        care,
        entrusted=before.entrusted,
        carer_id=before.carer_id,
        carer_person_id=before.carer_person_id,
        agreement_required=before.agreement_required,
        agreement_signed=before.agreement_signed,
        child_in_need=before.child_in_need,
        arrangement=before.arrangement.value if before.arrangement else None,
        actual_carer_id=before.actual_carer_id,
    )


def _guardian_again(guardian: Guardian, said: EventDisavowed) -> Guardian:
    for finding in FINDINGS:
        found: tuple[FoundOf, ...] | None = getattr(said, finding.again)
        if found is None:
            continue
        one = next((f for f in found if f.guardian_id == guardian.guardian_id), None)
        more: dict[str, Any] = {
            finding.holds: one is not None,
            finding.event: one.found_event if one else None,
        }
        if finding.since:
            more[finding.since] = one.found_from if one else None
        if finding.why:
            more[finding.why] = one.absence_reason.value if one and one.absence_reason else None
        guardian = replace(guardian, **more)
    return guardian


def school_again(school: SchoolState, before: AttendanceBefore | None) -> SchoolState:
    """The attendance as it stands again."""
    if before is None:
        return school
    return replace(
        school,
        status=before.schooling,
        enrolled=before.enrolled,
        absent_on=before.absent_on,
        truancy_event=before.truancy_event,
    )


def facts_again(facts: FactBook, said: EventDisavowed) -> FactBook:
    """With the facts that are open again; no concern about the care where nobody has it (RF-17)."""
    known = {(f.factor, f.event_id) for f in facts.facts}
    more = tuple(
        RiskFact(
            factor=f.factor,
            event_id=f.fact_event,
            since=f.since,
            packs=tuple((p.pack, p.pack_version) for p in f.fact_packs) or None,
            informed_on=f.informed_on,
            answered=f.answered,
            existence=f.fact_class,
        )
        for f in said.facts_again
        if (f.factor, f.fact_event) not in known
    )
    facts = FactBook((*facts.facts, *more))
    alone = said.care_again is not None and said.care_again.entrusted not in CARED_FOR
    return facts.closed(RiskFactor.RF_17) if alone else facts
