"""What a clause says about seeing, as the policy lines that rest on it let people see: exactly these classes."""

from typing import Any

import pytest

import domain.actions  # noqa: F401 - registers the acts
from authz.gate import Gate
from authz.policy import PolicyRefused, committed, load
from domain.case.consultation import CASEWORK, PURPOSES
from domain.clauses import UnknownClause
from domain.kernel import COMMANDS, Command
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
    P4,
    P4_ALERT,
    P4_INJURY,
    P5_OUTCOME,
    P6_ADDRESS,
    Sensitivity,
)
from domain.terms.roles import ROLES_OF, Role
from domain.terms.units import UnitKind
from tests.authz.people import row, somebody

KNOWN = {P0, P0_PROCESS, P1, P1_PLACE, P2, P2_STANDING}
MEANS = {P3, P3_AID}
LINE = "district_civil_affairs | residence | allow | child | list read | P0 | casework"
HEAD = "@role district_civil_affairs | 区县民政部门 | District civil affairs | district | residence | casework\n"


def seen(
    gate: Gate, role: str, relation: str, purpose: str, obj: str = "child"
) -> set[Sensitivity]:
    """The classes that somebody in this relation sees of an object."""
    actor = somebody(role)
    return set(gate.mask(actor, obj, row(actor, relation), purpose))


@pytest.mark.clause("CQ2016-3.2-l", "CN2017-5.3-a")
def test_whoever_takes_part_sees_the_task_s_fields_for_its_purpose_and_no_other_child(
    gate: Gate,
) -> None:
    for obj in ("child", "case"):
        assert seen(gate, "social_worker", "team", "casework", obj) == KNOWN
        assert seen(gate, "social_worker", "residence", "casework", obj) == set()
        assert seen(gate, "social_worker", "team", "statistics", obj) == set()


@pytest.mark.clause("SH2024-2.1.1-a")
def test_a_school_sees_that_a_pupil_needs_care_and_never_why(gate: Gate) -> None:
    assert seen(gate, "class_teacher", "enrolled", "schooling") == KNOWN | {P3_SCHOOL}
    assert seen(gate, "class_teacher", "enrolled", "schooling", "case") == set()
    assert seen(gate, "class_teacher", "residence", "schooling") == set()


@pytest.mark.clause("CQ2016-3.3-p", "CQ2016-3.1-f")
def test_parents_see_what_the_school_has_told_of_their_own_child(gate: Gate) -> None:
    own = seen(gate, "guardian", "told_where", "family")
    assert own == KNOWN - {P0, P1} | MEANS | {P3_SCHOOL, P3_CARE}
    assert seen(gate, "guardian", "own_child", "family") == {P0, P1, P2_STANDING, P3_AID}
    assert seen(gate, "guardian", "residence", "family") == set()


@pytest.mark.clause("CN2017-5.1-h")
def test_the_leading_department_sees_the_whole_case_of_its_district(gate: Gate) -> None:
    whole = KNOWN | MEANS | {P3_SCHOOL, P3_CARE}
    whole |= {P4, P4_INJURY, P4_ALERT, P5_OUTCOME, P6_ADDRESS}
    for obj in ("child", "case"):
        assert seen(gate, "district_civil_affairs", "residence", "casework", obj) == whole


@pytest.mark.clause("CN2017-5.1-aj")
@pytest.mark.parametrize(
    "act",
    [
        "child.give_guardian_guidance",
        "child.deliver_legal_publicity",
        "child.make_contact",
        "child.make_home_visit",
        "child.update_child_info",
        "child.assist_entitlement_application",
    ],
)
def test_the_community_worker_of_a_neighbourhood_does_its_daily_work(gate: Gate, act: str) -> None:
    worker = somebody("community_worker")
    assert gate.permits(worker, act, "child", row(worker, "assigned"), "casework").allowed
    assert not gate.permits(worker, act, "child", row(worker, "residence"), "casework").allowed


@pytest.mark.clause("CQ2024-2.9-b")
def test_every_department_with_a_task_in_a_matter_sees_the_task_and_its_part_of_the_case(
    gate: Gate,
) -> None:
    for role, purpose, part in (
        ("district_education", "schooling", "case"),
        ("district_human_resources", "casework", "child"),
        ("disabled_federation", "casework", "case"),
        ("police", "investigation", "case"),
        ("township", "casework", "case"),
    ):
        assert {P0, P1, P2} <= seen(gate, role, "team", purpose, "work_item")
        assert P0 in seen(gate, role, "team", purpose, part)
        assert seen(gate, role, "none", purpose, "work_item") == set()


def may(gate: Gate, role: str, act: str, obj: str, relation: str, purpose: str) -> bool:
    """Whether somebody in this role does it, standing in this relation."""
    actor = somebody(role)
    return gate.permits(actor, act, obj, row(actor, relation), purpose).allowed


@pytest.mark.clause("CN2017-5.1-k", "SH2024-4.1-b")
def test_the_office_that_urges_sees_what_is_late_and_no_child(gate: Gate) -> None:
    role = "women_children_office"
    assert seen(gate, role, "residence", "statistics", "work_item") == {P0}
    for obj in ("child", "case", "report"):
        for relation in ("residence", "team"):
            for purpose in ("oversight", "statistics"):
                assert seen(gate, role, relation, purpose, obj) == set()
    for act in ("statistics.obligations", "statistics.coordination"):
        assert may(gate, role, act, "statistics", "residence", "oversight")
    assert not may(gate, role, "statistics.coverage", "statistics", "residence", "oversight")
    assert may(gate, role, "unit.hold_conference", "unit", "team", "oversight")


