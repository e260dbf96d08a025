"""Entrusted care: a capable adult, an agreement in Chongqing but not in Shanghai, supervision, the end."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from domain.child.care_state import EntrustedCareStatus, Guardian
from domain.child.entrusted_care import (
    DesignateEntrustedCarer,
    EntrustedCareAgreementSigned,
    EntrustedCarerDesignated,
    SignEntrustedCareAgreement,
)
from domain.child.entrusted_concerns import EntrustedCareConcernRaised
from domain.child.entrusted_end import EndEntrustedCare, EntrustedCareEnded
from domain.child.entrusted_move import EntrustedCareAgreementDue
from domain.child.entrusted_supervision import EntrustedCareSupervised, SuperviseEntrustedCare
from domain.child.home_visits import HomeVisitMade
from domain.child.places import RecordLocation
from domain.kernel import COMMANDS, Command, Refused, decide
from domain.risk import RiskFactor
from domain.terms.care import CareConcern, CareEndReason, CarerCapability, Kinship
from domain.terms.places import AreaType, DivisionId, PlaceKind
from tests.domain.child.family import (
    CAOTANG,
    COMMITTEE,
    FATHER,
    HUANHUA,
    JIADING,
    MOTHER,
    after,
    cq,
    jd,
    li_left_behind,
    sh_left_behind,
    told_by,
)
from tests.domain.child.jiading import T, only, opened, visit
from tests.dsl import an_id, given

BROTHERS = li_left_behind("2023-02-06")
AT, LATER = "2023-02-06 10:00", "2023-02-10 10:00"
HASH = "ab" * 32


def name(**more: Any) -> DesignateEntrustedCarer:
    usual: dict[str, Any] = {
        "carer_name": "祖母",
        "carer_relation": Kinship.PATERNAL_GRANDMOTHER,
        "carer_age": 71,
        "carer_capability": CarerCapability.CAPABLE,
    }
    return DesignateEntrustedCarer(**{**usual, **more})


NAMED = (*BROTHERS, cq(name(), AT))


def sign(**more: Any) -> SignEntrustedCareAgreement:
    usual: dict[str, Any] = {
        "parents_duties": ("每月寄付生活费", "每周联系"),
        "carer_duties": ("照料起居", "保障就学"),
        "signed_on": date(2023, 2, 10),
        "agreement_hash": HASH,
    }
    return SignEntrustedCareAgreement(**{**usual, **more})


def test_the_seventeen_year_old_cousin_is_refused() -> None:
    cousin = {"carer_name": "表哥", "carer_relation": Kinship.OTHER_RELATIVE}
    given(*told_by(*BROTHERS)).when(cq(name(**cousin, carer_age=17), AT)).then_refused(
        "carer_not_adult", cites="CQ2016-3.1-c", field="carerAge"
    )
    by_birth = name(**cousin, carer_age=40, carer_birth_on=date(2005, 2, 7))
    given(*told_by(*BROTHERS)).when(cq(by_birth, AT)).then_refused(
        "carer_not_adult", cites="CQ2016-3.1-c", field="carerBirthOn"
    )
    not_yet_born = name(**cousin, carer_birth_on=date(2030, 1, 1))
    given(*told_by(*BROTHERS)).when(cq(not_yet_born, AT)).then_refused("carer_not_adult")


def test_on_the_eighteenth_birthday_the_cousin_may() -> None:
    grown = name(carer_age=None, carer_birth_on=date(2005, 2, 6))
    (designated,) = given(*told_by(*BROTHERS)).when(cq(grown, AT)).facts()
    assert isinstance(designated, EntrustedCarerDesignated)
    assert designated.carer_is_adult


def test_neither_birth_date_nor_age_is_not_enough() -> None:
    given(*told_by(*BROTHERS)).when(cq(name(carer_age=None), AT)).then_refused(
        "carer_age_unknown", cites="CQ2016-3.1-c", field="carerBirthOn"
    )


def test_the_capability_of_the_grandmother_is_checked() -> None:
    given(*told_by(*BROTHERS)).when(cq(name(carer_capability=None), AT)).then_refused(
        "capability_unchecked", cites="CQ2016-3.1-c", field="carerCapability"
    )
    given(*told_by(*BROTHERS)).when(
        cq(name(carer_capability=CarerCapability.NOT_CAPABLE), AT)
    ).then_refused("carer_not_capable", cites="CQ2016-3.1-c", field="carerCapability")


def test_a_minor_is_refused_in_shanghai_by_the_platform_and_the_incapable_by_the_text() -> None:
    at = "2024-07-01 10:00"
    history = told_by(*sh_left_behind())
    refused = given(*history).when(jd(name(carer_age=17), at)).then_refused("carer_not_adult")
    assert refused.clauses == ()
    given(*history).when(jd(name(carer_capability=CarerCapability.NOT_CAPABLE), at)).then_refused(
        "carer_not_capable", cites="SH2024-2.2.5-c"
    )


def test_in_chongqing_the_carer_is_designated_and_an_agreement_is_due() -> None:
    (designated,) = (
        given(*told_by(*BROTHERS)).when(cq(name(entrusted_by=(FATHER, MOTHER)), AT)).facts()
    )
    assert isinstance(designated, EntrustedCarerDesignated)
    assert designated == EntrustedCarerDesignated(
        carer_id=designated.carer_id,
        carer_name="祖母",
        carer_relation=Kinship.PATERNAL_GRANDMOTHER,
        carer_is_adult=True,
        carer_capability=CarerCapability.CAPABLE,
        carer_age=71,
        entrusted_by=(FATHER, MOTHER),
        agreement_required=True,
        agreement_due_on=date(2023, 2, 20),
        village_unit_id=COMMITTEE.id,
    )
    child = after(*NAMED)
    assert child.care.entrusted is EntrustedCareStatus.DESIGNATED
    assert child.facts.find(RiskFactor.RF_18)
    assert child.facts.find(RiskFactor.RF_16) is None


def test_in_shanghai_the_care_is_in_force_at_once() -> None:
    facts = given(*told_by(*sh_left_behind())).when(jd(name(), "2024-07-01 10:00")).facts()
    (designated,) = facts
    assert isinstance(designated, EntrustedCarerDesignated)
    assert (designated.agreement_required, designated.agreement_due_on) == (False, None)
    assert designated.supervision_due_on == date(2024, 10, 1)
    in_force = after(*sh_left_behind(), jd(name(), "2024-07-01 10:00"))
    assert in_force.care.entrusted is EntrustedCareStatus.IN_FORCE


def test_no_care_is_entrusted_to_whom_a_court_has_removed() -> None:
    """SH2020-4.4-g, CQ2016-4.4-g: nor may the carer be replaced by them."""
    account = an_id("the mother's account")
    mother = Guardian(guardian_id=MOTHER, relation="MOTHER", person_id=account, revoked=True)
    child = after(*BROTHERS)
    file = dataclasses.replace(child, care=dataclasses.replace(child.care, guardians=(mother,)))
    with pytest.raises(Refused) as refusal:
        decide(file, cq(name(carer_person_id=account), AT))
    assert refusal.value.code == "carer_was_revoked"
    kept = dataclasses.replace(mother, revoked=False)
    other = dataclasses.replace(file, care=dataclasses.replace(file.care, guardians=(kept,)))
    assert decide(other, cq(name(carer_person_id=account), AT))


def test_the_carers_account_is_known_while_the_care_lasts() -> None:
    account = an_id("grandmother's account")
    named = (*BROTHERS, cq(name(carer_person_id=account), AT))
    assert after(*named).care.carer_person_id == account
    over = cq(EndEntrustedCare(care_end_reason=CareEndReason.CARER_WITHDREW), LATER)
    assert after(*named, over).care.carer_person_id is None


def test_one_carer_at_a_time() -> None:
    given(*told_by(*NAMED)).when(cq(name(), LATER)).then_refused("carer_already_in_place")


def test_the_agreement_puts_the_care_in_force_and_starts_supervision() -> None:
    carer = after(*NAMED).care.carer_id
    signed = cq(sign(guided_by="村委会主任", witnessed_by="儿童主任"), LATER)
    given(*told_by(*NAMED)).when(signed).then(
        EntrustedCareAgreementSigned(
            carer_id=carer,
            parents_duties=("每月寄付生活费", "每周联系"),
            carer_duties=("照料起居", "保障就学"),
            signed_on=date(2023, 2, 10),
            agreement_hash=HASH,
            guided_by="村委会主任",
            witnessed_by="儿童主任",
            village_unit_id=COMMITTEE.id,
            supervision_due_on=date(2023, 5, 10),
        )
    )
    assert after(*NAMED, signed).care.entrusted is EntrustedCareStatus.IN_FORCE


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"parents_duties": ()}, "parentsDuties"),
        ({"carer_duties": ()}, "carerDuties"),
        ({"carer_duties": ("照料起居", " ")}, "carerDuties"),
    ],
)
def test_the_duties_of_both_sides_are_stated(more: dict[str, Any], field: str) -> None:
    given(*told_by(*NAMED)).when(cq(sign(**more), LATER)).then_refused(
        "duties_missing", cites="CQ2016-3.2-h", field=field
    )


@pytest.mark.parametrize("digest", ["", "AB" * 32, "ab" * 31, "zz" * 32])
def test_the_document_is_known_by_its_hash(digest: str) -> None:
    given(*told_by(*NAMED)).when(cq(sign(agreement_hash=digest), LATER)).then_refused(
        "agreement_hash_malformed", field="agreementHash"
    )


def test_an_agreement_is_signed_once_not_in_the_future_and_with_a_carer() -> None:
    given(*told_by(*NAMED)).when(cq(sign(signed_on=date(2023, 2, 11)), LATER)).then_refused(
        "signed_later", field="signedOn"
    )
    given(*told_by(*NAMED, cq(sign(), LATER))).when(cq(sign(), "2023-02-11 10:00")).then_refused(
        "agreement_already_signed"
    )
    given(*told_by(*BROTHERS)).when(cq(sign(), LATER)).then_refused("out_of_turn")


def test_in_shanghai_an_agreement_may_be_signed_and_is_not_missed() -> None:
    named = (*sh_left_behind(), jd(name(), "2024-07-01 10:00"))
    signed = jd(sign(signed_on=date(2024, 7, 2)), "2024-07-02 10:00")
    child = after(*named, signed)
    assert (child.care.entrusted, child.care.agreement_signed) == (
        EntrustedCareStatus.IN_FORCE,
        True,
    )


def test_supervision_is_due_again_after_a_quarter() -> None:
    carer = after(*NAMED).care.carer_id
    given(*told_by(*NAMED, cq(sign(), LATER))).when(
        cq(
            SuperviseEntrustedCare(care_findings="起居正常", care_satisfactory=True),
            "2023-05-08 10:00",
        )
    ).then(
        EntrustedCareSupervised(
            carer_id=carer,
            care_findings="起居正常",
            care_satisfactory=True,
            supervision_due_on=date(2023, 8, 8),
            village_unit_id=COMMITTEE.id,
        )
    )


def test_a_supervision_entered_late_moves_nothing() -> None:
    seen = SuperviseEntrustedCare(care_findings="起居正常", care_satisfactory=True)
    story = opened("2025-03-03 09:00")
    story.put(name(), at="2025-03-04 09:00")
    story.put(seen, at="2025-05-06 09:00")
    late = story.put(seen, at="2025-05-07 09:00", occurred="2025-04-01 09:00", late_because="补录")
    told_late = only(late, EntrustedCareSupervised)
    assert told_late.supervision_due_on == date(2025, 8, 6)
    care = story.child(T).care
    assert (care.supervised_on, care.supervise_by) == (date(2025, 5, 6), date(2025, 8, 6))


def test_care_ends_with_a_reason_and_the_child_needs_a_carer_again() -> None:
    carer = after(*NAMED).care.carer_id
    over = cq(
        EndEntrustedCare(care_end_reason=CareEndReason.CARER_HARMED, care_end_note="殴打"), LATER
    )
    given(*told_by(*NAMED)).when(over).then(
        EntrustedCareEnded(
            carer_id=carer, care_end_reason=CareEndReason.CARER_HARMED, care_end_note="殴打"
        )
    )
    child = after(*NAMED, over)
    assert child.care.entrusted is EntrustedCareStatus.NEEDED
    assert child.facts.find(RiskFactor.RF_16)
    given(*told_by(*BROTHERS)).when(over).then_refused("out_of_turn")


def test_a_carer_is_never_revoked() -> None:
    words = {reason.value for reason in CareEndReason}
    assert not {word for word in words if "REVOK" in word}
    acts: list[type[Command[Any]]] = [c for n, c in COMMANDS.items() if n.startswith("child.")]
    assert not [c for c in acts if "revoke" in c.name and "carer" in c.name]


def test_care_that_is_not_good_is_a_concern_at_once() -> None:
    story = opened("2025-03-03 09:00")
    story.put(name(), at="2025-03-04 09:00")
    bad: dict[str, Any] = {"care_findings": "多日无人做饭", "care_satisfactory": False}
    history = [e for _, e in story.told]
    given(*history).when(jd(SuperviseEntrustedCare(**bad), "2025-06-01 09:00")).then_refused(
        "care_concern_missing", cites="SH2024-2.2.5-c", field="careConcern"
    )
    told = SuperviseEntrustedCare(**bad, care_concern=CareConcern.NEGLECTS)
    raised = only(story.put(told, at="2025-06-01 09:00"), EntrustedCareConcernRaised)
    assert (raised.concern_facts, raised.inform_due_on) == ("多日无人做饭", date(2025, 6, 3))
    assert story.child(T).care.entrusted is EntrustedCareStatus.CONCERN
    again = story.put(SuperviseEntrustedCare(**bad), at="2025-06-02 09:00")
    assert [e.name for e in again] == ["child.entrusted_care_supervised"]


def test_good_care_raises_no_concern() -> None:
    good = SuperviseEntrustedCare(
        care_findings="起居正常", care_satisfactory=True, care_concern=CareConcern.NEGLECTS
    )
    given(*told_by(*NAMED)).when(cq(good, LATER)).then_refused(
        "care_concern_in_good_care", field="careSatisfactory"
    )


def test_after_a_move_to_chongqing_the_agreement_is_asked_for() -> None:
    story = opened("2025-03-03 09:00")
    story.put(name(), at="2025-03-04 09:00")

    def moved(to: str, at: str) -> list[EntrustedCareAgreementDue]:
        there = RecordLocation(
            place_kind=PlaceKind.RESIDENCE,
            place_division=DivisionId(to),
            area_type=AreaType.RURAL,
        )
        return [e for e in story.put(there, at=at) if isinstance(e, EntrustedCareAgreementDue)]

    assert moved(JIADING, "2025-03-20 09:00") == []
    (due,) = moved(HUANHUA, "2025-04-01 09:00")
    care = story.child(T).care
    assert (due.carer_id, due.agreement_due_on) == (care.carer_id, date(2025, 4, 15))
    assert (care.entrusted, care.agreement_required) == (EntrustedCareStatus.DESIGNATED, True)
    assert moved(CAOTANG, "2025-04-02 09:00") == []
    story.put(sign(signed_on=date(2025, 4, 10)), at="2025-04-10 09:00")
    assert story.child(T).care.entrusted is EntrustedCareStatus.IN_FORCE


def test_a_home_visit_supervises_the_care_too_or_is_followed_by_it() -> None:
    """E.2: every home visit, and each quarter; the later of the two never puts off the sooner."""
    story = opened()
    story.put(name(), at="2024-07-02 09:00")

    def visited(at: str) -> date | None:
        return only(story.put(visit(), at=at), HomeVisitMade).supervision_due_on

    assert visited("2024-08-05 10:00") == date(2024, 8, 5)
    assert visited("2024-08-06 10:00") is None
    good = SuperviseEntrustedCare(care_findings="照护尽责", care_satisfactory=True)
    story.put(good, at="2024-08-06 11:00")
    assert visited("2024-08-06 12:00") is None
    assert visited("2024-09-20 10:00") == date(2024, 9, 20)
    assert story.child(T).care.supervise_by == date(2024, 9, 20)
