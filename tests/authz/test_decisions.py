"""The matrix of the domain model A.2, cell by cell: who sees which class, standing how."""

import pytest

from authz.gate import Assignment, Gate, Standing
from authz.words import READ_ACTS, Relation, conflict
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
    P4_MIND,
    P5,
    P5_OUTCOME,
    P6_ADDRESS,
    P6_CUSTODY,
    P6_REPORTER,
    Sensitivity,
)
from tests.authz.people import named, row, somebody

OPEN = {P0, P0_PROCESS}
MEANS = {P3, P3_AID}
WELFARE = {*MEANS, P3_SCHOOL, P3_CARE}
SENSITIVE = {P4, P4_INJURY, P4_MIND, P4_ALERT}
IDENTITY = {*OPEN, P1, P1_PLACE}
COORDINATION = {*IDENTITY, P2, P2_STANDING}
REPORTED = {P0, P1, P1_PLACE, P2}
ALL = set(Sensitivity)

SEES: tuple[tuple[str, str, str, str, set[Sensitivity]], ...] = (
    # role, relation, purpose, object, exactly these classes
    ("child_director", "assigned", "casework", "child", COORDINATION | WELFARE),
    ("child_director", "residence", "casework", "child", COORDINATION),
    ("child_director", "hukou", "casework", "child", OPEN),
    ("child_director", "incident", "casework", "child", OPEN),
    ("child_director", "none", "casework", "child", set()),
    ("child_director", "own_report", "casework", "report", {P0}),
    ("child_director", "residence", "casework", "report", set()),
    ("child_director", "break_glass", "casework", "child", set()),
    ("community_worker", "assigned", "casework", "child", COORDINATION | WELFARE),
    ("community_worker", "residence", "casework", "child", OPEN),
    ("village_committee", "residence", "casework", "child", COORDINATION),
    ("village_committee", "assigned", "casework", "child", set()),
    (
        "child_supervisor",
        "residence",
        "casework",
        "child",
        COORDINATION | WELFARE | SENSITIVE | {P5_OUTCOME, P6_ADDRESS},
    ),
    (
        "township",
        "team",
        "casework",
        "case",
        COORDINATION | WELFARE | SENSITIVE | {P5_OUTCOME, P6_ADDRESS},
    ),
    ("township", "hukou", "casework", "child", IDENTITY),
    ("township", "incident", "casework", "case", IDENTITY),
    ("township", "residence", "statistics", "child", set()),
    ("township", "residence", "statistics", "case", set()),
    ("township", "residence", "statistics", "work_item", {P0}),
    ("township", "residence", "investigation", "child", set()),
    ("township", "residence", "casework", "report", REPORTED | {P4, P4_INJURY}),
    ("township", "second_approval", "casework", "case", set()),
    (
        "district_civil_affairs",
        "residence",
        "casework",
        "child",
        COORDINATION | WELFARE | {P4, P4_INJURY, P4_ALERT, P5_OUTCOME, P6_ADDRESS},
    ),
    (
        "district_civil_affairs",
        "referral",
        "casework",
        "case",
        COORDINATION | MEANS | {P3_CARE, P5, P5_OUTCOME},
    ),
    (
        "district_civil_affairs",
        "break_glass",
        "emergency",
        "child",
        COORDINATION | {P3_CARE, P4_INJURY, P4_ALERT},
    ),
    ("district_civil_affairs", "break_glass", "casework", "child", set()),
    ("city_civil_affairs", "residence", "statistics", "child", set()),
    ("city_civil_affairs", "residence", "statistics", "work_item", {P0}),
    ("city_civil_affairs", "residence", "casework", "child", set()),
    ("city_civil_affairs", "team", "casework", "child", COORDINATION | MEANS),
    (
        "police",
        "team",
        "investigation",
        "case",
        COORDINATION
        | {P4, P4_INJURY, P4_ALERT, P5, P5_OUTCOME, P6_REPORTER, P6_ADDRESS, P6_CUSTODY},
    ),
    (
        "police",
        "assigned",
        "investigation",
        "child",
        COORDINATION | {P4_INJURY, P4_ALERT, P5, P5_OUTCOME, P6_ADDRESS, P6_CUSTODY},
    ),
    ("police", "referral", "investigation", "child", COORDINATION | WELFARE),
    ("police", "incident", "investigation", "report", IDENTITY),
    ("police", "residence", "investigation", "child", set()),
    ("police", "team", "casework", "case", set()),
    (
        "police",
        "break_glass",
        "emergency",
        "child",
        COORDINATION | {P3_CARE, P4_INJURY, P4_ALERT},
    ),
    ("police", "break_glass", "emergency", "report", COORDINATION | {P4_INJURY}),
    ("police", "break_glass", "investigation", "child", set()),
    (
        "procuratorate",
        "assigned",
        "judicial",
        "case",
        COORDINATION | WELFARE | SENSITIVE | {P5, P5_OUTCOME},
    ),
    ("court", "order", "judicial", "report", {*OPEN, P6_REPORTER}),
    ("court", "team", "judicial", "child", {*COORDINATION, P5}),
    ("court", "residence", "judicial", "case", set()),
    ("district_education", "enrolled", "schooling", "child", COORDINATION | {P3_SCHOOL}),
    ("district_education", "residence", "schooling", "child", COORDINATION | {P3_SCHOOL}),
    ("district_education", "residence", "schooling", "case", set()),
    ("school_head", "enrolled", "schooling", "child", COORDINATION | {P3_SCHOOL}),
    ("school_head", "residence", "schooling", "child", set()),
    ("school_head", "team", "schooling", "report", set()),
    ("class_teacher", "enrolled", "schooling", "child", COORDINATION | {P3_SCHOOL}),
    ("class_teacher", "enrolled", "schooling", "case", set()),
    ("class_teacher", "enrolled", "casework", "child", set()),
    ("school_counsellor", "referral", "schooling", "child", COORDINATION),
    ("school_counsellor", "assigned", "schooling", "child", COORDINATION | {P4_MIND}),
    ("school_counsellor", "enrolled", "schooling", "child", OPEN),
    ("medical", "enrolled", "treatment", "child", IDENTITY),
    ("medical", "team", "treatment", "case", COORDINATION),
    ("medical", "assigned", "treatment", "child", COORDINATION | {P4_INJURY, P4_ALERT}),
    ("medical", "own_report", "treatment", "report", {P0, P4_INJURY, P6_REPORTER}),
    (
        "placement_site",
        "placed",
        "casework",
        "child",
        COORDINATION | {P3_CARE, P4_ALERT, P6_ADDRESS},
    ),
    ("placement_site", "residence", "casework", "child", set()),
    ("placement_site", "break_glass", "emergency", "child", set()),
    (
        "rescue_institution",
        "break_glass",
        "emergency",
        "child",
        COORDINATION | {P3_CARE, P4_INJURY, P4_ALERT},
    ),
    ("rescue_institution", "break_glass", "emergency", "report", set()),
    (
        "child_welfare_institution",
        "placed",
        "casework",
        "case",
        COORDINATION | {P3_CARE, P4_ALERT, P6_ADDRESS},
    ),
    (
        "social_worker",
        "referral",
        "casework",
        "child",
        COORDINATION | {P3_CARE, P3_SCHOOL, P4_ALERT},
    ),
    (
        "social_worker",
        "assigned",
        "casework",
        "case",
        COORDINATION | WELFARE | {P4, P4_MIND, P4_ALERT},
    ),
    (
        "womens_federation",
        "referral",
        "casework",
        "child",
        COORDINATION | {P3_CARE, P3_SCHOOL, P4_ALERT},
    ),
    ("disabled_federation", "assigned", "casework", "case", COORDINATION | MEANS | {P4}),
    ("disabled_federation", "residence", "casework", "case", set()),
    (
        "district_justice",
        "assigned",
        "casework",
        "case",
        COORDINATION | MEANS | {P4, P5, P5_OUTCOME},
    ),
    ("reporter", "own_report", "casework", "report", {P0}),
    ("reporter", "residence", "casework", "child", set()),
    ("citizen", "own_report", "casework", "case", {P0}),
    ("guardian", "own_child", "family", "child", {P0, P1, P2_STANDING, P3_AID}),
    (
        "guardian",
        "told_where",
        "family",
        "child",
        {P0_PROCESS, P1_PLACE, P2, P2_STANDING} | WELFARE,
    ),
    ("guardian", "own_child", "family", "case", {P0}),
    ("guardian", "own_child", "casework", "child", set()),
    ("guardian", "residence", "family", "child", set()),
    ("guardian", "referral", "family", "case", {P0, P4, P4_ALERT, P5_OUTCOME}),
    ("entrusted_carer", "entrusted", "family", "child", {P0, P1}),
    (
        "entrusted_carer",
        "told_where",
        "family",
        "child",
        {P0_PROCESS, P1_PLACE, P2, P2_STANDING, P3_SCHOOL},
    ),
    ("entrusted_carer", "entrusted", "family", "case", set()),
    ("auditor", "oversight", "audit", "case", COORDINATION | WELFARE | SENSITIVE),
    ("auditor", "second_approval", "audit", "case", ALL),
    ("auditor", "residence", "audit", "child", set()),
    ("auditor", "oversight", "casework", "case", set()),
    ("inspector", "oversight", "oversight", "child", OPEN),
    ("technical_administrator", "oversight", "casework", "case", set()),
    ("technical_administrator", "none", "audit", "access", set()),
    ("system", "none", "casework", "child", set()),
    ("no_such_role", "residence", "casework", "child", set()),
)


