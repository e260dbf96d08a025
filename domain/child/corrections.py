"""更正与撤销声明 · A fact is never changed: a later fact says what was wrong, and the old value stays in the history.

A correction of the identity also says the right value, so that the file reads right from now on and the auditor still
sees what everybody believed before. Disavowing says that something did not happen; what rested on it falls away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.cadence import cadence_for, due_again, warn_on
from domain.child.care_state import CareState, Guardian
from domain.child.categories import review_day
from domain.child.categories_again import categories_back, ended_because
from domain.child.entitlement_decision import Granted
from domain.child.entitlements_again import GRANT_NOT_DISAVOWED, entitlements_back, settled_with
from domain.child.file_state import FileState
from domain.child.guardianship_end import GuardianshipEnded
from domain.child.identity import check_birth, clean_id_number, clean_name
from domain.child.key_targets import KeyTargetCleared, flags_that_follow, flags_unfounded
from domain.child.moved_back import moved_back
from domain.child.school_roll import SchoolRollFlagCleared
from domain.child.standing import settled
from domain.child.state import Child
from domain.child.undoing import (
    AttendanceBefore,
    CareBefore,
    DoneBefore,
    FactAgain,
    FoundOf,
    OpenAgain,
    care_again,
    facts_again,
    resting_on,
    school_again,
    standing_again,
    visits_again,
)
from domain.codec import says_more, upcasts
from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P1, P2, P3, P3_SCHOOL, P4, P4_MIND, P5, P5_OUTCOME
from domain.terms.file import KeyTargetGround, Sex
from domain.terms.roles import Role

name_fields(
    target_event_id=("所更正的记录", "The record concerned"),
    what_was_wrong=("错误之处", "What was wrong"),
    right_value=("正确内容", "What is right"),
    correction_reason=("更正理由", "Reason for the correction"),
    disavowal_reason=("撤销理由", "Why it did not happen"),
    contact_again=("恢复的上次联系", "Last contact again"),
    home_visit_again=("恢复的上次入户走访", "Last home visit again"),
    concerns_again=("恢复的心理行为问题", "Concerns again"),
    hazards_again=("恢复的居家隐患", "Home hazards again"),
    problems_again=("恢复的走访问题", "Problems of visits again"),
    warnings_again=("恢复的预警", "Warnings again"),
    away_again=("恢复的外出", "Guardians away again"),
    confined_again=("恢复的限制人身自由", "Guardians confined again"),
    incapable_again=("恢复的无监护能力", "Guardians incapable again"),
    disabled_again=("恢复的监护人严重残疾", "Guardians severely disabled again"),
    care_again=("恢复的照护", "Care again"),
    attendance_again=("恢复的就学状态", "Attendance again"),
    facts_again=("恢复的风险事实", "Risk facts open again"),
)

UNKNOWN_RECORD = Refusal(
    "unknown_record",
    zh="该档案没有这条记录",
    en="There is no such record on this file",
)

CORRECTION_EMPTY = Refusal(
    "correction_empty", zh="须写明错误之处和正确内容", en="Say what was wrong and what is right"
)

NOT_THE_AUTHORS_UNIT = Refusal(
    "not_the_authors_unit",
    zh="只有记录单位和儿童督导员可以更正或撤销该记录",
    en="Only the unit that made the record and the child supervisor correct or disavow it",
)
DROPOUT_NOT_DISAVOWED = Refusal(
    "dropout_not_disavowed",
    zh="失学辍学只能因复学并稳定就读而清零,不能以撤销记录清零",
    en="A dropout is cleared by a stable return to school, never by disavowing it",
    clauses=("CQ2024-1-f", "CQ2024-2.5-b"),
)

GUARDIANSHIP_END_NOT_DISAVOWED = Refusal(
    "guardianship_end_not_disavowed",
    zh="误登监护关系终止的,请重新登记该监护人",
    en="Where a guardianship is not over after all, record the guardian again",
)


class EventCorrected(Event[Child], name="child.event_corrected", zh="已更正", en="Corrected"):
    target_event_id: Annotated[UUID, P0]
    what_was_wrong: Annotated[str, P4]
    right_value: Annotated[str | None, P4] = None
    correction_reason: Annotated[str | None, P3] = None
    child_name: Annotated[str | None, P1] = None
    sex: Annotated[Sex | None, P1] = None
    birth_on: Annotated[date | None, P1] = None
    id_number: Annotated[str | None, P1] = None
    review_on: Annotated[date | None, P2] = None
    """The next review of a category by age, where the birth date changed."""

    def evolve(self, state: Child) -> Child:
        sex = self.sex or state.file.sex
        file = replace(state.file, sex=sex)
        if self.birth_on is not None:
            file = replace(file, birth_on=self.birth_on, of_age=False)
        return replace(state, file=file)


class CorrectEvent(
    Command[Child],
    name="child.correct_event",
    zh="更正记录",
    en="Correct a record",
    when=PRESENT,
    clauses=("SH2020-3.2-g", "CQ2016-3.3-d"),
    needs=("history",),
):
    """Name, sex, birth date and number take effect at once; other facts are corrected in words and recorded anew."""

    target_event_id: Annotated[UUID, P0]
    what_was_wrong: Annotated[str, P4]
    right_value: Annotated[str | None, P4] = None
    correction_reason: Annotated[str | None, P3] = None
    child_name: Annotated[str | None, P1] = None
    sex: Annotated[Sex | None, P1] = None
    birth_on: Annotated[date | None, P1] = None
    id_number: Annotated[str | None, P1] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        check_author(self, the_record(self, self.target_event_id))
        right = (self.right_value, self.child_name, self.sex, self.birth_on, self.id_number)
        if not self.what_was_wrong.strip() or not any(right):
            raise CORRECTION_EMPTY(field="rightValue")
        if self.birth_on is not None:
            check_birth(self.birth_on, self.rules)
        name = None if self.child_name is None else clean_name(self.child_name)
        corrected = EventCorrected.of(
            self,
            child_name=name,
            id_number=clean_id_number(self.id_number),
            review_on=self._review(state),
        )
        yield corrected
        yield from self._key_targets(state, corrected.evolve(state))

    def _key_targets(self, before: Child, after: Child) -> Iterator[Event[Child]]:
        """A girl entered as a boy is a key target from now on, a boy entered as a girl never was one (CQ2016-4.3-e)."""
        girl = KeyTargetGround.GIRL
        if girl.value in after.file.key_targets and after.file.sex != Sex.FEMALE:
            reason = self.correction_reason or self.what_was_wrong
            yield KeyTargetCleared(key_target_ground=girl, clear_reason=reason)
        yield from flags_that_follow(self, before, after)

    def _review(self, state: Child) -> date | None:
        days = (review_day(self.birth_on, c.age_below, self.rules) for c in state.file.held)
        return min((day for day in days if day is not None), default=None)


class EventDisavowed(
    Event[Child], name="child.event_disavowed", zh="已撤销声明", en="Disavowed", version=3
):
    """Beside what is gone it says what stands in its place again; a field that is None says that nothing changes."""

    target_event_id: Annotated[UUID, P0]
    disavowal_reason: Annotated[str, P3]
    contact_again: Annotated[DoneBefore | None, P2] = None
    next_contact_on: Annotated[date | None, P2] = None
    contact_warn_on: Annotated[date | None, P2] = None
    home_visit_again: Annotated[DoneBefore | None, P2] = None
    next_home_visit_on: Annotated[date | None, P2] = None
    home_visit_warn_on: Annotated[date | None, P2] = None
    concerns_again: Annotated[tuple[OpenAgain, ...] | None, P2] = None
    hazards_again: Annotated[tuple[OpenAgain, ...] | None, P3] = None
    problems_again: Annotated[tuple[OpenAgain, ...] | None, P2] = None
    warnings_again: Annotated[tuple[OpenAgain, ...] | None, P2] = None
    away_again: Annotated[tuple[FoundOf, ...] | None, P2] = None
    confined_again: Annotated[tuple[FoundOf, ...] | None, P5_OUTCOME] = None
    incapable_again: Annotated[tuple[FoundOf, ...] | None, P4] = None
    disabled_again: Annotated[tuple[FoundOf, ...] | None, P4] = None
    care_again: Annotated[CareBefore | None, P2] = None
    attendance_again: Annotated[AttendanceBefore | None, P3_SCHOOL] = None
    facts_again: Annotated[tuple[FactAgain, ...], P4] = ()

    def evolve(self, state: Child) -> Child:
        gone = self.target_event_id
        after = replace(
            state,
            file=_file_without(state.file, gone),
            care=care_again(_care_without(state.care, gone), self),
            visits=visits_again(state.visits, self),
            school=school_again(state.school, self.attendance_again),
            facts=facts_again(state.facts.without(gone), self),
        )
        return settled(after, self)


# At first nothing was said of what stands again; what was decided since rests on that, so it stays so.
says_more("child.event_disavowed", 1)


KEPT_AS = {
    RiskFactor.RF_21.value: P4_MIND,
    RiskFactor.RF_29.value: P5,
    RiskFactor.RF_30.value: P4_MIND,
    RiskFactor.RF_31.value: P4_MIND,
}


@upcasts("child.event_disavowed", 2)
def _of_conduct_or_mind(values: dict[str, Any]) -> dict[str, Any]:
    """Nothing was said of what it tells to know of a fact: what may be of conduct or of the mind is kept as such."""
    again = values.get("facts_again", ())
    classed = [{"fact_class": KEPT_AS.get(f["factor"], P0)} | dict(f) for f in again]
    return values | {"facts_again": classed} if again else values


class DisavowEvent(
    Command[Child],
    name="child.disavow_event",
    zh="撤销记录",
    en="Disavow a record",
    when=PRESENT,
    clauses=("SH2020-3.2-g", "CQ2016-3.3-d"),
    needs=("history",),
):
    """For what did not happen: the record stays, marked, and nothing rests on it any more."""

    target_event_id: Annotated[UUID, P0]
    disavowal_reason: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        target = the_record(self, self.target_event_id)
        if self.target_event_id in state.school.dropout_events:
            raise DROPOUT_NOT_DISAVOWED(field="targetEventId")
        if isinstance(target, Granted):
            raise GRANT_NOT_DISAVOWED(field="targetEventId")
        if isinstance(target, GuardianshipEnded):
            raise GUARDIANSHIP_END_NOT_DISAVOWED(field="targetEventId")
        check_author(self, target)
        after = state
        known = state.file.disavowed
        ended = ended_because(target, self.history, known)
        settled = settled_with(target, self.history)
        resting = (*resting_on(target, self.history), *ended, *settled)
        for event in (target, *resting):
            gone = event.told.event_id
            if gone not in after.file.disavowed:
                disavowed = self._disavowed(after, gone)
                yield disavowed
                after = disavowed.evolve(after)
        for flag in flags_unfounded(self.history, state, after):
            yield self._disavowed(after, flag.told.event_id)
        for back in (moved_back, categories_back, entitlements_back):
            for event in back(self, target, after):
                yield event
                after = event.evolve(after)
        if after.file.roll_flagged and not after.file.left_behind:
            yield SchoolRollFlagCleared(school_unit_id=after.file.school_unit_id)

    def _disavowed(self, state: Child, gone: UUID) -> EventDisavowed:
        """With what stands again, and by when the visits that rested on it are due now."""
        again = standing_again(self.history, state.file.disavowed, gone)
        disavowed = EventDisavowed.of(self, target_event_id=gone, **again)
        after = disavowed.evolve(state)
        cadence, on = cadence_for(after, self.rules), local_date(self.at)
        contact = due_again(after.visits.contact, cadence.contact)
        home_visit = due_again(after.visits.home_visit, cadence.home_visit)
        if disavowed.contact_again is not None:
            warn = warn_on(contact, cadence.contact_warn_days, on)
            disavowed = replace(disavowed, next_contact_on=contact, contact_warn_on=warn)
        if disavowed.home_visit_again is not None:
            warn = warn_on(home_visit, cadence.home_visit_warn_days, on)
            disavowed = replace(disavowed, next_home_visit_on=home_visit, home_visit_warn_on=warn)
        return disavowed


def the_record(command: Command[Child], event_id: UUID) -> Event[Child]:
    """The record meant; refuses one that is not on this file."""
    found = next((e for e in command.history if e.told.event_id == event_id), None)
    if found is None:
        raise UNKNOWN_RECORD(field="targetEventId")
    return found


def check_author(command: Command[Child], record: Event[Child]) -> None:
    """A record is its unit's: nobody undoes what another unit has said, but the supervisor (domain model C.2)."""
    author, by = record.told.by, command.by
    colleague = by.unit_id is not None and by.unit_id == author.unit_id
    if not colleague and by.person_id != author.person_id and by.role != Role.CHILD_SUPERVISOR:
        raise NOT_THE_AUTHORS_UNIT(field="targetEventId")


