"""Who may do what to whom, and who may not: the act, the object, the relation it takes, the purpose."""

import pytest

from authz.gate import Gate
from tests.authz.people import row, somebody

MAY = (
    ("police", "case.dispatch_police", "case", "team", "investigation"),
    ("police", "case.accept_report", "case", "incident", "emergency"),
    ("township", "case.accept_street_report", "case", "team", "casework"),
    ("township", "case.adopt_plan", "case", "residence", "casework"),
    ("child_director", "child.make_home_visit", "child", "assigned", "casework"),
    ("village_committee", "child.make_contact", "child", "residence", "casework"),
    ("community_worker", "child.make_contact", "child", "assigned", "casework"),
    ("child_director", "child.open_child_file", "child", "residence", "casework"),
    ("class_teacher", "case.submit_report", "case", "", "schooling"),
    ("citizen", "case.submit_report", "case", "", "casework"),
    ("guardian", "child.designate_entrusted_carer", "child", "told_where", "family"),
    ("medical", "case.contribute_to_assessment", "case", "referral", "treatment"),
    ("rescue_institution", "case.receive_child", "case", "placed", "casework"),
    ("child_supervisor", "child.confirm_risk_tier", "child", "residence", "casework"),
    ("system", "child.reassess_tier", "child", "", "casework"),
)
MAY_NOT = (
    ("police", "case.dispatch_police", "case", "residence", "investigation"),
    ("police", "case.dispatch_police", "case", "team", "casework"),
    ("police", "case.adopt_plan", "case", "team", "investigation"),
    ("police", "case.accept_street_report", "case", "team", "emergency"),
    ("township", "case.accept_report", "case", "team", "casework"),
    ("township", "case.dispatch_police", "case", "residence", "casework"),
    ("township", "case.adopt_plan", "case", "hukou", "casework"),
    ("township", "case.adopt_plan", "case", "residence", "statistics"),
    ("township", "case.adopt_plan", "child", "residence", "casework"),
    ("child_director", "child.confirm_risk_tier", "child", "assigned", "casework"),
    ("class_teacher", "case.accept_report", "case", "enrolled", "schooling"),
    ("guardian", "child.designate_entrusted_carer", "child", "own_child", "family"),
    ("guardian", "child.designate_entrusted_carer", "child", "residence", "family"),
    ("guardian", "case.close_case", "case", "own_child", "family"),
    ("auditor", "case.close_case", "case", "oversight", "audit"),
    ("technical_administrator", "case.submit_report", "case", "", "casework"),
    ("police", "case.no_such_act", "case", "team", "investigation"),
    ("police", "case.accept_report", "no_such_object", "team", "investigation"),
    ("police", "case.accept_report", "case", "team", "no_such_purpose"),
    ("police", "", "", "team", ""),
)


@pytest.mark.parametrize(("role", "act", "obj", "relation", "purpose"), MAY)
def test_may(gate: Gate, role: str, act: str, obj: str, relation: str, purpose: str) -> None:
    actor = somebody(role)
    decision = gate.permits(actor, act, obj, row(actor, relation), purpose)
    assert decision.allowed
    assert decision.relation == (relation or "none")
    assert decision.row_id is not None


# Whom the texts of Chongqing name: CQ2016-3.1-g, -5.1-f, CQ2024-2.3-c, -2.3-d, -2.3-e, -2.2-f, -3.2-b.
ACTORS_OF_CHONGQING = (
    # 村(居)民委员会、公安机关和有关部门要及时予以劝诫、制止
    ("township", "case.dissuade_guardian", "case", "residence", "casework"),
    ("district_civil_affairs", "case.dissuade_guardian", "case", "residence", "casework"),
    ("district_civil_affairs", "case.stop_infringement", "case", "team", "casework"),
    # 不得收取择校费、赞助费或变相收费: who is asked for one can say so
    ("guardian", "child.report_enrolment_barrier", "child", "told_where", "family"),
    ("township", "child.report_enrolment_barrier", "child", "residence", "casework"),
    # 法治进校园、法治进村(居); 村(居)民委员会加强预防犯罪宣传
    ("district_justice", "unit.hold_safety_activity", "unit", "team", "casework"),
    ("village_committee", "unit.hold_safety_activity", "unit", "team", "casework"),
    ("village_committee", "unit.hold_publicity_activity", "unit", "team", "casework"),
    # 推动公立儿童医院和区县妇幼保健院开设心理门诊
    ("district_health", "unit.register_provider", "unit", "team", "casework"),
    # 检察机关提前介入、公检法案件会商
    ("procuratorate", "case.intervene_early", "case", "mdt", "judicial"),
    ("procuratorate", "case.consult_on_crime", "case", "team", "judicial"),
    ("court", "case.consult_on_crime", "case", "team", "judicial"),
    ("police", "case.consult_on_crime", "case", "team", "investigation"),
    # 符合临时监护条件的留守儿童: placed by civil affairs
    ("district_civil_affairs", "case.start_short_term_guardianship", "case", "team", "casework"),
)


@pytest.mark.parametrize(("role", "act", "obj", "relation", "purpose"), ACTORS_OF_CHONGQING)
def test_whom_the_texts_of_chongqing_name_may(
    gate: Gate, role: str, act: str, obj: str, relation: str, purpose: str
) -> None:
    actor = somebody(role)
    assert gate.permits(actor, act, obj, row(actor, relation), purpose).allowed
    assert not gate.permits(actor, act, obj, row(actor), purpose).allowed


@pytest.mark.parametrize(("role", "act", "obj", "relation", "purpose"), MAY_NOT)
def test_may_not(gate: Gate, role: str, act: str, obj: str, relation: str, purpose: str) -> None:
    actor = somebody(role)
    decision = gate.permits(actor, act, obj, row(actor, relation), purpose)
    assert not decision.allowed
    assert decision.row_id is None
