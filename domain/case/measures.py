"""监护干预措施 · What is done about the guardian, and the step up when it happens again.

SH2020-4.4-a…-c, CQ2016-4.4-a…-c, CN2017-4.4.3-a…-c, CQ2024-3.3-a, SH2024-2.2.4-b. Entrusted carers
are subjects as well: they can be criticised, reprimanded and penalised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self
from uuid import UUID

from domain.case.dispatch import HANDLING
from domain.case.emergency_state import MeasureTaken
from domain.case.intervention import INTERVENING
from domain.case.state import Case
from domain.case.which_child import each_of, these_of
from domain.case.whose_child import ward_of
from domain.codec import says_more
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.rulebook import Rules
from domain.sensitivity import P2, P4_INJURY, P5, P5_OUTCOME
from domain.terms.emergency import EmergencyDuty, Finding
from domain.terms.measures import (
    LOOK_AFTER_NOBODY,
    Accused,
    CriticisedBy,
    MeasureKind,
    MeasureSubject,
    PenaltyClass,
)

name_fields(
    subject_kind=("措施对象身份", "Against whom"),
    subject_id=("措施对象", "Person concerned"),
    measure_ground=("措施事由", "Ground of the measure"),
    about_children=(
        "所涉儿童(空为全部涉案儿童)",
        "Whose guardian; empty: of every child of the case",
    ),
    criticised_by=("批评教育单位", "Criticised by"),
    letter_number=("告诫书编号", "Number of the letter"),
    penalty_class=("处罚种类", "Class of penalty"),
    penalty_reference=("处罚决定书文号", "Reference of the penalty"),
    criminal_reference=("立案(移送)文号", "Criminal reference"),
    repeat_facts=("再次侵害的事实", "Facts of the repeat"),
    serious_injury=("造成严重伤害", "Seriously injured"),
)

NO_EARLIER_MEASURE = Refusal(
    "no_earlier_measure",
    zh="此人未受过批评教育或告诫,不属于再次侵害",
    en="This person was not criticised or admonished before: it is no repeat",
)
_LADDER = frozenset({MeasureKind.CRITICISM, MeasureKind.WARNING_LETTER})
_STEP_UP = "CN2017-4.4.3-b"


class OfAFamily(Record[Case]):
    """A measure against somebody answers for the children whose guardian or carer that is."""

    @classmethod
    def recorded(cls, command: Any, before: Case) -> Self:
        """With whose guardian it is, where the case concerns others as well."""
        return cls.of(command, about_children=ward_of(command, before, command.subject_id))


def _took(
    case: Case, subject_id: UUID, kind: MeasureKind, about_children: tuple[UUID, ...]
) -> Case:
    taken = MeasureTaken(subject_id=subject_id, kind=kind, about_children=about_children)
    measures = (*case.emergency.measures, taken)
    return replace(case, emergency=replace(case.emergency, measures=measures))


def _answered(case: Case, children: tuple[UUID, ...], *duties: EmergencyDuty) -> Case:
    """These duties are done, and nobody is to be dissuaded any more, for the family of these children."""
    theirs, emergency = these_of(case, children), case.emergency
    for duty in duties:
        emergency = emergency.did_for(duty, theirs, each_of(case))
    waiting = emergency.to_dissuade - theirs
    return replace(case, emergency=replace(emergency, to_dissuade=waiting))


def _criticised_by_others(case: Case, children: tuple[UUID, ...]) -> Case:
    """The police need not criticise as well, but for the children of whom violence was found."""
    violence, emergency = Finding.DOMESTIC_VIOLENCE, case.emergency
    theirs = these_of(case, children)
    spared = frozenset(c for c in theirs if violence not in emergency.findings_of(c))
    if spared:
        duty = EmergencyDuty.CRITICISE_GUARDIAN
        case = replace(case, emergency=emergency.did_for(duty, spared, each_of(case)))
    return _answered(case, children)


class GuardianDissuaded(
    OfAFamily,
    name="case.guardian_dissuaded",
    zh="劝诫",
    en="Guardian dissuaded",
    version=2,
    act="case.dissuade_guardian",
    does=("劝诫监护人", "Dissuade the guardian"),
    when=INTERVENING,
    clauses=("SH2020-3.1-d", "CQ2016-3.1-g", "SH2024-2.2.4-b"),
    needs=("child",),
    finds=("about_children",),
):
    """By village committee, police or a department."""

    subject_kind: Annotated[MeasureSubject, P2]
    subject_id: Annotated[UUID, P2]
    measure_ground: Annotated[str, P4_INJURY]
    about_children: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, case: Case) -> Case:
        """The first step."""
        taken = _took(case, self.subject_id, MeasureKind.DISSUASION, self.about_children)
        return _answered(taken, self.about_children)


# At first a measure was about every child of the case.
says_more("case.guardian_dissuaded", 1)


class GuardianCriticised(
    OfAFamily,
    name="case.guardian_criticised",
    zh="批评教育",
    en="Guardian criticised",
    version=2,
    act="case.criticise_guardian",
    does=("批评教育监护人", "Criticise and educate the guardian"),
    when=INTERVENING,
    clauses=("SH2020-4.4-a", "CQ2016-4.4-a", "CN2017-4.4.3-a", "CQ2024-3.3-a"),
    needs=("child",),
    finds=("about_children",),
):
    """By the police; in Chongqing also by village committee or employer.

    Against neglect any of the three has done what is asked (CQ2024-3.3-a); against violence it is for the police.
    """

    subject_kind: Annotated[MeasureSubject, P5_OUTCOME]
    subject_id: Annotated[UUID, P5_OUTCOME]
    criticised_by: Annotated[CriticisedBy, P5_OUTCOME]
    measure_ground: Annotated[str, P5]
    about_children: Annotated[tuple[UUID, ...], P5_OUTCOME] = ()

    def evolve(self, case: Case) -> Case:
        """A further infringement is a repeat from now on, where it was the police who criticised (CN2017-4.4.3-b)."""
        by_police = self.criticised_by is CriticisedBy.POLICE
        kind = MeasureKind.CRITICISM if by_police else MeasureKind.DISSUASION
        taken = _took(case, self.subject_id, kind, self.about_children)
        if not by_police:
            return _criticised_by_others(taken, self.about_children)
        return _answered(taken, self.about_children, EmergencyDuty.CRITICISE_GUARDIAN)


# At first a measure was about every child of the case.
says_more("case.guardian_criticised", 1)


class GuardianReprimanded(
    OfAFamily,
    name="case.guardian_reprimanded",
    zh="训诫",
    en="Guardian reprimanded",
    existence=P5_OUTCOME,
    version=2,
    act="case.reprimand_guardian",
    does=("训诫监护人", "Reprimand the guardian"),
    when=INTERVENING,
    clauses=(
        "SH2020-4.2-e",
        "SH2020-4.4-a",
        "CQ2016-4.2-e",
        "SH2024-2.2.4-c",
        "CQ2024-3.3-b",
    ),
    needs=("child",),
    finds=("about_children",),
):
    """By the police."""

    subject_kind: Annotated[MeasureSubject, P5_OUTCOME]
    subject_id: Annotated[UUID, P5_OUTCOME]
    measure_ground: Annotated[str, P5]
    about_children: Annotated[tuple[UUID, ...], P5_OUTCOME] = ()

    def evolve(self, case: Case) -> Case:
        """Reprimanded."""
        kind, duty = MeasureKind.REPRIMAND, EmergencyDuty.REPRIMAND_GUARDIAN
        taken = _took(case, self.subject_id, kind, self.about_children)
        return _answered(taken, self.about_children, duty)


# At first a measure was about every child of the case.
says_more("case.guardian_reprimanded", 1)


class WarningLetterIssued(
    OfAFamily,
    name="case.warning_letter_issued",
    zh="告诫书",
    en="Written admonition issued",
    existence=P5_OUTCOME,
    version=2,
    act="case.issue_warning_letter",
    does=("出具告诫书", "Issue a written admonition"),
    when=INTERVENING,
    clauses=("CN2017-4.4.3-a",),
    needs=("child",),
    finds=("about_children",),
):
    """批评教育或者出具告诫书: either answers the duty."""

    subject_kind: Annotated[MeasureSubject, P5_OUTCOME]
    subject_id: Annotated[UUID, P5_OUTCOME]
    letter_number: Annotated[str, P5]
    measure_ground: Annotated[str, P5]
    about_children: Annotated[tuple[UUID, ...], P5_OUTCOME] = ()

    def evolve(self, case: Case) -> Case:
        """A further infringement is a repeat from now on."""
        kind, duty = MeasureKind.WARNING_LETTER, EmergencyDuty.CRITICISE_GUARDIAN
        taken = _took(case, self.subject_id, kind, self.about_children)
        return _answered(taken, self.about_children, duty)


# At first a measure was about every child of the case.
says_more("case.warning_letter_issued", 1)


class SecurityPenaltyImposed(
    OfAFamily,
    name="case.security_penalty_imposed",
    zh="治安管理(行政)处罚",
    en="Penalty imposed",
    existence=P5_OUTCOME,
    version=2,
    act="case.impose_security_penalty",
    does=("给予治安管理(行政)处罚", "Impose a penalty"),
    when=INTERVENING,
    clauses=("SH2020-4.4-b", "CQ2016-4.4-b", "CN2017-4.4.3-b", "CN2017-5.1-r"),
    needs=("child",),
    finds=("about_children",),
):
    """必要时, and after a repeat by law."""

    subject_kind: Annotated[Accused, P5_OUTCOME]
    subject_id: Annotated[UUID, P5_OUTCOME]
    penalty_class: Annotated[PenaltyClass, P5_OUTCOME]
    penalty_reference: Annotated[str, P5]
    about_children: Annotated[tuple[UUID, ...], P5_OUTCOME] = ()

    def evolve(self, case: Case) -> Case:
        """Penalised; of a guardian or carer it is a step that a later one builds on."""
        case = replace(case, emergency=case.emergency.penalised(self.subject_id))
        if self.subject_kind in LOOK_AFTER_NOBODY:
            return case
        return _took(case, self.subject_id, MeasureKind.PENALTY, self.about_children)


# At first a measure was about every child of the case.
says_more("case.security_penalty_imposed", 1)


class CriminalCaseOpened(
    Record[Case],
    name="case.criminal_case_opened",
    zh="立案侦查(移送司法)",
    en="Criminal case opened",
    existence=P5_OUTCOME,
    act="case.open_criminal_case",
    does=("立案侦查或移送司法机关", "Open a criminal case or transfer it"),
    when=INTERVENING,
    clauses=("SH2020-4.4-c", "CQ2016-4.4-c", "CN2017-4.4.3-c", "CN2017-5.1-r"),
):
    """The reference is for police and procuratorate alone."""

    subject_kind: Annotated[Accused, P5]
    subject_id: Annotated[UUID, P5]
    criminal_reference: Annotated[str, P5]

    def evolve(self, case: Case) -> Case:
        """A crime is suspected (D.3, CRIMINAL)."""
        state = case.intervention
        criminal = replace(
            state,
            criminal=state.criminal | {self.subject_id},
            criminal_references=state.criminal_references | {self.criminal_reference},
        )
        return replace(case, intervention=criminal)


class InfringementRepeated(
    Event[Case],
    name="case.infringement_repeated",
    zh="再次侵害",
    en="Infringement repeated",
    version=2,
):
    """It happened again after criticism or a written admonition (RF-14), to the children of this guardian."""

    subject_id: Annotated[UUID, P5_OUTCOME]
    repeat_facts: Annotated[str, P4_INJURY]
    serious_injury: Annotated[bool, P4_INJURY] = False
    duties: Annotated[tuple[EmergencyDuty, ...], P4_INJURY] = ()
    about_children: Annotated[tuple[UUID, ...], P5_OUTCOME] = ()

    def evolve(self, case: Case) -> Case:
        """The next step is due; a serious injury is danger now."""
        facts = case.facts.opened_for(RiskFactor.RF_14, self, self.about_children)
        if self.serious_injury:
            facts = facts.opened_for(RiskFactor.RF_09, self, self.about_children)
        emergency = case.emergency.demands(self.duties)
        if EmergencyDuty.IMPOSE_PENALTY in self.duties:
            emergency = replace(emergency, to_penalise=emergency.to_penalise | {self.subject_id})
        repeats = (*case.intervention.repeats, self.about_children)
        intervention = replace(case.intervention, repeats=repeats)
        return replace(case, emergency=emergency, intervention=intervention, facts=facts)


# At first it was about every child of the case.
says_more("case.infringement_repeated", 1)


class RecordRepeatInfringement(
    Command[Case],
    name="case.record_repeat_infringement",
    zh="记录再次侵害",
    en="Record a repeated infringement",
    when=HANDLING,
    needs=("child", "case"),
    clauses=("CN2017-4.4.3-b",),
):
    """监护人仍存在不法侵害: the ladder of the text, step two; what the police said in an earlier case counts."""

    subject_id: Annotated[UUID, P5_OUTCOME]
    repeat_facts: Annotated[str, P4_INJURY]
    serious_injury: Annotated[bool, P4_INJURY] = False

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """By the same person, after criticism or admonition."""
        cases = (case, *(one for one in self.linked.values() if isinstance(one, Case)))
        if not any(one.emergency.measures_against(self.subject_id) & _LADDER for one in cases):
            raise NO_EARLIER_MEASURE(field="subjectId")
        duties = (EmergencyDuty.IMPOSE_PENALTY,) if _step_up_binds(self.rules) else ()
        whose = ward_of(self, case, self.subject_id)
        yield InfringementRepeated.of(self, duties=duties, about_children=whose)


def _step_up_binds(rules: Rules) -> bool:
    """CN2017 alone orders the penalty; elsewhere it stays 必要时."""
    return _STEP_UP in rules.cite("guardian_measures", "ADMINISTRATIVE_PENALTY")