def _file_without(file: FileState, gone: UUID) -> FileState:
    """The file as it stands without what one event said."""
    if file.closing_event == gone:
        merged = file.merged_into or file.unmerged_from
        before = {"status": file.closed_from, "closing_event": None, "merged_into": None}
        file = replace(file, died=False, unmerged_from=merged, **before)
    return replace(
        file,
        held=tuple(c for c in file.held if c.event_id != gone),
        reviews=tuple(r for r in file.reviews if r.event_id != gone),
        flags=tuple(f for f in file.flags if f.event_id != gone),
        roll_marks=tuple(m for m in file.roll_marks if m[0] != gone),
        places=tuple(p for p in file.places if p.event_id != gone),
        hardship_event=None if file.hardship_event == gone else file.hardship_event,
        disabilities=tuple(d for d in file.disabilities if d.event_id != gone),
        disavowed=file.disavowed | {gone},
    ).resettled()


def _care_without(care: CareState, gone: UUID) -> CareState:
    """The guardians as they stand without what one event said."""
    kept = (g for g in care.guardians if g.event_id != gone)
    return replace(care, guardians=tuple(_guardian_without(g, gone) for g in kept))


def _guardian_without(guardian: Guardian, gone: UUID) -> Guardian:
    return replace(
        guardian,
        away=guardian.away and guardian.away_event != gone,
        confined=guardian.confined and guardian.confined_event != gone,
        incapable=guardian.incapable and guardian.capacity_event != gone,
        severely_disabled=guardian.severely_disabled and guardian.disability_event != gone,
        revoked=guardian.revoked or guardian.restored_event == gone,
    )
