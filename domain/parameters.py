"""参数目录 · The catalogue of parameters a rule pack may set: name, type, what it means.

A pack that sets a name which is not listed here, or a value of another type, does not load. The
unit is the last word of a name. A parameter that is ``united`` collects its members from every
pack in force, because the texts add to each other (who must report, to whom); any other parameter
is taken from one pack. The platform's own members count only where no document speaks, except for
a ``floor``, which they widen always: care is never refused because a text is silent about its
kind. ``watched`` parameters make a gap worth a decision when no text in force
speaks of them; ``definition`` marks those that say who the texts are about. ``least`` is the lowest
value that a rule version may set: what protects people is never set so that it protects nobody.

Sources: domain model E.1 (T-), E.2, E.5, F.2, G (Q-), and A.2, D.2, D.5, D.7, I where named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from domain.provisions import (
    Category,
    EntitlementRule,
    PeriodicDuty,
    PeriodicWarning,
    Phase,
    PlacementKind,
    Responsibility,
    RevocationGround,
    Row,
    SharingParty,
)


class Shape(StrEnum):
    """The type of a parameter, and the accessor of :class:`domain.rulebook.Rules` that reads it."""

    FLAG = "flag"
    COUNT = "count"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    SCHOOL_DAYS = "school_days"
    DURATION = "duration"
    DATE = "day"
    CODE = "code"
    CODES = "codes"
    NUMBERS = "numbers"
    SEQUENCE = "sequence"
    TABLE = "table"

    @property
    def keyed(self) -> bool:
        """Whether the value has members that each cite their own clause."""
        return self in {Shape.CODES, Shape.TABLE}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the catalogue."""

    shape: Shape
    name: str
    zh: str
    row: type[Row] | None = None
    united: bool = False
    floor: bool = False
    watched: bool = False
    definition: bool = False
    least: int = 0

    @property
    def en(self) -> str:
        """In English, which the name is."""
        return self.name.replace("_", " ").capitalize()


_flag = partial(Parameter, Shape.FLAG)
_count = partial(Parameter, Shape.COUNT)
_minutes = partial(Parameter, Shape.MINUTES)
_hours = partial(Parameter, Shape.HOURS)
_days = partial(Parameter, Shape.DAYS)
_working = partial(Parameter, Shape.WORKING_DAYS)
_school = partial(Parameter, Shape.SCHOOL_DAYS)
_duration = partial(Parameter, Shape.DURATION)
_date = partial(Parameter, Shape.DATE)
_code = partial(Parameter, Shape.CODE)
_codes = partial(Parameter, Shape.CODES)
_united = partial(Parameter, Shape.CODES, united=True)
_numbers = partial(Parameter, Shape.NUMBERS)
_sequence = partial(Parameter, Shape.SEQUENCE)
_table = partial(Parameter, Shape.TABLE)
_category = partial(_table, row=Category, united=True, definition=True)
_placement = partial(_table, row=PlacementKind, united=True)

_CATEGORIES = (
    _category("categories_left_behind", "留守儿童类别", watched=True),
    _category("categories_in_difficulty", "困境儿童类别", watched=True),
    _category("categories_visiting", "团聚儿童类别"),
    _codes("competence_township", "街镇属地依据"),
    _codes("competence_district", "区级属地依据"),
    _count("living_alone_age_below", "不得单独居住生活的年龄"),
    _count("hardship_support_age_below", "特困供养年龄"),
    _count("rehabilitation_age_below", "康复救助年龄"),
    _count("adult_age", "成年年龄"),
    _days("age_review_warn_days", "年龄复核提前天数"),
    _days("category_review_days", "类别复核时限"),
    _days("pack_ending_warn_days", "规则包届满提前天数"),
    _days("rule_decision_days", "规则空档处置时限"),
)

_FILE = (
    _united("file_views", "档案形式"),
    _united("file_sections", "档案内容"),
    _united("key_target_grounds", "重点对象情形"),
    _united("key_target_verifiers", "重点对象核查人员"),
    _duration("key_target_review_interval", "重点对象核查周期"),
    _days("screening_days", "排查时限"),
    _count("duplicate_questions_a_day", "每人每日判重查询次数"),
    _duration("school_census_interval", "学籍核实间隔"),
    _date("filing_milestone", "核查建档完成日"),
    _duration("file_dormant_span", "休眠档案期限"),
    _united("outside_systems", "对接的外部系统"),
)