@pytest.mark.clause("CQ2024-2.6-g")
def test_whoever_enforces_at_a_venue_records_it_and_sees_no_child(gate: Gate) -> None:
    act = "unit.record_prohibited_venue_incident"
    for role, purpose in (("police", "investigation"), ("venue_supervision", "casework")):
        assert may(gate, role, act, "unit", "team", purpose)
    assert not may(gate, "township", act, "unit", "team", "casework")
    assert seen(gate, "venue_supervision", "residence", "casework") == set()


@pytest.mark.clause("CQ2016-3.3-o")
def test_leaders_and_class_teachers_keep_in_touch_with_the_family_of_a_pupil(gate: Gate) -> None:
    act = "child.make_school_home_contact"
    able = {
        r for r in ROLES_OF[UnitKind.SCHOOL] if may(gate, r, act, "child", "enrolled", "schooling")
    }
    assert able == {Role.SCHOOL_HEAD, Role.CLASS_TEACHER}
    assert not may(gate, "township", act, "child", "residence", "casework")


@pytest.mark.clause("CQ2016-3.4-b")
def test_mass_organisations_deliver_what_they_were_asked_for(gate: Gate) -> None:
    """妇联、残联 in their own capacity; league, unions and 关工委 by the staff they have for it."""
    act = "case.deliver_service"
    able = {
        kind
        for kind in UnitKind
        if any(may(gate, role, act, "case", "referral", "casework") for role in ROLES_OF[kind])
    }
    assert able >= {
        UnitKind.TRADE_UNION,
        UnitKind.YOUTH_LEAGUE,
        UnitKind.WOMENS_FEDERATION,
        UnitKind.DISABLED_FEDERATION,
        UnitKind.NEXT_GENERATION_COMMITTEE,
    }


@pytest.mark.clause("CQ2016-3.4-c", "CQ2016-3.4-k")
@pytest.mark.parametrize("kind", [UnitKind.TRADE_UNION, UnitKind.NEXT_GENERATION_COMMITTEE])
def test_mass_organisations_record_their_own_activities(gate: Gate, kind: UnitKind) -> None:
    able = {
        r for r in ROLES_OF[kind] if may(gate, r, "unit.hold_activity", "unit", "team", "casework")
    }
    assert able == {Role.SOCIAL_WORKER}


def test_a_basis_is_kept_with_the_line_it_stands_before() -> None:
    policy = load(f"{HEAD}@basis CN2017-5.1-h\n{LINE}\n")
    assert policy.cited == {"L0003": ("CN2017-5.1-h",)}
    assert {r.id for r in policy.rows} == {"L0003"}
    assert {r.id for r in committed().rows} >= set(committed().cited)


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}@basis\n{LINE}\n",
        f"{HEAD}@basis CN2017-5.1-h\n@basis CN2017-2-h\n{LINE}\n",
        f"{HEAD}{LINE}\n@basis CN2017-5.1-h\n",
    ],
    ids=["empty", "twice", "before nothing"],
)
def test_a_basis_without_its_sentence_is_refused(text: str) -> None:
    with pytest.raises(PolicyRefused, match="@basis"):
        load(text)


def test_a_basis_that_no_text_has_is_refused() -> None:
    with pytest.raises(UnknownClause):
        load(f"{HEAD}@basis CN2017-9.9-z\n{LINE}\n")


def before_the_row(command: type[Command[Any]]) -> set[str]:
    """How somebody can stand to what is still to be opened: by its place, by its school (``schema.deciding``)."""
    by_place = {"residence", "incident"} if command.place_field else set()
    named = {spec.name for spec in command.specs}
    return {"none", *by_place, *({"enrolled"} if "school_unit_id" in named else ())}


def test_whoever_may_open_a_stream_stands_in_a_relation_to_it_before_it_is_there(
    gate: Gate,
) -> None:
    """No unit holds a case that nobody has opened yet: to be its team or its named worker opens nothing."""
    opening = {
        c.name: before_the_row(c)
        for c in COMMANDS.values()
        if c.opens and c.state_type.stream != "access"
    }
    assert "case.make_custody_child_inquiry" in opening
    by: dict[tuple[str, str], set[str]] = {}
    for line in gate.policy.rows:
        if line.act in opening and line.effect == "allow":
            by.setdefault((line.role, line.act), set()).add(line.relation)
    assert {act for _, act in by} == set(opening)
    assert [who for who, relations in by.items() if not relations & opening[who[1]]] == []


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("police", UnitKind.POLICE),
        ("police", UnitKind.DISTRICT_POLICE),
        ("procuratorate", UnitKind.PROCURATORATE),
        ("court", UnitKind.COURT),
        ("district_education", UnitKind.DISTRICT_EDUCATION),
        ("school_head", UnitKind.SCHOOL),
        ("medical", UnitKind.MEDICAL),
        ("township", UnitKind.TOWNSHIP),
        ("child_supervisor", UnitKind.TOWNSHIP),
        ("district_civil_affairs", UnitKind.DISTRICT_CIVIL_AFFAIRS),
        ("social_worker", UnitKind.SOCIAL_WORK_PROVIDER),
        ("womens_federation", UnitKind.WOMENS_FEDERATION),
        ("disabled_federation", UnitKind.DISABLED_FEDERATION),
    ],
)
def test_who_is_called_to_a_conference_may_look_for_its_purpose(role: str, kind: UnitKind) -> None:
    """A conference grants a unit one purpose: it must be one for which those who serve there sign in (A.1 JOINT)."""
    theirs = {str(p) for p in committed().roles[role].own_purposes}
    assert {p.value for p in PURPOSES.get(kind, CASEWORK)} <= theirs
