"""参保、康复、就业、优先名额: what else the file says was done for a child and its family (C.10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import DetermineCategory
from domain.child.employment_help import EmploymentServiceOffered, RecordGuardianWorkWish
from domain.child.household import HouseholdMember, HouseholdRecorded
from domain.child.insurance import (
    CheckInsurance,
    InsuranceChecked,
    InsuranceEnrolmentRecorded,
    RecordInsuranceEnrolment,
    insurance_is_checked,
)
from domain.child.priority_places import AllocatePlace, PlaceAllocated
from domain.child.records import RecordDisability
from domain.child.rehabilitation import (
    NoteRehabilitationNeed,
    RecordRehabilitationNeed,
    RecordRehabilitationService,
    RehabilitationNeedRecorded,
    RehabilitationServiceRecorded,
    federation_hears_of_disability,
)
from domain.kernel import Command, Refused
from domain.terms.care import DisabilityDegree, DisabilityKind, HouseholdEmployment, Kinship
from domain.terms.entitlements import (
    EmploymentHelp,
    InsuranceScheme,
    PriorityProgramme,
    RehabilitationKind,
    WorkWish,
)
from domain.terms.file import (
    CategoryCode,
    CategoryGroup,
    Difficulty,
    DifficultyCause,
)
from tests.domain.child.aid import (
    A_CHILD,
    DISABLED,
    JD_DISABLED,
    RESOURCES,
    F,
    changning,
    changning_child,
    day,
    facts,
    jiading,
    jiading_child,
    world_of,
)
from tests.domain.child.family import after, noted, told_by
from tests.dsl import an_id, given

# ── Insurance


def insure(*schemes: InsuranceScheme, at: str = "2019-05-01 09:00", year: int = 2019) -> Any:
    command = RecordInsuranceEnrolment(insurance_schemes=schemes, insurance_year=year)
    return changning(command, at)


def test_what_is_missing_of_the_three_schemes_is_found_once_a_year() -> None:
    check = CheckInsurance()
    (found,) = facts(changning(check))
    assert isinstance(found, InsuranceChecked)
    assert set(found.schemes_missing) == set(InsuranceScheme)
    assert found.insurance_unit_id == RESOURCES.id
    assert found.insurance_check_on == date(2020, 4, 1)
    first = changning(check)
    given(*told_by(A_CHILD, first)).when(changning(check, "2020-03-31 09:00")).then_nothing()
    enrolled = insure(InsuranceScheme.SERIOUS_ILLNESS, at="2020-03-01 09:00", year=2020)
    (again,) = facts(changning(check, "2020-04-01 09:00"), A_CHILD, first, enrolled)
    assert set(again.schemes_missing) == {
        InsuranceScheme.RESIDENT_MEDICAL,
        InsuranceScheme.CHILD_HOSPITAL_FUND,
    }


def test_an_enrolment_is_recorded_once() -> None:
    (fact,) = facts(insure(*InsuranceScheme))
    assert isinstance(fact, InsuranceEnrolmentRecorded)
    again = insure(InsuranceScheme.RESIDENT_MEDICAL, at="2019-05-02 09:00")
    given(*told_by(A_CHILD, insure(*InsuranceScheme))).when(again).then_nothing()
    given(*told_by(A_CHILD)).when(insure()).then_refused(
        "no_insurance_scheme", field="insuranceSchemes"
    )


def test_where_no_text_names_schemes_nothing_is_checked() -> None:
    given(*told_by(jiading_child())).when(jiading(CheckInsurance())).then_nothing()


def test_a_child_in_a_category_is_looked_after_at_once() -> None:
    child, opened = after(A_CHILD), told_by(A_CHILD)
    assert list(insurance_is_checked(world_of(child), child, opened)) == []
    poor = DetermineCategory(
        category=CategoryCode.DIFFICULTY_POVERTY,
        causes=(DifficultyCause.POVERTY,),
        difficulties=tuple(Difficulty)[:1],
    )
    determined = facts(changning(poor))
    (put_,) = insurance_is_checked(world_of(child), child, determined)
    assert put_.command == CheckInsurance()


# ── Rehabilitation


def test_an_autistic_child_needs_training_and_the_federation_hears_of_it() -> None:
    need = RecordRehabilitationNeed(
        rehabilitation_kinds=(RehabilitationKind.TRAINING,), need_facts=(F.AUTISM,)
    )
    (fact,) = facts(jiading(need), jiading_child("2018-05-04"))
    assert isinstance(fact, RehabilitationNeedRecorded)
    assert fact.rehabilitation_unit_id == JD_DISABLED.id
    assert fact.rehabilitation_by == date(2024, 4, 15)
    assert not fact.within_small_age, "no text in force here gives the programme of 0-6"


@pytest.mark.parametrize(("born", "small"), [("2012-05-02", True), ("2012-04-01", False)])
def test_small_is_until_the_seventh_birthday(born: str, *, small: bool) -> None:
    need = RecordRehabilitationNeed(
        rehabilitation_kinds=(RehabilitationKind.DEVICE,), need_facts=(F.HEARING_DISABILITY,)
    )
    (fact,) = facts(changning(need), changning_child(born))
    assert fact.within_small_age is small
    assert fact.rehabilitation_unit_id == DISABLED.id


def test_a_need_says_what_and_why() -> None:
    for kinds, why, field in (
        ((), (F.AUTISM,), "rehabilitationKinds"),
        ((RehabilitationKind.TRAINING,), (), "needFacts"),
    ):
        need = RecordRehabilitationNeed(rehabilitation_kinds=kinds, need_facts=why)
        given(*told_by(A_CHILD)).when(changning(need)).then_refused(
            "rehabilitation_need_missing", field=field
        )


def test_a_recorded_disability_is_the_federations_once() -> None:
    disabled = changning(
        RecordDisability(
            disability_kind=DisabilityKind.HEARING, disability_degree=DisabilityDegree.GRADE_1
        )
    )
    recorded = facts(disabled)
    (put_,) = federation_hears_of_disability(world_of(after(A_CHILD)), after(A_CHILD), recorded)
    assert isinstance(put_.command, NoteRehabilitationNeed)
    (need,) = facts(changning(put_.command), A_CHILD, disabled)
    assert need.need_facts == (F.HEARING_DISABILITY,)
    assert need.rehabilitation_kinds == ()
    again = changning(put_.command, "2019-05-01 09:00")
    given(*told_by(A_CHILD, disabled, changning(put_.command))).when(again).then_nothing()
    served = RecordRehabilitationService(
        rehabilitation_need_id=need.rehabilitation_need_id,
        rehabilitation_kind=RehabilitationKind.DEVICE,
        rehabilitation_provider="区康复中心",
        served_on=day("2019-04-10"),
    )
    told = changning(served, "2019-04-10 10:00")
    assert facts(told, A_CHILD, disabled, changning(put_.command))
    given(*told_by(A_CHILD, disabled)).when(told).then_refused("unknown_rehabilitation_need")


def test_a_service_was_given_at_the_latest_today() -> None:
    def served(on: str) -> Command[Any]:
        command = RecordRehabilitationService(
            rehabilitation_kind=RehabilitationKind.TRAINING,
            rehabilitation_provider="区康复中心",
            served_on=day(on),
        )
        return changning(command)

    (fact,) = facts(served("2019-03-20"))
    assert isinstance(fact, RehabilitationServiceRecorded)
    given(*told_by(A_CHILD)).when(served("2019-04-02")).then_refused(
        "rehabilitation_served_later", field="servedOn"
    )


@pytest.mark.clause("CN2017-3.5.2-c")
@pytest.mark.parametrize(
    "kind",
    [
        RehabilitationKind.SUBSTITUTE_CARE,
        RehabilitationKind.UPBRINGING_GUIDANCE,
        RehabilitationKind.TRAINING,
    ],
)
def test_an_institution_serves_disabled_children_of_the_community_too(
    kind: RehabilitationKind,
) -> None:
    """在做好机构内孤残儿童服务的同时,为社会残疾儿童提供替代照料、养育辅导、康复训练等服务."""
    command = RecordRehabilitationService(
        rehabilitation_kind=kind,
        rehabilitation_provider="市儿童福利院",
        served_on=day("2019-03-20"),
        outside_client=True,
    )
    (fact,) = facts(changning(command))
    assert isinstance(fact, RehabilitationServiceRecorded)
    assert (fact.rehabilitation_kind, fact.outside_client) == (kind, True)
    assert fact.stamp is not None
    assert "CN2017-3.5.2-c" in fact.stamp.clauses


# ── Records


@pytest.mark.clause("SH2024-2.3.11-a", "SH2024-2.3.11-c")
def test_employment_help_is_noted() -> None:
    offer = noted(
        EmploymentServiceOffered,
        helped_member="艾父",
        helped_member_relation=Kinship.FATHER,
        employment_help=EmploymentHelp.JOB_OFFER,
    )
    (offered,) = facts(changning(offer))
    assert isinstance(offered, EmploymentServiceOffered)
    names = {
        "艾 父": HouseholdEmployment.UNEMPLOYED,
        "艾叔": HouseholdEmployment.UNEMPLOYED,
        "艾母": HouseholdEmployment.EMPLOYED,
    }
    household = noted(
        HouseholdRecorded,
        household_size=4,
        household_members=tuple(
            HouseholdMember(
                member_name=name, member_relation=Kinship.OTHER_RELATIVE, member_employment=work
            )
            for name, work in names.items()
        ),
    )
    (recorded,) = facts(changning(household))
    assert isinstance(recorded, HouseholdRecorded)
    father, uncle = recorded.unemployed_members
    assert offered.member_helped == father != uncle


@pytest.mark.clause("CQ2016-5.2-c", "CQ2024-2.8-e")
def test_only_a_guardian_on_file_has_a_wish_to_work_recorded() -> None:
    stranger = RecordGuardianWorkWish(
        guardian_helped=an_id("nobody here"), work_wish=WorkWish.START_UP
    )
    with pytest.raises(Refused) as refused:
        facts(changning(stranger))
    assert (refused.value.code, refused.value.field) == ("unknown_guardian", "guardianHelped")


IN_DIFFICULTY = jiading(
    DetermineCategory(category=CategoryCode.IN_DIFFICULTY, causes=(DifficultyCause.POVERTY,)),
    "2024-03-02 09:00",
)
VISITING = jiading(DetermineCategory(category=CategoryCode.REUNITING_VISITOR), "2024-03-02 09:00")


def a_place(of: PriorityProgramme, **more: Any) -> Command[Any]:
    return jiading(AllocatePlace(priority_programme=of, **more))


@pytest.mark.clause("SH2024-2.3.10-a", "SH2024-2.3.10-b")
def test_a_place_goes_first_to_those_the_text_names() -> None:
    """优先满足农村留守儿童和困境儿童需求; 节假日…向…来沪与父母团聚儿童倾斜; only the file says which group."""
    nursery, holiday = PriorityProgramme.NURSERY_PLACE, PriorityProgramme.HOLIDAY_SERVICE
    for history, programme, group in (
        ((IN_DIFFICULTY,), nursery, CategoryGroup.CID),
        ((IN_DIFFICULTY,), holiday, CategoryGroup.CID),
        ((VISITING,), holiday, CategoryGroup.VISITOR),
    ):
        (allocated,) = facts(a_place(of=programme), jiading_child(), *history)
        assert isinstance(allocated, PlaceAllocated)
        assert (allocated.with_priority, allocated.priority_group) == (True, group)
    nobody: tuple[Command[Any], ...] = ()
    for of_none, programme in ((nobody, nursery), (nobody, holiday), ((VISITING,), nursery)):
        known = given(*told_by(jiading_child(), *of_none))
        known.when(a_place(of=programme)).then_refused(
            "no_priority_for_child", cites="SH2024-2.3.10-a", field="withPriority"
        )
        (left,) = known.when(a_place(of=programme, with_priority=False)).facts()
        assert isinstance(left, PlaceAllocated)
        assert (left.with_priority, left.priority_group) == (False, None)
    given(*told_by(jiading_child(), IN_DIFFICULTY)).when(
        a_place(
            of=nursery,
            allocated_from_on=date(2024, 9, 1),
            allocated_until_on=date(2024, 8, 31),
        )
    ).then_refused("period_reversed", field="allocatedUntilOn")