_CARE = (
    _code("entrusted_agreement", "委托监护协议形式"),
    _flag("entrusted_carer_adult", "受委托人须成年"),
    _flag("entrusted_carer_capable", "受委托人须有监护能力"),
    _days("agreement_days", "签订协议时限"),
    _duration("entrust_supervision_interval", "委托照护监督周期"),
    _flag("entrust_supervision_each_home_visit", "每次入户监督委托照护"),
    _days("inform_parents_days", "告知父母时限"),
    _days("concern_outcome_days", "委托照护问题处理时限"),
    _days("dissuasion_days", "劝诫制止时限"),
    _count("infant_age_below", "婴幼儿年龄"),
)

_VISITS = (
    _duration("contact_interval_normal", "一般联系周期", watched=True),
    _duration("home_visit_interval_normal", "一般入户周期", watched=True),
    _duration("contact_interval_enhanced", "加强联系周期", watched=True),
    _duration("home_visit_interval_enhanced", "加强入户周期", watched=True),
    _codes("enhanced_cadence_facts", "加强走访情形"),
    _days("contact_normal_warn_days", "一般联系预警天数"),
    _days("home_visit_normal_warn_days", "一般入户预警天数"),
    _days("contact_enhanced_warn_days", "加强联系预警天数"),
    _days("home_visit_enhanced_warn_days", "加强入户预警天数"),
    _flag("home_visit_counts_as_contact", "入户计作联系"),
    _flag("cadence_rolling", "自上次起滚动计算"),
    _days("visit_problem_days", "走访问题处理时限"),
    _duration("follow_up_first_interval", "回访首段周期"),
    _duration("follow_up_first_span", "回访首段时长"),
    _duration("follow_up_later_interval", "回访后段周期"),
    _duration("follow_up_later_span", "回访后段时长"),
)

_REPORTS = (
    _united("reporters", "强制报告责任人", watched=True),
    _united("voluntary_reporters", "其他报告人", floor=True),
    _united("triggers", "报告情形", watched=True),
    _united("addressees", "报告对象", watched=True),
    _united("reporter_duties", "报告人义务"),
    _united("clue_addressees", "线索报告对象"),
    _united("hotlines", "热线"),
    _flag("police_copied", "一律抄送公安"),
    _codes("street_forward_triggers", "街镇转报公安情形"),
    _minutes("report_attention_minutes", "报告迟延提示"),
    _minutes("accept_minutes", "受理时限"),
    _flag("failure_needs_serious_consequences", "追责以严重后果为条件", watched=True),
    _flag("obstruction_aggravates", "阻止报告从重"),
    _flag("citizen_reward", "表扬奖励报告人"),
    _days("accountability_days", "追责处理时限"),
    _days("commendation_days", "表扬奖励时限"),
)

_EMERGENCY = (
    _minutes("dispatch_minutes", "出警时限"),
    _minutes("at_once_minutes", "立即办理的容许时长"),
    _hours("parent_return_first_check_hours", "首次核查父母返回"),
    _days("parent_return_check_days", "核查父母返回周期"),
    _united("escort_destinations", "护送去向", watched=True),
    _flag("escort_nearest", "就近护送"),
    _sequence("care_candidates", "临时照料人征询顺序"),
    _codes("danger_states", "危险状态"),
    _united("domestic_violence_placement", "家暴庇护去向", watched=True),
    _code("handover", "交接手续"),
    _code("child_opinion_on_escort", "护送地点征求儿童意见"),
    _flag("reprimand_parents_living_alone", "单独居住训诫父母"),
    _flag("township_notice_required", "须通报乡镇街道"),
    _hours("township_notice_hours", "通报乡镇时限"),
    _codes("township_notice_targets", "通报哪些乡镇"),
    _days("township_takeover_days", "乡镇接办时限"),
    _flag("emergency_ends_with_carer", "处置须落实照料人"),
    _flag("custody_inquiry", "羁押须询问未成年子女"),
    _working("break_glass_review_working_days", "紧急调阅复核时限"),
)

_ASSESSMENT = (
    _code("assessment_lead", "评估牵头单位", watched=True),
    _codes("assessment_partners", "会同评估单位"),
    _codes("assessment_dimensions", "评估方面", watched=True),
    _united("assessment_contributors", "协助评估单位"),
    _days("assessment_start_days", "评估启动时限"),
    _working("assessment_working_days", "评估完成时限"),
    _working("contribution_working_days", "协助评估时限"),
    _united("capacity_assessors", "监护能力评估单位"),
    _days("capacity_help_days", "评估后帮扶时限"),
    _united("services", "专业服务", floor=True),
    _united("plan_fields", "保障方面"),
    _working("plan_working_days", "制定帮扶方案时限"),
    _duration("plan_review_interval", "帮扶方案复核周期"),
    _flag("risk_tiers_required", "须分级划定风险"),
    _working("tier_confirmation_working_days", "确认风险等级时限"),
)

