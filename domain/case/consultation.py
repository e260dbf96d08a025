"""个案会商 · A case on the agenda of a conference: who takes part sees it, for its purpose, for its time (A.1 JOINT).

A joint body sees figures. A named case is put before it by the lead alone, and only to the units that are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.case.state import CASE_OPEN, Case
from domain.codec import upcasts
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import SHANGHAI, local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.access import AccessPurpose
from domain.terms.units import UnitKind

name_fields(
    case_conference_id=("个案会商", "Case conference"),
    called_unit_ids=("参加单位", "Units called"),
    conference_purposes=("会商目的", "Purposes of the conference"),
    conference_on=("会商日期", "Day of the conference"),
    conference_question=("会商议题", "What is to be settled"),
    conference_outcome=("会商结果", "What was settled"),
)

JOINT = ("SH2020-5.1-a", "CQ2016-6.1-a", "CN2017-5.1-a")
NOBODY_CALLED = Refusal(
    "conference_units_unknown",
    zh="须列明参加单位,且均已登记",
    en="Name the units that are called; each must be registered",
)
CONFERENCE_WHEN = Refusal(
    "conference_day_invalid",
    zh="会商日期须在今天之后且不超过最长期限",
    en="It is held from today on and within the longest time a case may stay on an agenda",
)
CONFERENCE_ABOUT = Refusal("conference_question_missing", zh="须写明议题", en="Say what is asked")
CONFERENCE_PURPOSE = Refusal(
    "conference_purpose_unfit",
    zh="须为每个参加单位列明其可据以查阅的目的",
    en="For each unit that is called name a purpose for which it may look",
)
NO_SUCH_CONFERENCE = Refusal(
    "unknown_case_conference", zh="没有此项未结束的会商", en="There is no such open conference"
)


_P, _K = AccessPurpose, UnitKind
PURPOSES: Mapping[UnitKind, tuple[AccessPurpose, ...]] = {
    _K.POLICE: (_P.INVESTIGATION, _P.EMERGENCY),
    _K.DISTRICT_POLICE: (_P.INVESTIGATION, _P.EMERGENCY),
    _K.PROCURATORATE: (_P.JUDICIAL,),
    _K.COURT: (_P.JUDICIAL,),
    _K.DISTRICT_EDUCATION: (_P.SCHOOLING,),
    _K.SCHOOL: (_P.SCHOOLING,),
    _K.MEDICAL: (_P.TREATMENT, _P.EMERGENCY),
    _K.TOWNSHIP: (_P.CASEWORK, _P.EMERGENCY),
    _K.DISTRICT_CIVIL_AFFAIRS: (_P.CASEWORK, _P.EMERGENCY),
}
"""For what each kind of unit looks, as the policy has its roles; all others for casework."""
CASEWORK = (_P.CASEWORK,)


class CaseConferenceCalled(
    Event[Case],
    name="case.conference_called",
    zh="个案会商已召集",
    en="Case conference called",
    version=2,
):
    """``conference_purposes``: for each unit that is called, in their order, for what it looks."""

    case_conference_id: Annotated[UUID, P0]
    called_unit_ids: Annotated[tuple[UUID, ...], P2]
    conference_purposes: Annotated[tuple[AccessPurpose, ...], P2]
    conference_on: Annotated[date, P2]
    conference_question: Annotated[str, P3]
    open_until: Annotated[datetime, P0]

    def evolve(self, state: Case) -> Case:
        called = state.access.conferences | {self.case_conference_id}
        return replace(state, access=replace(state.access, conferences=called))


@upcasts("case.conference_called", 1)
def _one_purpose(values: dict[str, Any]) -> dict[str, Any]:
    """At first a conference had one purpose, for whoever was called."""
    kept = {name: value for name, value in values.items() if name != "conference_purpose"}
    purposes = [values["conference_purpose"] for _ in values["called_unit_ids"]]
    return {**kept, "conference_purposes": purposes}


class CallCaseConference(
    Command[Case],
    name="case.call_conference",
    zh="召集个案会商",
    en="Call a case conference",
    when=CASE_OPEN,
    clauses=JOINT,
):
    """The police investigate, the school teaches, the hospital treats: each is let in for its own purpose."""

    called_unit_ids: Annotated[tuple[UUID, ...], P2]
    conference_purposes: Annotated[tuple[AccessPurpose, ...], P2]
    conference_on: Annotated[date, P2]
    conference_question: Annotated[str, P3]

    def decide(self, _state: Case) -> Iterator[Event[Case]]:
        called = tuple(dict.fromkeys(self.called_unit_ids))
        if not called or any(u not in self.directory.units for u in called):
            raise NOBODY_CALLED(field="calledUnitIds")
        if not self.conference_question.strip():
            raise CONFERENCE_ABOUT(field="conferenceQuestion")
        today = local_date(self.at)
        last = today + timedelta(days=self.rules.days("conference_access_days"))
        if not today <= self.conference_on <= last:
            raise CONFERENCE_WHEN(field="conferenceOn")
        yield CaseConferenceCalled.of(
            self,
            case_conference_id=self.new_id("conference"),
            called_unit_ids=called,
            conference_purposes=tuple(self._purpose_of(unit_id) for unit_id in called),
            open_until=datetime.combine(last, time(23, 59, 59), SHANGHAI),
        )

    def _purpose_of(self, unit_id: UUID) -> AccessPurpose:
        """The first for which this unit may look, of those that the conference has."""
        kind = self.directory.units[unit_id].kind
        fit = (p for p in PURPOSES.get(kind, CASEWORK) if p in self.conference_purposes)
        purpose = next(fit, None)
        if purpose is None:
            raise CONFERENCE_PURPOSE(field="conferencePurposes")
        return purpose


class CaseConferenceConcluded(
    Event[Case],
    name="case.conference_concluded",
    zh="个案会商已结束",
    en="Case conference concluded",
):
    case_conference_id: Annotated[UUID, P0]
    conference_outcome: Annotated[str, P3]

    def evolve(self, state: Case) -> Case:
        left = state.access.conferences - {self.case_conference_id}
        return replace(state, access=replace(state.access, conferences=left))


class ConcludeCaseConference(
    Command[Case],
    name="case.conclude_conference",
    zh="结束个案会商",
    en="Conclude a case conference",
    clauses=JOINT,
):
    """What the units were shown is closed with this very fact."""

    case_conference_id: Annotated[UUID, P0]
    conference_outcome: Annotated[str, P3]

    def decide(self, state: Case) -> Iterator[Event[Case]]:
        if self.case_conference_id not in state.access.conferences:
            raise NO_SUCH_CONFERENCE(field="caseConferenceId")
        yield CaseConferenceConcluded.of(self)
