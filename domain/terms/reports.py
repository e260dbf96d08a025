"""强制报告 · The words of mandatory report and intake (domain model B, C.5).

Which of these codes *count* in a city on a day is said by the rule packs (``reporters``,
``triggers``, ``addressees``); here stands only what each means.
"""

from __future__ import annotations

from typing import Self

from domain.labels import Term


class ReporterCategory(Term):
    """报告人类别 · In which capacity somebody reports; ``within``: the names other texts give it."""

    within: tuple[str, ...]

    def __new__(cls, value: str, zh: str, en: str, *within: str) -> Self:
        """A category, and where it belongs: SH2020-4.1-b names duties, the others institutions."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.within = zh, en, within
        return member

    PUBLIC_POWER = "PUBLIC_POWER", "行使公权力的组织和公职人员", "Body or official of public power"
    SPECIAL_DUTY = "SPECIAL_DUTY", "负有特殊职责的组织及人员", "Body or person with a special duty"
    CLOSE_CONTACT = "CLOSE_CONTACT", "密切接触未成年人的单位及人员", "In close contact with minors"
    SCHOOL = "SCHOOL", "学校", "School", "SPECIAL_DUTY"
    KINDERGARTEN = "KINDERGARTEN", "幼儿园", "Kindergarten", "SPECIAL_DUTY"
    MEDICAL = "MEDICAL", "医疗机构", "Medical institution", "SPECIAL_DUTY"
    VILLAGE_COMMITTEE = (
        "VILLAGE_COMMITTEE",
        "村(居)民委员会",
        "Village committee",
        "CLOSE_CONTACT",
    )
    RESIDENTIAL_COMMITTEE = (
        "RESIDENTIAL_COMMITTEE",
        "居委会",
        "Residential committee",
        "VILLAGE_COMMITTEE",
        "CLOSE_CONTACT",
    )
    SOCIAL_WORK_ORG = (
        "SOCIAL_WORK_ORG",
        "社会工作服务机构",
        "Social-work provider",
        "SOCIAL_SERVICE_ORG",
        "CLOSE_CONTACT",
    )
    SOCIAL_SERVICE_ORG = (
        "SOCIAL_SERVICE_ORG",
        "社会服务机构",
        "Social-service organisation",
        "CLOSE_CONTACT",
    )
    RESCUE_MANAGEMENT_INSTITUTION = (
        "RESCUE_MANAGEMENT_INSTITUTION",
        "救助管理机构",
        "Rescue-management institution",
        "RESCUE_PROTECTION_INSTITUTION",
        "SPECIAL_DUTY",
    )
    RESCUE_PROTECTION_INSTITUTION = (
        "RESCUE_PROTECTION_INSTITUTION",
        "救助保护机构",
        "Rescue-protection institution",
        "RESCUE_MANAGEMENT_INSTITUTION",
        "SPECIAL_DUTY",
    )
    WELFARE_INSTITUTION = "WELFARE_INSTITUTION", "福利机构", "Welfare institution", "SPECIAL_DUTY"
    CITIZEN = "CITIZEN", "其他公民", "Other citizen"
    SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION", "其他社会组织", "Other social organisation"
    CHILD = "CHILD", "儿童本人", "The child"
    FAMILY = "FAMILY", "家庭成员", "A family member"


class Standing(Term):
    """报告性质 · How a report is taken under the packs in force (SH2020-4.1-i, CQ2016-4.1-e)."""

    MANDATED = "MANDATED", "强制报告", "Mandated report"
    CITIZEN = "CITIZEN", "公民报告", "Citizen report"


class Trigger(Term):
    """报告情形 · What was found: the situations the texts name, and any other."""

    LIVING_ALONE = "LIVING_ALONE", "脱离监护单独居住生活", "Living alone out of guardianship"
    OUT_OF_GUARDIANSHIP = "OUT_OF_GUARDIANSHIP", "脱离监护", "Out of guardianship"
    MISSING = "MISSING", "失踪", "Missing"
    GUARDIAN_INCAPABLE = "GUARDIAN_INCAPABLE", "监护人丧失监护能力", "Guardian has lost capacity"
    GUARDIAN_NOT_PERFORMING = (
        "GUARDIAN_NOT_PERFORMING",
        "监护人不履行监护责任",
        "Guardian does not perform",
    )
    GUARDIANSHIP_MISSING = "GUARDIANSHIP_MISSING", "监护缺失", "Guardianship missing"
    SUSPECTED_DV = "SUSPECTED_DV", "疑似遭受家庭暴力", "Suspected domestic violence"
    SUSPECTED_ACCIDENT = "SUSPECTED_ACCIDENT", "疑似遭受意外伤害", "Suspected accidental injury"
    SUSPECTED_INFRINGEMENT = (
        "SUSPECTED_INFRINGEMENT",
        "疑似遭受不法侵害",
        "Suspected unlawful infringement",
    )
    EXPLOITED_FOR_CRIME = (
        "EXPLOITED_FOR_CRIME",
        "被胁迫、教唆、引诱、欺骗实施犯罪",
        "Exploited for crime",
    )
    OTHER = "OTHER", "其他情况", "Other"


class Addressee(Term):
    """报告对象 · To whom one reports."""

    POLICE = "POLICE", "公安机关", "Police"
    STREET = "STREET", "街道(镇)", "Street or town"


class ClueAddressee(Term):
    """线索报告对象 · To whom a village committee reports a problem or clue (CQ2024-2.4-g)."""

    POLICE = "POLICE", "公安", "Police"
    EDUCATION = "EDUCATION", "教育", "Education"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政", "Civil affairs"
    WOMENS_FED = "WOMENS_FED", "妇联", "Women's Federation"
    OTHER = "OTHER", "其他有关部门和单位", "Other department or unit"


class ReportChannel(Term):
    """报告途径 · How a report came in."""

    IN_PERSON = "IN_PERSON", "当面", "In person"
    PHONE = "PHONE", "电话", "By phone"
    ONLINE = "ONLINE", "网上", "Online"
    HOTLINE_12355 = "HOTLINE_12355", "12355青少年服务台", "Hotline 12355"
    YOUTH_RIGHTS_ONLINE = "YOUTH_RIGHTS_ONLINE", "青少年维权在线", "Youth rights online"
    HOTLINE_12338 = "HOTLINE_12338", "12338妇女维权热线", "Hotline 12338"
    POLICE_110 = "POLICE_110", "110报警", "Police call 110"
    STREET_DESK = "STREET_DESK", "街道(镇)窗口", "Street desk"


class DissuasionResult(Term):
    """劝阻、制止结果 · What became of dissuading and stopping (CQ2024-3.1-h)."""

    SUCCEEDED = "SUCCEEDED", "已制止", "Stopped"
    FAILED = "FAILED", "未能制止", "Not stopped"
    PENDING = "PENDING", "正在劝阻", "Under way"


class ForwardGround(Term):
    """转报理由 · Why what the street or an open case was told goes on to the police."""

    INFRINGEMENT = "INFRINGEMENT", "疑似不法侵害", "Suspected infringement"
    MISSING = "MISSING", "失踪", "Missing"
    DANGER = "DANGER", "处于危险状态", "In danger"
    REPORTABLE = "REPORTABLE", "应当向公安机关报告的情形", "Must be reported to the police"


class SanctionCondition(Term):
    """追责条件 · Whether the condition for a sanction is met (SH2020-4.1-f against CQ2016-4.1-d)."""

    NOT_REQUIRED = "NOT_REQUIRED", "追责无此条件", "No such condition"
    MET = "MET", "条件已具备", "Condition met"
    NOT_MET = "NOT_MET", "条件不具备", "Condition not met"
    OPEN = "OPEN", "待查明", "Not yet established"
    NO_RULE = "NO_RULE", "无现行规定", "No rule in force"


class ReporterSanction(Term):
    """追责结果 · What an accountability decision imposes."""

    NONE = "NONE", "不予处分", "No sanction"
    CRITICISM = "CRITICISM", "批评教育", "Criticism"
    DISCIPLINE = "DISCIPLINE", "处分", "Disciplinary sanction"
    HEAVIER_DISCIPLINE = "HEAVIER_DISCIPLINE", "从重处罚", "Heavier punishment"
    CRIMINAL_REFERRAL = "CRIMINAL_REFERRAL", "移送追究刑事责任", "Referred for criminal liability"


class ResponsibleRole(Term):
    """责任人身份 · In which role somebody is held to account (SH2020-4.1-f, SH2020-4.1-h)."""

    DIRECT_SUPERVISOR = "DIRECT_SUPERVISOR", "直接负责的主管人员", "Directly responsible supervisor"
    DIRECT_STAFF = "DIRECT_STAFF", "其他直接责任人员", "Other directly responsible staff"
    UNIT = "UNIT", "单位", "The unit"


class Commendation(Term):
    """表扬奖励方式 · How a citizen's report is honoured."""

    PRAISE = "PRAISE", "表扬", "Praise"
    REWARD = "REWARD", "奖励", "Reward"