@pytest.mark.parametrize(
    ("role", "relation", "purpose", "obj", "classes"),
    SEES,
    ids=["-".join(case[:4]) for case in SEES],
)
def test_sees_exactly(
    gate: Gate, role: str, relation: str, purpose: str, obj: str, classes: set[Sensitivity]
) -> None:
    actor = somebody(role)
    assert gate.mask(actor, obj, row(actor, relation), purpose) == classes


def test_the_nearest_relation_is_the_reason(gate: Gate) -> None:
    actor = somebody("township")
    tokens = row(actor, "residence", "team", "assigned")
    decision = gate.permits(actor, "case.adopt_plan", "case", tokens, "casework")
    assert decision.relation is Relation.ASSIGNED


@pytest.mark.parametrize("standing", [s for s in Standing if s is not Standing.ACTIVE])
def test_an_assignment_that_does_not_count_opens_nothing(gate: Gate, standing: Standing) -> None:
    actor = somebody("police", standing)
    tokens = row(actor, "team", "assigned")
    assert not gate.scope(actor, "investigation")
    assert not gate.permits(actor, "case.submit_report", "case", (), "investigation").allowed
    assert gate.mask(actor, "case", tokens, "investigation") == set()


@pytest.mark.parametrize("kept_from", ["person", "unit"])
def test_a_conflict_of_interest_replaces_every_relation(gate: Gate, kept_from: str) -> None:
    actor = somebody("district_civil_affairs")
    tokens = row(actor, "team", "residence", "assigned")
    barred = (*tokens, conflict(named(f"{kept_from} of district_civil_affairs")))
    assert gate.mask(actor, "case", tokens, "casework")
    assert gate.mask(actor, "case", barred, "casework") == set()
    decision = gate.permits(actor, "case.return_child_to_family", "case", barred, "casework")
    assert (decision.allowed, decision.relation) == (False, Relation.CONFLICT)