_PLACEMENT = (
    _placement("placement_kinds", "安置种类", floor=True),
    _united("placement_forms", "监护安置方式", floor=True),
    _united("state_guardianship_support", "民政监护期间的支持和服务"),
    _united("temporary_sites", "临时看护站点"),
    _codes("placement_factors", "安置考虑因素"),
    _flag("placement_clocks_separate", "短期与中长期分别计时"),
    _numbers("short_term_warn_days", "短期监护预警天数"),
    _numbers("longer_term_warn_days", "中长期监护预警天数"),
    _codes("hukou_escort_conditions", "护送户籍地条件"),
    _days("escort_receipt_days", "护送接收回执时限"),
    _hours("reception_hours", "机构接收时限"),
    _days("placement_schooling_days", "安置期就学时限"),
    _days("placement_family_care_days", "安置期关爱服务时限"),
    _duration("guardian_search_report_interval", "查找监护人进展周期"),
    _days("living_care_support_days", "乡镇支持生活照料时限"),
    _days("placement_ground_over_days", "安置事由消除后处理时限"),
    _flag("township_supports_village_care", "乡镇支持村居照料"),
    _flag("return_needs_supervisor", "回归家庭须指定监护监督员"),
    _flag("aftercare_required", "终止后续保障"),
    _duration("aftercare_span", "后续保障时长"),
)

_INTERVENTION = (
    _united("guardian_measures", "监护干预措施"),
    _code("revocation_modality", "申请撤销的要求", watched=True),
    _codes("revocation_applicants", "申请撤销的主体"),
    _table("revocation_grounds", "撤销情形", row=RevocationGround, watched=True),
    _count("refusal_months", "拒不履行月数"),
    _code("revocation_fallback", "兜底申请单位"),
    _count("ground_1_age", "情形一年龄"),
    _flag("ground_1_age_included", "情形一年龄含本数"),
    _numbers("refusal_notice_months", "拒不履行提示月份"),
    _days("revocation_application_days", "申请撤销时限"),
    _days("revocation_fallback_days", "兜底申请时限"),
    _days("order_check_days", "令状执行核查周期"),
    _duration("order_span", "未载明期限的令状核查时长"),
    _days("supervisor_days", "指定监护监督员时限"),
)

_SUPPORT = (
    _table("entitlements", "保障待遇", row=EntitlementRule, united=True, floor=True),
    _working("entitlement_working_days", "待遇认定时限"),
    _days("entitlement_synchronise_days", "同步享受时限"),
    _codes("entitlements_synchronised", "同步享受待遇"),
    _codes("entitlements_synchronised_from", "同步享受的依据待遇"),
    _codes("entitlements_without_application", "免申即享待遇"),
    _codes("entitlements_on_application", "须自愿申请待遇"),
    _days("rehabilitation_days", "康复补贴时限"),
    _days("legal_aid_days", "法律援助时限"),
    _days("employment_help_days", "就业帮扶时限"),
    _flag("employment_help_required", "家庭就业帮扶"),
    _codes("insurance_schemes", "参保险种"),
    _duration("insurance_gap_interval", "参保查漏周期"),
    _days("guardian_support_days", "协助监护人干预时限"),
    _days("counselling_days", "心理辅导时限"),
    _days("counselling_victim_days", "受害儿童辅导时限"),
    _days("correction_days", "纳入矫治时限"),
    _hours("warning_high_hours", "高等预警处置时限"),
    _hours("warning_other_hours", "其他预警处置时限"),
)

