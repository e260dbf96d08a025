"""The packs as data: complete, marked, cited."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.clauses import CLAUSES, clause
from domain.packfile import PLATFORM, Mark, Pack, Provision
from domain.parameters import CHAPTERS, PARAMETERS, Shape
from domain.rulebook import Rulebook

BOOK = Rulebook.load()

PROVISIONS = [
    pytest.param(pack, provision, id=f"{pack.id}.{name}")
    for pack in BOOK.all_packs
    for name, provision in pack.provisions.items()
]


@pytest.mark.parametrize(("pack", "provision"), PROVISIONS)
def test_every_parameter_says_what_stands_behind_it(pack: Pack, provision: Provision) -> None:
    if pack.id == PLATFORM:
        assert provision.mark is Mark.PLATFORM_DEFAULT
        assert provision.clauses == ()
        return
    assert provision.clauses
    documents = {CLAUSES[one].document for one in provision.clauses}
    assert documents <= {pack.id, pack.layered_on}
    if provision.parameter.shape.keyed and provision.value is not None:
        assert set(provision.members) == set(provision.value)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_of_the_catalogue_is_set_by_a_pack(name: str) -> None:
    assert any(name in pack.provisions for pack in BOOK.all_packs)


def test_the_catalogue_has_no_name_twice_and_each_has_its_chinese_term() -> None:
    names = [p.name for chapter in CHAPTERS.values() for p in chapter]
    assert len(names) == len(set(names))
    assert all(p.zh for p in PARAMETERS.values())


def test_the_unit_is_the_last_word_of_a_name() -> None:
    units = {
        Shape.MINUTES: ("_minutes",),
        Shape.HOURS: ("_hours",),
        Shape.DAYS: ("_days",),
        Shape.WORKING_DAYS: ("_working_days",),
        Shape.SCHOOL_DAYS: ("_school_days",),
        Shape.DURATION: ("_interval", "_span", "_interval_normal", "_interval_enhanced"),
    }
    for parameter in PARAMETERS.values():
        if parameter.shape in units:
            assert parameter.name.endswith(units[parameter.shape]), parameter.name


# Domain model E.5: what each text states, and words of the quoted sentence that state it.
@pytest.mark.parametrize(
    ("pack", "name", "value", "words"),
    [
        ("SH2024", "contact_interval_normal", "P1M", "每个月联系一次"),
        ("SH2024", "home_visit_interval_normal", "P2M", "每两个月入户走访一次"),
        ("SH2024", "contact_interval_enhanced", "P14D", "每两周联系一次"),
        ("SH2024", "home_visit_interval_enhanced", "P1M", "每月入户走访一次"),
        ("SH2024", "director_ratio_above", 30, "超过30人"),
        ("SH2024", "growth_mentors_per_child", 1, "一名成长导师"),
        ("SH2024", "peer_partners_per_child", 1, "一名互助伙伴"),
        ("SH2024", "social_workers_2025", 500, "500名"),
        ("SH2024", "filing_milestone", date(2024, 6, 30), "2024年6月底前"),
        ("SH2024", "prosecutor_deputies_per_station", 1, "全覆盖"),
        ("SH2024", "return_needs_supervisor", True, "指定监护监督员"),
        ("SH2020", "directors_per_village", 1, "每个村(居)民委员会配备儿童主任"),
        ("SH2020", "supervisors_per_township", 1, "每个乡镇政府(街道办事处)配备儿童督导员"),
        ("SH2020", "teacher_pairing", "ALL", "所有留守儿童"),
        ("SH2020", "failure_needs_serious_consequences", True, "造成严重后果的"),
        ("SH2020", "obstruction_aggravates", True, "从重处罚"),
        ("SH2020", "citizen_reward", True, "表扬和奖励"),
        ("SH2020", "revocation_modality", "MAY", "可以向人民法院申请"),
        ("SH2020", "revocation_fallback", "CIVIL_AFFAIRS", "民政部门应当依法"),
        ("SH2020", "refusal_months", 6, "6个月以上"),
        ("SH2020", "reprimand_parents_living_alone", True, "训诫"),
        ("SH2020", "escort_nearest", True, "就近护送"),
        ("SH2020", "township_notice_required", True, "通报乡镇政府"),
        ("CN2017", "failure_needs_serious_consequences", False, "未履行报告义务的"),
        ("CN2017", "handover", "WRITTEN", "书面交接手续"),
        ("CN2017", "child_opinion_on_escort", "REQUIRED_IF_ABLE", "有表达能力的"),
        ("CN2017", "assessment_lead", "STREET", "街道(镇)要会同公安机关"),
        ("CN2017", "revocation_modality", "MUST", "要依法向法院申请"),
        ("CN2017", "refusal_months", 6, "6个月以上"),
        ("CN2017", "hardship_support_age_below", 16, "未满16周岁"),
        ("CN2017", "custody_inquiry", True, "应当询问"),
        ("CN2017", "aftercare_required", True, "后续保障"),
        ("CN2017", "community_worker_required", True, "社区工作者"),
        ("CQ2016", "failure_needs_serious_consequences", False, "未履行报告义务的"),
        ("CQ2016", "entrusted_agreement", "WRITTEN", "签订委托监护协议"),
        ("CQ2016", "entrusted_carer_adult", True, "其他成年人"),
        ("CQ2016", "entrusted_carer_capable", True, "有监护能力"),
        ("CQ2016", "living_alone_age_below", 16, "不满十六周岁"),
        ("CQ2016", "revocation_modality", "MUST", "要依法向人民法院申请"),
        ("CQ2016", "refusal_months", 6, "六个月以上"),
        ("CQ2016", "ground_1_age", 16, "十六周岁以下"),
        ("CQ2016", "teacher_pairing", "SYSTEM", "结对帮扶制度"),
        ("CQ2024", "risk_tiers_required", True, "分级划定风险"),
        ("CQ2024", "weekend_duty", True, "周末值班"),
        ("CQ2024", "entry_check_required", True, "入职查询"),
    ],
)
def test_what_the_text_states_is_stated_in_the_words_cited(
    pack: str, name: str, value: Any, words: str
) -> None:
    provision = BOOK.pack(pack).provisions[name]
    assert provision.mark is Mark.TEXT
    got = str(provision.value) if isinstance(value, str) else provision.value
    assert got == value
    assert any(words in clause(one).quote_zh for one in provision.clauses)


@pytest.mark.parametrize(
    ("pack", "name", "members"),
    [
        ("SH2020", "reporters", "PUBLIC_POWER SPECIAL_DUTY CLOSE_CONTACT"),
        (
            "CQ2016",
            "reporters",
            (
                "SCHOOL KINDERGARTEN MEDICAL VILLAGE_COMMITTEE SOCIAL_WORK_ORG "
                "RESCUE_MANAGEMENT_INSTITUTION WELFARE_INSTITUTION"
            ),
        ),
        (
            "CN2017",
            "reporters",
            (
                "SCHOOL KINDERGARTEN MEDICAL RESIDENTIAL_COMMITTEE SOCIAL_SERVICE_ORG "
                "RESCUE_PROTECTION_INSTITUTION WELFARE_INSTITUTION"
            ),
        ),
        (
            "SH2020",
            "escort_destinations",
            (
                "CLOSE_RELATIVE VILLAGE_COMMITTEE MINORS_PROTECTION_INSTITUTION "
                "CHILD_WELFARE_INSTITUTION"
            ),
        ),
        (
            "CQ2016",
            "domestic_violence_placement",
            "TEMPORARY_SHELTER RESCUE_MANAGEMENT_INSTITUTION WELFARE_INSTITUTION",
        ),
        ("CN2017", "addressees", "POLICE STREET"),
        ("CN2017", "placement_factors", "WISHES HEALTH ADDRESS SCHOOL"),
        (
            "CN2017",
            "placement_kinds",
            "NON_PERFORMANCE_UNREFORMED CUSTODY_CARE SHORT_TERM LONGER_TERM",
        ),
        ("CN2017", "assessment_partners", "POLICE"),
        ("CN2017", "competence_township", "HUKOU LONG_TERM_RESIDENCE INCIDENT"),
        (
            "CN2017",
            "competence_district",
            "CHILD_HUKOU PARENT_HUKOU PARENT_PERMIT UNFINDABLE_PARENTS_LONG_TERM_FACT",
        ),
        (
            "SH2020",
            "revocation_applicants",
            (
                "OTHER_QUALIFIED_GUARDIAN VILLAGE_COMMITTEE SCHOOL MEDICAL WOMENS_FED DPF "
                "MINORS_PROTECTION_ORG CIVIL_AFFAIRS OTHER"
            ),
        ),
        ("CQ2016", "revocation_applicants", "CLOSE_RELATIVE VILLAGE_COMMITTEE CIVIL_AFFAIRS OTHER"),
        (
            "CN2017",
            "revocation_applicants",
            (
                "CLOSE_RELATIVE RESIDENTIAL_COMMITTEE CIVIL_AFFAIRS SCHOOL MEDICAL WOMENS_FED DPF "
                "OTHER"
            ),
        ),
        ("CQ2016", "key_target_grounds", "POVERTY DISABILITY GIRL OTHER"),
        ("CQ2024", "reporter_duties", "DISSUADE_STOP REPORT_POLICE ASSIST"),
        ("CQ2024", "clue_addressees", "POLICE EDUCATION CIVIL_AFFAIRS WOMENS_FED OTHER"),
        (
            "CQ2024",
            "targets_2027",
            (
                "MENTAL_EDUCATION_ALL ELIGIBLE_AIDED_ALL DROPOUT_ZERO "
                "SERIOUS_CONDUCT_ALL_IN_CORRECTION"
            ),
        ),
        (
            "SH2024",
            "periodic_duties",
            (
                "DISTRICT_SAFETY STATION_ACTIVITY SCHOOL_SAFETY DIRECTOR_TRAINING_CITY "
                "DIRECTOR_TRAINING_DISTRICT FULL_INSPECTION ANNUAL_REPORT"
            ),
        ),
        ("SH2024", "director_ratio_groups", "LBC CID"),
    ],
)
def test_the_lists_of_the_texts(pack: str, name: str, members: str) -> None:
    provision = BOOK.pack(pack).provisions[name]
    assert provision.mark is Mark.TEXT
    assert set(provision.value) == set(members.split())


def test_kindergartens_help_to_assess_in_shanghai_alone() -> None:
    shanghai = BOOK.pack("SH2020").provisions["assessment_contributors"].value
    assert shanghai - BOOK.pack("CQ2016").provisions["assessment_contributors"].value == {
        "KINDERGARTEN"
    }


# Domain model E.2 and the due column of G: the value, and the clauses whose word it answers.
@pytest.mark.parametrize(
    ("name", "value", "clauses"),
    [
        ("report_attention_minutes", 120, "SH2020-4.1-e CQ2016-4.1-c CN2017-4.1-c CQ2024-3.1-h"),
        ("accept_minutes", 30, "SH2020-4.2-a CQ2016-4.2-a CN2017-5.1-q"),
        ("dispatch_minutes", 30, "SH2020-4.2-b CQ2016-4.2-b CN2017-4.2-a"),
        ("parent_return_first_check_hours", 24, "SH2020-4.2-d CQ2016-4.2-d"),
        ("parent_return_check_days", 1, "SH2020-4.2-d CQ2016-4.2-d"),
        ("township_notice_hours", 24, "SH2020-4.2-o CQ2016-4.2-o"),
        ("assessment_start_days", 1, "SH2020-4.3-a CQ2016-4.3-a CN2017-4.3-a"),
        ("assessment_working_days", 10, "SH2020-4.3-a CQ2016-4.3-a CN2017-4.3-a"),
        ("contribution_working_days", 3, "SH2020-4.3-b CQ2016-4.3-b CN2017-5.1-s"),
        ("entitlement_working_days", 20, "SH2020-4.3-d CQ2016-4.3-f SH2024-2.3.8-a CQ2024-1-e"),
        ("dissuasion_days", 2, "SH2020-3.1-d CQ2016-3.1-g SH2024-2.2.4-b"),
        ("revocation_fallback_days", 30, "SH2020-4.4-j"),
        ("key_target_review_interval", "P1M", "CQ2016-4.3-e SH2020-3.2-i"),
        ("school_census_interval", "P6M", "CQ2016-3.3-d"),
        ("follow_up_first_interval", "P14D", "SH2024-2.2.6-c"),
        ("follow_up_first_span", "P3M", "SH2024-2.2.6-c"),
        ("follow_up_later_interval", "P1M", "SH2024-2.2.6-c"),
        ("follow_up_later_span", "P9M", "SH2024-2.2.6-c"),
        ("bulletin_interval", "P3M", "SH2020-5.4-e"),
        ("truancy_contact_days", 1, "SH2020-5.4-a CQ2016-3.3-q"),
        ("dropout_review_days", 5, "SH2020-5.4-a CQ2016-3.3-q"),
        ("persuasion_school_days", 10, "SH2020-5.4-c CQ2016-3.3-s"),
        ("persuasion_attempts", 3, "SH2020-5.4-c CQ2016-3.3-s"),
        ("warning_high_hours", 2, "CQ2024-3.1-e"),
        ("warning_other_hours", 24, "CQ2024-3.1-e"),
        ("entrust_supervision_interval", "P3M", "CQ2016-3.2-i CQ2024-2.1-c SH2024-2.2.5-b"),
        ("entrust_supervision_each_home_visit", True, "CQ2016-3.2-i CQ2024-2.1-c SH2024-2.2.5-b"),
        ("reception_hours", 0, "CN2017-5.1-j"),
        ("screening_days", 7, "SH2020-3.2-c CQ2016-3.2-e CQ2024-3.1-a"),
        ("visit_problem_days", 3, "SH2024-2.3.7-e"),
        ("agreement_days", 14, "CQ2016-3.2-h"),
        ("inform_parents_days", 2, "SH2024-2.2.5-c"),
        ("concern_outcome_days", 14, "SH2024-2.2.5-c"),
        ("pairing_days", 30, "SH2020-3.3-b SH2024-2.1.2-a CQ2016-3.3-m CQ2024-2.6-b"),
        ("dropout_acknowledgement_working_days", 3, "SH2020-5.4-c CQ2016-3.3-s"),
        ("guardian_search_report_interval", "P1M", "CN2017-4.3-g"),
        ("placement_schooling_days", 3, "CN2017-4.4.1-b CN2017-4.4.1-c"),
        ("placement_family_care_days", 7, "CN2017-4.4.2-a CN2017-4.4.2-b"),
        ("escort_receipt_days", 3, "CN2017-4.3-h CN2017-4.3-i"),
        ("revocation_application_days", 30, "SH2020-4.4-g CQ2016-4.4-g CN2017-4.4.3-h"),
        ("accountability_days", 30, "SH2020-4.1-f SH2020-4.1-h CQ2016-4.1-d CN2017-4.1-d"),
        ("commendation_days", 30, "SH2020-4.1-i CQ2016-4.1-e"),
        ("appointment_days", 30, "SH2020-5.3-f SH2024-2.5.15-b"),
        ("guardian_support_days", 7, "CQ2024-2.2-h SH2024-2.1.2-b"),
        ("counselling_days", 7, "CQ2024-2.2-a"),
        ("counselling_victim_days", 3, "CQ2024-2.2-j"),
        ("correction_days", 14, "CQ2024-1-g"),
        ("rehabilitation_days", 14, "SH2020-3.4-d SH2024-2.3.8-d CN2017-5.2-b"),
        ("legal_aid_days", 3, "CN2017-5.1-t"),
        ("employment_help_days", 14, "CN2017-5.1-v"),
        ("insurance_gap_interval", "P12M", "CN2017-5.1-u"),
        ("living_care_support_days", 0, "SH2020-3.2-f"),
        ("township_takeover_days", 0, "SH2020-4.2-o CQ2016-4.2-o"),
        ("entitlement_synchronise_days", 0, "SH2024-2.3.8-c"),
        ("contact_normal_warn_days", 5, "SH2024-2.3.7-c"),
        ("home_visit_normal_warn_days", 5, "SH2024-2.3.7-c"),
        ("contact_enhanced_warn_days", 3, "SH2024-2.3.7-d"),
        ("home_visit_enhanced_warn_days", 5, "SH2024-2.3.7-d"),
        ("short_term_warn_days", (10, 3), "CN2017-4.3-d"),
        ("longer_term_warn_days", (60, 30, 7), "CN2017-4.3-f"),
        ("refusal_notice_months", (3, 5), "SH2020-4.4-e CQ2016-4.4-e CN2017-4.4.3-e"),
        ("age_review_warn_days", 60, "SH2020-1-d CN2017-3.1-b CQ2016-1-a"),
        ("pack_ending_warn_days", 180, "SH2020-6-a CN2017-6-a"),
        ("extra_directors", 1, "SH2024-2.5.15-b"),
    ],
)
def test_what_no_text_states_is_a_default_of_the_platform(
    name: str, value: Any, clauses: str
) -> None:
    baseline = BOOK.pack(PLATFORM).provisions[name]
    got = str(baseline.value) if isinstance(value, str) else baseline.value
    assert got == value
    held = [pack.provisions[name] for pack in BOOK.all_packs if name in pack.provisions]
    assert {provision.mark for provision in held} == {Mark.PLATFORM_DEFAULT}
    assert set(clauses.split()) <= {one for provision in held for one in provision.clauses}


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        ("SH2024", "home_visit_counts_as_contact"),
        ("SH2024", "cadence_rolling"),
        ("CQ2016", "ground_1_age_included"),
        ("CQ2024", "categories_left_behind"),
        ("CN2017", "placement_clocks_separate"),
        ("CN2017", "rehabilitation_age_below"),
    ],
)
def test_what_the_texts_leave_open_waits_for_the_owner(pack: str, name: str) -> None:
    provision = BOOK.pack(pack).provisions[name]
    assert provision.mark is Mark.OWNER_DECIDES
    assert provision.note


def test_the_plan_of_shanghai_is_no_validity() -> None:
    validity = BOOK.pack("SH2024").validity
    assert (validity.first, validity.last) == (date(2023, 12, 1), date(2026, 10, 31))
    assert validity.plan
    assert validity.mark is Mark.OWNER_DECIDES
    assert BOOK.pack("SH2020").validity.mark is Mark.TEXT


def test_chongqing_is_layered() -> None:
    assert BOOK.pack("CQ2024").layered_on == "CQ2016"
