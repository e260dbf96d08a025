"""What a case finds leads to the file of the child: 法律援助 for infringed rights, help in hardship (C.10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.case.assessment_result import EntitlementScreened
from domain.case.further_reports import ChildIdentified
from domain.case.hardship_follows import hardship_finds_its_child, hardship_leads_to_the_file
from domain.case.infringement_follows import legal_aid_follows
from domain.case.measures import CriminalCaseOpened, InfringementRepeated
from domain.case.state import Case
from domain.case.violence import InfringementStopped
from domain.child.closing import CloseFile
from domain.child.entitlement_screening import IndicateEntitlements
from domain.child.legal_aid import (
    LegalAidProvided,
    LegalAidReferred,
    NoteRightsInfringed,
    ProvideLegalAid,
    ReferToLegalAid,
)
from domain.kernel import EVENTS, Command, Event
from domain.sensitivity import P4
from domain.terms.entitlements import (
    LegalAidCause,
    LegalAidKind,
)
from domain.terms.file import (
    FileCloseReason,
)
from domain.terms.measures import MeasureSubject
from tests.domain.child.aid import (
    A_CHILD,
    JUSTICE,
    T,
    changning,
    day,
    facts,
    jiading,
    jiading_child,
    world_of,
)
from tests.domain.child.family import CHILD, after, told_by
from tests.dsl import an_id, given

# ── Legal aid


def refer(words: str = "遭受侵害") -> Command[Any]:
    made = ReferToLegalAid(legal_aid_cause=LegalAidCause.RIGHTS_INFRINGED, legal_aid_facts=words)
    return changning(made)


def test_infringed_rights_go_to_the_justice_department() -> None:
    (fact,) = facts(refer())
    assert isinstance(fact, LegalAidReferred)
    assert fact.legal_aid_unit_id == JUSTICE.id
    assert fact.legal_aid_by == date(2019, 4, 4)
    given(*told_by(A_CHILD)).when(refer(" ")).then_refused("legal_aid_facts_missing")
    aid = ProvideLegalAid(legal_aid_id=fact.legal_aid_id, legal_aid_kind=LegalAidKind.LEGAL_AID)
    (given_,) = facts(changning(aid, "2019-04-03 09:00"), A_CHILD, refer())
    assert isinstance(given_, LegalAidProvided)
    unknown = ProvideLegalAid(legal_aid_id=CHILD, legal_aid_kind=LegalAidKind.LEGAL_AID)
    given(*told_by(A_CHILD, refer())).when(changning(unknown)).then_refused("unknown_legal_aid")
    at_request = ProvideLegalAid(legal_aid_kind=LegalAidKind.CONSULTATION)
    assert facts(changning(at_request, "2019-04-05 09:00"))


def test_a_case_that_tells_of_an_infringement_leads_to_legal_aid_where_a_text_gives_it() -> None:
    case = Case(id=an_id("case"), children=(CHILD,))
    child = after(A_CHILD)
    repeated = InfringementRepeated(subject_id=an_id("father"), repeat_facts="再次殴打")
    (put_,) = legal_aid_follows(world_of(child), case, (repeated,))
    assert isinstance(put_.command, NoteRightsInfringed)
    assert put_.stream_id == CHILD
    (fact,) = facts(changning(put_.command))
    assert isinstance(fact, LegalAidReferred)
    given(*told_by(A_CHILD, refer())).when(
        changning(put_.command, "2019-04-02 09:00")
    ).then_nothing()
    given(*told_by(jiading_child())).when(jiading(put_.command)).then_nothing()


def test_each_infringement_is_a_matter_of_its_own() -> None:
    """CN2017-5.1-t: who waits for a lawyer because of the first blow is given one for the second as well."""
    case = Case(id=an_id("case"), children=(CHILD,))
    world, father = world_of(after(A_CHILD)), an_id("father")
    crime: dict[str, Any] = {"subject_kind": MeasureSubject.PARENT, "subject_id": father}
    history: list[Command[Any]] = []
    steps: tuple[tuple[str, Event[Case], bool], ...] = (
        ("02", InfringementStopped(act_stopped="殴打"), True),
        ("03", CriminalCaseOpened(**crime, criminal_reference="1号"), False),
        ("04", InfringementRepeated(subject_id=father, repeat_facts="再次殴打"), True),
        ("05", CriminalCaseOpened(**crime, criminal_reference="2号"), False),
        ("06", CriminalCaseOpened(**crime, criminal_reference="3号"), True),
    )
    for on, event, opens in steps:
        case = event.evolve(case)
        (put_,) = legal_aid_follows(world, case, (event,))
        note = changning(put_.command, f"2019-04-{on} 09:00")
        new = facts(note, A_CHILD, *history)
        assert bool(new) is opens, event.name
        history += [note] if new else []
    elsewhere = NoteRightsInfringed(legal_aid_case=an_id("another case"))
    assert facts(changning(elsewhere, "2019-04-07 09:00"), A_CHILD, *history)


def test_what_is_told_later_of_an_infringement_that_has_its_lawyer_asks_for_none() -> None:
    """The crime is recorded months after the blow was stopped, and the child has long had its aid."""
    case = an_id("case")
    first = changning(NoteRightsInfringed(legal_aid_case=case), "2019-04-02 09:00")
    (referred,) = facts(first, A_CHILD)
    given_ = changning(
        ProvideLegalAid(
            legal_aid_id=referred.legal_aid_id,
            legal_aid_kind=LegalAidKind.CONSULTATION,
        ),
        "2019-04-10 09:00",
    )
    history = (A_CHILD, first, given_)
    later = changning(NoteRightsInfringed(legal_aid_case=case), "2019-06-01 09:00")
    assert not facts(later, *history)
    second = NoteRightsInfringed(legal_aid_case=case, infringement=1)
    elsewhere = NoteRightsInfringed(legal_aid_case=an_id("another case"))
    for new in (second, elsewhere):
        assert facts(changning(new, "2019-06-02 09:00"), *history)


def test_legal_aid_is_for_the_children_it_was_done_to() -> None:
    other = an_id("another child")
    both = Case(id=an_id("case"), children=(CHILD, other))
    world = world_of(after(A_CHILD))
    again: dict[str, Any] = {"subject_id": an_id("father"), "repeat_facts": "再次殴打"}
    for theirs, told_of in (
        (InfringementStopped(act_stopped="殴打", child_id=other), []),
        (InfringementRepeated(**again, about_children=(other,)), []),
        (InfringementRepeated(**again, about_children=(CHILD,)), [CHILD]),
        (InfringementStopped(act_stopped="殴打"), [CHILD]),
    ):
        assert [put_.stream_id for put_ in legal_aid_follows(world, both, (theirs,))] == told_of


# ── Hardship found in a case


def test_hardship_found_in_a_case_leads_to_the_childs_file() -> None:
    case = Case(id=an_id("case"), children=(CHILD,))
    world = world_of(after(A_CHILD))

    def hint(child_id: UUID | None) -> EntitlementScreened:
        return EntitlementScreened(
            child_id=child_id,
            entitlements=(T.TEMP_AID,),
            hardship_facts="失业",
            entitlement_by=day("2019-05-01"),
        )

    (put_,) = hardship_leads_to_the_file(world, case, (hint(CHILD),))
    assert put_.stream_id == CHILD
    assert put_.command == IndicateEntitlements(
        entitlements=(T.TEMP_AID,), hardship_facts="失业", indicated_in_case=case.id
    )
    for nobody in (None, an_id("not on file")):
        assert list(hardship_leads_to_the_file(world, case, (hint(nobody),))) == []


def test_a_child_identified_later_is_told_of_the_hardship() -> None:
    world = world_of(after(A_CHILD))
    case = Case(id=an_id("case"), children=(CHILD,))
    identified = ChildIdentified(child_id=CHILD)
    assert list(hardship_finds_its_child(world, case, (identified,))) == []
    assessed = replace(case, assessment=replace(case.assessment, completed=True, hardship=True))
    (put_,) = hardship_finds_its_child(world, assessed, (identified,))
    assert put_.command == IndicateEntitlements(indicated_in_case=case.id)


FROM_A_CASE: tuple[Command[Any], ...] = (
    NoteRightsInfringed(legal_aid_case=an_id("case")),
    IndicateEntitlements(entitlements=(T.TEMP_AID,), indicated_in_case=an_id("case")),
)


def test_nothing_is_owed_to_a_child_that_has_died_while_its_case_goes_on() -> None:
    """ON_FILE no more: nobody could provide it, and the task would stay."""
    died = changning(CloseFile(file_close_reason=FileCloseReason.DECEASED), "2019-04-01 12:00")
    for note in FROM_A_CASE:
        put_ = changning(note, "2019-04-02 09:00")
        assert given(*told_by(A_CHILD)).when(put_).facts()
        given(*told_by(A_CHILD, died)).when(put_).then_nothing()


def test_that_there_is_a_case_is_told_to_whoever_reads_why() -> None:
    """P4, as a tier that a report raised (ADR 0058): schools and the family see the aid, not the case behind it."""
    named = {
        f"{name} {spec.name}": spec.sensitivity
        for name, event in EVENTS.items()
        for spec in event.specs
        if event.state_type.stream == "child" and spec.name.endswith(("case", "case_id"))
    }
    assert named == {
        "child.entitlement_indicated indicated_in_case": P4,
        "child.legal_aid_referred legal_aid_case": P4,
    }