_SCHOOL = (
    _code("teacher_pairing", "教师结对"),
    _count("growth_mentors_per_child", "成长导师人数"),
    _count("peer_partners_per_child", "互助伙伴人数"),
    _flag("one_to_one_pairing", "一对一结对"),
    _days("pairing_days", "结对时限"),
    _flag("weekend_duty", "周末值班"),
    _days("duty_roster_days", "落实值班时限"),
    _days("truancy_contact_days", "旷课联系时限"),
    _days("dropout_review_days", "辍学研判时限"),
    _sequence("school_holidays", "寒暑假起止(缺省)"),
    _school("persuasion_school_days", "劝返期限"),
    _count("persuasion_attempts", "劝返次数"),
    _codes("dropout_report_addressees", "辍学书面报告对象"),
    _working("dropout_acknowledgement_working_days", "辍学报告签收时限"),
    _days("dropout_measure_days", "控辍措施时限"),
    _school("dropout_stable_school_days", "复学稳定天数"),
    _days("learning_support_days", "学业帮扶时限"),
    _days("enrolment_barrier_days", "入学障碍处理时限"),
    _days("bullying_days", "欺凌处理时限"),
    _days("clinic_attendance_days", "就诊确认时限"),
    _count("school_age_from", "义务教育起始年龄"),
    _count("school_age_below", "义务教育年龄上限(不满)"),
)

_ORGANISATION = (
    _count("directors_per_village", "村居儿童主任人数"),
    _count("supervisors_per_township", "乡镇儿童督导员人数"),
    _count("prosecutor_deputies_per_station", "未保站检察官副站长人数"),
    _flag("community_worker_required", "配备社区工作者"),
    _flag("village_worker_required", "村居专兼职工作人员"),
    _codes("director_backgrounds", "儿童主任优先人选"),
    _count("director_ratio_above", "增配儿童主任门槛"),
    _codes("director_ratio_groups", "增配计数对象"),
    _count("extra_directors", "增配人数"),
    _days("appointment_days", "配备时限"),
    _flag("entry_check_required", "入职查询"),
    _table("periodic_duties", "周期义务", row=PeriodicDuty, united=True),
    _table("periodic_warnings", "周期义务预警", row=PeriodicWarning),
    _table("implementation_phases", "实施阶段", row=Phase),
    _table("responsible_bodies", "任务分工", row=Responsibility),
    _flag("annual_report_day_included", "截止日当日算按时"),
    _duration("bulletin_interval", "通报周期"),
    _days("escalation_step_days", "逐级升级间隔"),
    _days("clue_days", "线索处理时限"),
    _days("referral_days", "转介承接时限"),
    _days("jurisdiction_dispute_days", "属地争议裁定时限"),
    _days("transfer_receipt_days", "移送接收时限"),
    _duration("transfer_look_back_span", "移送后原单位查阅期限"),
    _count("social_workers_2025", "儿童福利社工目标"),
    _united("targets_2027", "到2027年目标"),
    _count("small_cell_below", "小单元抑制", least=3),
    _numbers("statistics_age_bands", "统计年龄段起点"),
)

_ACCESS = (
    _table("sharing_parties", "信息共享约定当事方", row=SharingParty),
    _count("break_glass_reason_length", "紧急调阅理由最少字数"),
    _minutes("break_glass_minutes", "紧急调阅时长"),
    _minutes("fresh_sign_in_minutes", "重新登录的有效时长"),
    _minutes("look_up_minutes", "紧急查找的查阅时长"),
    _days("receipt_days", "报告回执有效天数"),
    _count("break_glass_often_count", "紧急调阅频繁提示次数"),
    _days("break_glass_often_days", "紧急调阅频繁提示期间"),
    _days("unjustified_access_days", "不当调阅追责时限"),
    _days("audit_order_days", "审计令最长期限"),
    _days("conference_access_days", "会商查阅期限"),
    _days("referral_access_days", "转介查阅期限"),
    _days("sharing_access_days", "共享信息查阅期限"),
    _days("clinic_access_days", "转诊待诊查阅期限"),
    _days("disclosure_access_days", "司法调取查阅期限"),
)

CHAPTERS: Mapping[str, tuple[Parameter, ...]] = MappingProxyType(
    {
        "categories": _CATEGORIES,
        "file": _FILE,
        "care": _CARE,
        "visits": _VISITS,
        "reports": _REPORTS,
        "emergency": _EMERGENCY,
        "assessment": _ASSESSMENT,
        "placement": _PLACEMENT,
        "intervention": _INTERVENTION,
        "support": _SUPPORT,
        "school": _SCHOOL,
        "organisation": _ORGANISATION,
        "access": _ACCESS,
    }
)

PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {parameter.name: parameter for chapter in CHAPTERS.values() for parameter in chapter}
)

RETIRED = frozenset({"school_census_cycle", "special_inspection_timer"})
"""Names of earlier releases that said nothing anybody read: a pack that was published with them is still read."""