KEPT_AWAY = {Relation.CONFLICT, Relation.OWN_CHILD, Relation.ENTRUSTED}
"""What closes everything to somebody in office."""


def test_ones_own_child_is_seen_as_its_family_and_in_no_office(gate: Gate) -> None:
    for own in (Relation.OWN_CHILD, Relation.ENTRUSTED):
        worker = somebody("township")
        assert gate.mask(worker, "child", row(worker, Relation.RESIDENCE), "casework")
        tokens = row(worker, Relation.RESIDENCE, own)
        assert gate.mask(worker, "child", tokens, "casework") == set()
        assert not gate.permits(worker, "child.close_file", "child", tokens, "casework").allowed
    mother = somebody("guardian")
    assert gate.mask(mother, "child", row(mother, Relation.OWN_CHILD), "family")


def test_the_reporter_is_known_to_few(gate: Gate) -> None:
    """SH2020-4.1-h and the anti-domestic-violence law, art. 14: whatever one's relations are."""
    knows = set()
    for role, declared in gate.policy.roles.items():
        actor = somebody(role)
        tokens = row(actor, *(r for r in Relation if r not in KEPT_AWAY))
        for purpose in declared.purposes:
            for obj in ("child", "case", "report", "work_item"):
                if P6_REPORTER in gate.mask(actor, obj, tokens, purpose):
                    knows.add(role)
    assert knows == {"police", "procuratorate", "court", "medical", "auditor"}


def test_the_auditor_comes_in_only_under_an_order(gate: Gate) -> None:
    actor = somebody("auditor")
    orders = {Relation.OVERSIGHT, Relation.SECOND_APPROVAL} | KEPT_AWAY
    tokens = row(actor, *(r for r in Relation if r not in orders))
    for obj in ("child", "case", "report", "work_item", "access"):
        assert gate.mask(actor, obj, tokens, "audit") == set()


def test_the_technical_administrator_has_nothing(gate: Gate) -> None:
    own = [r for r in gate.policy.rows if r.role == "role:technical_administrator"]
    assert {r.effect for r in own} == {"deny"}
    assert gate.acts("technical_administrator") == set()


def test_another_division_or_person_is_nobody(gate: Gate) -> None:
    """Stable ids are compared whole: no prefix of one reaches another."""
    actor = somebody("township")
    assert gate.mask(actor, "child", ("R:sh00007",), "casework")
    for token in ("R:sh000071", "R:sh0000", "R:sh00008", "H:", "R:", "r:sh00007", "R:sh00007 "):
        assert gate.mask(actor, "child", (token,), "casework") == set()


def test_scope_and_gate_answer_the_same(gate: Gate) -> None:
    actor = somebody("police")
    scope = gate.scope(actor, "investigation")
    tokens = frozenset(row(actor, "team"))
    assert scope.mask("case", list(tokens)) == gate.mask(actor, "case", tokens, "investigation")
    assert scope.sees("case", P5, tokens)
    assert not scope.sees("case", P4_MIND, tokens)
    assert scope["case"][P5] == actor.tokens[Relation.TEAM] | actor.tokens[Relation.ASSIGNED]
    assert "case" in scope.lists
    assert "access" not in scope.lists


def test_a_division_cannot_smuggle_tokens() -> None:
    with pytest.raises(ValueError, match="stable id"):
        Assignment(id=named("a"), person_id=named("b"), role="township", division_id="sh1 R:cq1")


def test_purposes_are_the_roles_own(gate: Gate) -> None:
    assert gate.serves("police", "investigation")
    assert not gate.serves("police", "casework")
    assert not gate.serves("no_such_role", "casework")
    assert READ_ACTS == ("list", "read")
