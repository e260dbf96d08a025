"""What the court decides, who is appointed, and what stands on the file (scenario 3, step 6)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.after_judgment import (
    GuardianRevoked,
    NoteGuardianAppointed,
    NoteGuardianRevoked,
    judgment_stands_on_file,
    restored_needs_nobody_else,
)
from domain.case.coming_of_age import LapseRevocation, RevocationLapsed
from domain.case.court import GuardianshipRevoked, RevocationDenied
from domain.case.intervention import step_of
from domain.case.measures import GuardianCriticised, RecordRepeatInfringement
from domain.case.new_guardian import GuardianAppointed
from domain.case.return_possible import (
    ReturnFoundPossible,
)
from domain.child.guardians import GuardianRecorded
from domain.child.guardianship_end import GuardianshipRestored
from domain.child.state import Child
from domain.kernel import Command
from domain.reactions import Put
from domain.risk import RiskFactor
from domain.terms.care import (
    GuardianBasis,
    Kinship,
)
from domain.terms.intervention import (
    AppointedGuardian,
    InterventionStep,
)
from domain.terms.measures import CriticisedBy, MeasureSubject
from projections.queues import QUEUES
from projections.queues_of_intervention import court_is_done
from tests.domain.case.before_court import (
    ESTABLISHED,
    FALLBACK,
    FILED,
    GROUND,
    IN_COURT,
    PLACED,
    PLACEMENT,
    REVOCATION,
    REVOKED,
    application,
    appoint,
    deny,
    revoke,
    supervisor,
)
from tests.domain.case.cast import (
    CIVIL_SH,
    FATHER,
    LI,
    MOTHER,
    Around,
    case_of,
    noting,
)
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    GIRL,
    GRANDFATHER,
    PROC,
    UNCLE,
    in_sh,
)
from tests.dsl import given, put

# --- the judgment -------------------------------------------------------------------------------


def test_the_court_revokes_and_the_risk_stays_until_somebody_has_the_guardianship() -> None:
    given(*IN_COURT).when(revoke()).then(
        GuardianshipRevoked(
            revocation_id=REVOCATION,
            child_id=LI,
            guardian_id=FATHER,
            judgment_reference="(2022)沪0151民特1号判决",
            judged_on=date(2022, 7, 29),
            placement_id=PLACEMENT,
            civil_affairs_unit_id=CIVIL_SH.id,
        )
    )
    case = case_of(*REVOKED)
    assert step_of(case, FATHER) is InterventionStep.REVOKED
    assert case.facts.find(RiskFactor.RF_15) is not None
    again = in_sh(application(), at="2022-08-02 10:00")
    given(*REVOKED).when(again).then_refused("guardianship_already_revoked", field="revocationId")


def test_a_judgment_is_of_an_application_before_the_court() -> None:
    given(*ESTABLISHED).when(revoke()).then_refused("not_in_court", field="revocationId")
    given(*PLACED).when(revoke()).then_refused("unknown_revocation", field="revocationId")
    given(*IN_COURT).when(revoke(judgment_reference=" ")).then_refused(
        "judgment_missing", field="judgmentReference"
    )
    given(*IN_COURT).when(revoke(judged_on=date(2022, 8, 2))).then_refused(
        "judged_later", field="judgedOn"
    )


def test_the_father_s_judgment_leaves_the_child_s_place_to_be_seen_to_for_the_mother_s() -> None:
    """SH2020-4.4-h: the placement is wanted until the court has decided on both (Q-29-PLACEMENT)."""
    mothers = application(revocation_id=None, child_id=LI, guardian_id=MOTHER)
    filed = in_sh(mothers, at="2022-06-21 10:00")
    both = then(IN_COURT, filed)
    denied = then(both, deny())
    assert not court_is_done(denied[-1], case_of(*denied))
    hers = deny("2022-08-02 10:00", revocation_id=uuid5(filed.context.command_id, "revocation"))
    (last,) = given(*denied).when(hers).facts()
    assert court_is_done(last, case_of(*denied, last))
    revoked = then(both, revoke())
    assert not court_is_done(last, case_of(*revoked, last)), "nobody has the guardianship yet"
    endings = {c.event: c.only for c in QUEUES["Q-29-PLACEMENT"].endings}
    deeds = ("case.guardian_appointed", "case.revocation_denied")
    assert [endings[one] for one in deeds] == [court_is_done, court_is_done]


def test_a_denial_ends_the_ground_and_one_may_apply_anew() -> None:
    (event,) = given(*IN_COURT).when(deny()).facts()
    assert isinstance(event, RevocationDenied)
    assert event.placement_id == PLACEMENT
    denied = then(IN_COURT, deny())
    case = case_of(*denied)
    assert case.facts.find(RiskFactor.RF_15) is None
    assert step_of(case, FATHER) is InterventionStep.RETURN_OR_SUPERVISE
    (anew,) = given(*denied).when(in_sh(application(), at="2022-09-01 10:00")).facts()
    assert anew.revocation_id != REVOCATION  # type: ignore[attr-defined]
    assert anew.guardian_id == FATHER  # type: ignore[attr-defined]


def test_after_a_denial_in_2024_a_supervisor_comes_first() -> None:
    """SH2024-2.2.6-b binds beside SH2020 then: the procuratorate is called on (Q-30)."""
    _, call = given(*IN_COURT).when(deny("2024-05-06 10:00", date(2024, 5, 6))).facts()
    assert call == ReturnFoundPossible(
        child_id=LI, supervision_unit_id=PROC.id, supervisor_by=date(2024, 5, 20)
    )
    denied = then(IN_COURT, deny("2024-05-06 10:00", date(2024, 5, 6)), supervisor())
    assert step_of(case_of(*denied), FATHER) is InterventionStep.RETURN_SUPERVISED


# --- another guardian ---------------------------------------------------------------------------


def test_the_grandfather_is_appointed_in_her_best_interest() -> None:
    given(*REVOKED).when(appoint()).then(
        GuardianAppointed(
            revocation_id=REVOCATION,
            child_id=LI,
            appointed=AppointedGuardian.RELATIVE,
            appointed_name=GRANDFATHER,
            appointed_relation=Kinship.PATERNAL_GRANDFATHER,
            appointment_reference="(2022)沪0151民特1号判决",
            appointed_on=date(2022, 7, 29),
            best_interest_reason="祖父身体健康,孩子愿意随祖父生活",
        )
    )
    case = case_of(*then(REVOKED, appoint()))
    assert step_of(case, FATHER) is InterventionStep.NEW_GUARDIAN
    assert case.facts.find(RiskFactor.RF_15) is None
    assert case.placement.is_placed(LI) == case_of(*REVOKED).placement.is_placed(LI)


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"best_interest_reason": " "}, "appointment_needs_best_interest", "bestInterestReason"),
        ({"appointed_name": " "}, "appointed_name_missing", "appointedName"),
        ({"appointed_guardian_id": FATHER}, "revoked_not_appointed", "appointedGuardianId"),
        ({"appointed_on": date(2022, 8, 3)}, "appointed_later", "appointedOn"),
        ({"revocation_id": MOTHER}, "unknown_revocation", "revocationId"),
    ],
)
def test_an_appointment_is_whole(more: dict[str, Any], code: str, field: str) -> None:
    given(*REVOKED).when(appoint(**more)).then_refused(code, field=field)


def test_nobody_is_appointed_before_the_revocation() -> None:
    given(*IN_COURT).when(appoint()).then_refused("guardianship_not_revoked", field="revocationId")


@pytest.mark.parametrize(
    ("kind", "relation"),
    [
        (AppointedGuardian.RELATIVE, Kinship.OTHER_RELATIVE),
        (AppointedGuardian.CIVIL_AFFAIRS, Kinship.CIVIL_AFFAIRS),
        (AppointedGuardian.COMMITTEE, Kinship.COMMITTEE),
    ],
)
def test_an_organ_may_be_appointed(kind: AppointedGuardian, relation: Kinship) -> None:
    command = appoint(appointed=kind, appointed_relation=None)
    (event,) = given(*REVOKED).when(command).facts()
    assert event.appointed_relation is relation  # type: ignore[attr-defined]


def test_a_repeat_of_the_former_guardian_weighs_no_longer() -> None:
    """RF-14 goes with the guardianship, unless somebody else was criticised as well."""

    def criticised(subject: UUID, at: str) -> Command[Any]:
        record = noting(
            GuardianCriticised,
            subject_kind=MeasureSubject.PARENT,
            subject_id=subject,
            criticised_by=CriticisedBy.POLICE,
            measure_ground="殴打",
        )
        return in_sh(record, at=at)

    again = in_sh(
        RecordRepeatInfringement(subject_id=FATHER, repeat_facts="再次殴打"), at="2022-03-20 10:00"
    )
    once = then(PLACED, criticised(FATHER, "2022-03-10 10:00"), again)
    assert case_of(*once).facts.find(RiskFactor.RF_14) is not None
    alone = then(once, GROUND, FALLBACK, FILED, revoke(), appoint())
    assert case_of(*alone).facts.find(RiskFactor.RF_14) is None
    both = then(once, criticised(UNCLE, "2022-03-21 10:00"), GROUND, FALLBACK, FILED, revoke())
    assert case_of(*then(both, appoint())).facts.find(RiskFactor.RF_14) is not None


# --- on the child's file ------------------------------------------------------------------------


def test_the_judgment_stands_on_the_file_in_the_same_breath() -> None:
    around = Around(files=(GIRL,))
    (revoked,) = given(*IN_COURT).when(revoke()).facts()
    case = case_of(*REVOKED)
    assert list(judgment_stands_on_file(around, case, (revoked,))) == [
        Put(LI, NoteGuardianRevoked(guardian_id=FATHER))
    ]
    (appointed,) = given(*REVOKED).when(appoint(appointed_person_id=MOTHER)).facts()
    (note,) = judgment_stands_on_file(around, case, (appointed,))
    assert note == Put(
        LI,
        NoteGuardianAppointed(
            appointed_name=GRANDFATHER,
            appointed_relation=Kinship.PATERNAL_GRANDFATHER,
            appointed_person_id=MOTHER,
            appointment_reference="(2022)沪0151民特1号判决",
        ),
    )
    (on_file,) = given(*REVOKED).when(appoint(appointed_guardian_id=MOTHER)).facts()
    assert not list(judgment_stands_on_file(around, case, (on_file,)))


def test_the_father_stays_on_record_and_is_a_guardian_no_longer() -> None:
    note = put(NoteGuardianRevoked(guardian_id=FATHER), at="2022-08-01 10:00")
    (event,) = note.decide(GIRL)
    assert event == GuardianRevoked(guardian_id=FATHER)
    after: Child = event.evolve(GIRL)
    father = after.care.guardian(FATHER)
    assert father is not None
    assert (father.revoked, father.unable, father.living) == (True, True, True)
    assert not list(note.decide(after))
    appointed = NoteGuardianAppointed(
        appointed_name=GRANDFATHER,
        appointed_relation=Kinship.PATERNAL_GRANDFATHER,
        appointment_reference="(2022)沪0151民特1号判决",
    )
    (recorded,) = put(appointed, at="2022-08-02 10:00").decide(after)
    assert isinstance(recorded, GuardianRecorded)
    assert (recorded.guardian_basis, recorded.basis_document) == (
        GuardianBasis.COURT_ORDER,
        "(2022)沪0151民特1号判决",
    )
    both = recorded.evolve(after)
    assert len(both.care.guardians) == 3
    assert both.care.able_guardian_at_home


def test_where_the_court_gives_it_back_nobody_else_is_to_be_appointed() -> None:
    """Before anybody was: afterwards that is decided, and the appointed guardian's is over on the file."""
    back = GuardianshipRestored(
        guardian_id=FATHER, judgment_reference="(2022)沪0151民特9号", judged_on=date(2022, 8, 20)
    )
    around = Around(files=(GIRL,), cases=(case_of(*REVOKED),))
    (lapse,) = restored_needs_nobody_else(around, GIRL, (back,))
    assert lapse == Put(
        around.cases[0].id, LapseRevocation(revocation_id=REVOCATION, guardianship_restored=True)
    )
    (over,) = given(*REVOKED).when(in_sh(lapse.command, at="2022-08-20 10:00")).facts()
    assert over == RevocationLapsed(revocation_id=REVOCATION, child_id=LI)
    appointed = case_of(*REVOKED, *given(*REVOKED).when(appoint()).facts())
    for case in (case_of(*IN_COURT), appointed):
        assert not list(restored_needs_nobody_else(Around(cases=(case,)), GIRL, (back,)))