class ReportProgress(Term):
    """报告办理进度 · How far a report has come, as its receipt tells (A.1: status only)."""

    RECEIVED = "RECEIVED", "已收到,待受理", "Received, not yet accepted"
    ACCEPTED = "ACCEPTED", "已受理", "Accepted"
    IN_HAND = "IN_HAND", "处置中", "Being dealt with"
    CLOSED = "CLOSED", "已办结", "Closed"


class ReporterDuty(Term):
    """报告人的义务 · What is asked of whoever must report (CN2017-4.1-c, CQ2016-4.1-c, CQ2016-4.2-c, CQ2024-3.1-h)."""

    REPORT_POLICE = "REPORT_POLICE", "第一时间向公安机关报告", "Report to the police at once"
    REPORT_POLICE_OR_STREET = (
        "REPORT_POLICE_OR_STREET",
        "第一时间向公安机关报案或向所在街道(镇)报告",
        "Report at once to the police, or to the street or township",
    )
    DISSUADE_STOP = "DISSUADE_STOP", "劝阻、制止", "Dissuade and stop"
    ASSIST = "ASSIST", "协助公安机关调查和应急处置", "Assist the police"


class Hotline(Term):
    """求助热线 · Whom anybody may call (CQ2016-3.4-e, CQ2016-3.4-h)."""

    YOUTH_12355 = "12355", "12355青少年服务台", "Hotline 12355 for young people"
    WOMEN_12338 = "12338", "12338妇女儿童维权热线", "Hotline 12338 for women and children"
