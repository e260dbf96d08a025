"""应急处置 · The words of the police emergency response (domain model B, C.6).

Lists that differ by city (where a child may be escorted to, who is asked first) are named here and
*chosen* in the packs.
"""

from __future__ import annotations

from typing import Self

from domain.labels import Term


class Finding(Term):
    """调查情形 · What the police find; several may hold, and each opens its own branch (SH2020-4.2-b)."""

    LIVING_ALONE = "LIVING_ALONE", "单独居住生活", "Living alone"
    MISSING = "MISSING", "失踪", "Missing"
    GUARDIAN_INCAPABLE = "GUARDIAN_INCAPABLE", "监护人丧失监护能力", "Guardian has lost capacity"
    GUARDIAN_NOT_PERFORMING = (
        "GUARDIAN_NOT_PERFORMING",
        "监护人不履行监护责任",
        "Guardian does not perform",
    )
    DOMESTIC_VIOLENCE = "DOMESTIC_VIOLENCE", "遭受家庭暴力", "Domestic violence"
    OTHER_INFRINGEMENT = "OTHER_INFRINGEMENT", "遭受其他不法侵害", "Other unlawful infringement"
    ACCIDENTAL_INJURY = "ACCIDENTAL_INJURY", "遭受意外伤害", "Accidental injury"


class DangerState(Term):
    """危险状态 · Dangers in which others are asked at once to take the child (CN2017-4.2-b)."""

    SERIOUS_INJURY = "SERIOUS_INJURY", "身体受到严重伤害", "Serious bodily injury"
    SERIOUS_THREAT = "SERIOUS_THREAT", "面临严重人身安全威胁", "Serious threat to safety"
    UNATTENDED = "UNATTENDED", "处于无人照料状态", "Unattended"
    OTHER = "OTHER", "其他危险状态", "Other danger"


class InfringementKind(Term):
    """侵害种类 · Kinds of guardianship infringement (CQ2024-3.3-c adds to CQ2016-4.4-a; CQ2024-2.3-f)."""

    VIOLENCE = "VIOLENCE", "家庭暴力", "Domestic violence"
    ABUSE = "ABUSE", "虐待", "Abuse"
    ABANDONMENT = "ABANDONMENT", "遗弃", "Abandonment"
    SEXUAL_ABUSE = "SEXUAL_ABUSE", "性侵害、性骚扰", "Sexual abuse or harassment"
    SELLING = "SELLING", "出卖、拐卖", "Selling or abduction"
    USED_FOR_CRIME = "USED_FOR_CRIME", "利用儿童实施犯罪", "Using the child for crime"
    OTHER = "OTHER", "其他侵害", "Other"


class EmergencyDuty(Term):
    """应办事项 · What is still to do, most urgent first, each with the clauses that demand it."""

    clauses: tuple[str, ...]

    def __new__(cls, value: str, zh: str, en: str, *clauses: str) -> Self:
        """A duty and the sentences it comes from."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.clauses = zh, en, clauses
        return member

    SEARCH_CHILD = (
        "SEARCH_CHILD",
        "快速查找失踪儿童",
        "Search for the missing child",
        "SH2020-4.2-i",
        "CQ2016-4.2-i",
    )
    STOP_INFRINGEMENT = (
        "STOP_INFRINGEMENT",
        "制止侵害行为",
        "Stop the infringement",
        "SH2020-4.2-j",
        "SH2020-4.2-l",
        "CQ2016-4.2-j",
        "CQ2016-4.2-l",
    )
    MEDICAL_HELP = (
        "MEDICAL_HELP",
        "协助就医",
        "Help with medical care",
        "SH2020-4.2-n",
        "CQ2016-4.2-n",
    )
    PROTECT_CHILD = (
        "PROTECT_CHILD",
        "实施保护",
        "Protect the child",
        "SH2020-4.2-l",
        "CQ2016-4.2-l",
    )
    ASK_CARE_CANDIDATES = (
        "ASK_CARE_CANDIDATES",
        "联系其他监护人、亲属、居委会妥善安置",
        "Ask other guardians, relatives and the committee",
        "CN2017-4.2-b",
    )
    CONTACT_PARENTS = (
        "CONTACT_PARENTS",
        "联系父母返回或委托其他亲属照料",
        "Reach the parents",
        "SH2020-4.2-f",
        "CQ2016-4.2-f",
    )
    ORDER_PARENTS_BACK = (
        "ORDER_PARENTS_BACK",
        "责令父母返回或确定受委托监护人",
        "Order the parents to return or name a carer",
        "SH2020-4.2-d",
        "CQ2016-4.2-d",
    )
    SEEK_CHILD_OPINION = (
        "SEEK_CHILD_OPINION",
        "就护送地点征求儿童意见",
        "Ask the child where to be taken",
        "CN2017-4.2-d",
    )
    ESCORT_CHILD = (
        "ESCORT_CHILD",
        "就近护送",
        "Escort the child",
        "SH2020-4.2-g",
        "CQ2016-4.2-g",
    )
    WRITTEN_HANDOVER = (
        "WRITTEN_HANDOVER",
        "办理书面交接",
        "Hand over in writing",
        "CN2017-4.2-c",
    )
    PLACE_CHILD = (
        "PLACE_CHILD",
        "安置儿童",
        "Place the child",
        "SH2020-4.2-k",
        "CQ2016-4.2-k",
        "CN2017-4.2-e",
    )
    NOTIFY_TOWNSHIP = (
        "NOTIFY_TOWNSHIP",
        "通报乡镇(街道)",
        "Notify the township",
        "SH2020-4.2-o",
        "CQ2016-4.2-o",
    )
    HANDLE_VIOLENCE = (
        "HANDLE_VIOLENCE",
        "依法处置家庭暴力",
        "Handle the domestic violence",
        "SH2020-4.2-j",
        "CQ2016-4.2-j",
    )
    COLLECT_EVIDENCE = (
        "COLLECT_EVIDENCE",
        "调查取证",
        "Collect evidence",
        "SH2020-4.2-m",
        "CQ2016-4.2-m",
        "CN2017-4.2-f",
    )
    APPRAISE_INJURY = (
        "APPRAISE_INJURY",
        "鉴定伤情",
        "Appraise the injury",
        "SH2020-4.2-n",
        "CQ2016-4.2-n",
    )
    REPRIMAND_GUARDIAN = (
        "REPRIMAND_GUARDIAN",
        "训诫父母(监护人)",
        "Reprimand the parents or guardian",
        "SH2020-4.2-e",
        "SH2020-4.4-a",
        "CQ2016-4.2-e",
    )
    CRITICISE_GUARDIAN = (
        "CRITICISE_GUARDIAN",
        "批评教育",
        "Criticise and educate the guardian",
        "SH2020-4.4-a",
        "CQ2016-4.4-a",
        "CN2017-4.4.3-a",
        "CQ2024-3.3-a",
    )
    IMPOSE_PENALTY = (
        "IMPOSE_PENALTY",
        "依法给予行政处罚",
        "Impose an administrative penalty",
        "CN2017-4.4.3-b",
    )
    NOTIFY_PARENTS = (
        "NOTIFY_PARENTS",
        "协助通知父母",
        "Help to notify the parents",
        "SH2020-4.2-h",
        "CQ2016-4.2-h",
    )
    SECURE_CARE = (
        "SECURE_CARE",
        "落实照料人或安置",
        "A named carer or a placement",
        "SH2020-4.2-d",
        "CQ2016-4.2-c2",
        "CQ2016-4.2-d",
    )


class EscortDestination(Term):
    """护送去向 · Where a child may be brought or sheltered; each text names its own (domain model I.27)."""

    CLOSE_RELATIVE = "CLOSE_RELATIVE", "其他近亲属", "Another close relative"
    OTHER_GUARDIAN = "OTHER_GUARDIAN", "其他监护人", "Another guardian"
    RELATIVE = "RELATIVE", "亲属", "A relative"
    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "村(居)民委员会", "Village or neighbourhood committee"
    RESIDENTIAL_COMMITTEE = "RESIDENTIAL_COMMITTEE", "居委会", "Residential committee"
    MINORS_PROTECTION_INSTITUTION = (
        "MINORS_PROTECTION_INSTITUTION",
        "未成年人救助保护机构",
        "Rescue-protection institution",
    )
    CHILD_WELFARE_INSTITUTION = (
        "CHILD_WELFARE_INSTITUTION",
        "儿童福利机构",
        "Child-welfare institution",
    )
    RESCUE_MANAGEMENT_INSTITUTION = (
        "RESCUE_MANAGEMENT_INSTITUTION",
        "救助管理机构",
        "Rescue-management institution",
    )
    WELFARE_INSTITUTION = "WELFARE_INSTITUTION", "福利机构", "Welfare institution"
    TEMPORARY_SHELTER = "TEMPORARY_SHELTER", "临时庇护场所", "Temporary shelter"
    TEMPORARY_CARE_INSTITUTION = (
        "TEMPORARY_CARE_INSTITUTION",
        "临时监护、照料机构",
        "Temporary care institution",
    )


class MetHow(Term):
    """发现方式 · How a missing child turned up in another case, from a lead to a certainty (SH2020-4.2-i)."""

    NAMED = "NAMED", "报告中提及", "Named in a report"
    IDENTIFIED = "IDENTIFIED", "身份核实", "Identified"
    IN_HAND = "IN_HAND", "已在照护中", "In somebody's hands"


class CareCandidate(Term):
    """征询对象类别 · Whom the police ask to take the child in (CN2017-4.2-b)."""

    OTHER_GUARDIAN = "OTHER_GUARDIAN", "其他监护人", "Another guardian"
    RELATIVE = "RELATIVE", "亲属", "A relative"
    RESIDENTIAL_COMMITTEE = "RESIDENTIAL_COMMITTEE", "村(居)民委员会", "Residential committee"


class DeclineReason(Term):
    """不能照料的原因 · Why a candidate does not take the child (CN2017-4.2-e: 没有意愿或条件)."""

    NO_WILL = "NO_WILL", "无意愿", "No will"
    NO_CONDITIONS = "NO_CONDITIONS", "无条件", "No conditions"


class ContactOutcome(Term):
    """联系结果 · What became of an attempt to reach somebody."""

    REACHED = "REACHED", "已联系上", "Reached"
    NO_ANSWER = "NO_ANSWER", "无人接听", "No answer"
    WRONG_CONTACT = "WRONG_CONTACT", "联系方式有误", "Wrong contact"
    REFUSED = "REFUSED", "拒绝沟通", "Refused to talk"


class ContactMeans(Term):
    """联系方式 · How the police tried to reach a parent."""

    PHONE = "PHONE", "电话", "Phone"
    MESSAGE = "MESSAGE", "短信或即时通讯", "Message"
    VISIT = "VISIT", "上门", "Visit"
    VIA_OTHERS = "VIA_OTHERS", "通过他人", "Through others"
    LOCAL_POLICE = "LOCAL_POLICE", "外出地公安协助", "Police at the place of work"


class ReturnDemand(Term):
    """责令内容 · What an order to the guardian demands (SH2020-4.2-d)."""

    RETURN = "RETURN", "立即返回", "Return at once"
    NAME_CARER = "NAME_CARER", "确定受委托监护人", "Name an entrusted guardian"
    EITHER = "EITHER", "立即返回或确定受委托监护人", "Either of them"


class OpinionSubject(Term):
    """征求意见事项 · About what the child's opinion is sought."""

    ESCORT_PLACE = "ESCORT_PLACE", "护送地点", "Where to be taken"
    PLACEMENT = "PLACEMENT", "安置", "Placement"
    PLAN = "PLAN", "帮扶方案", "Support plan"


class InjuryClass(Term):
    """伤情 · Result of an injury appraisal."""

    NONE = "NONE", "未见损伤", "No injury"
    SLIGHT = "SLIGHT", "轻微伤", "Slight"
    MINOR = "MINOR", "轻伤", "Minor"
    SERIOUS = "SERIOUS", "重伤", "Serious"
    PENDING = "PENDING", "待鉴定", "Pending"


class NoticeGround(Term):
    """通报对象依据 · Why this township is notified (domain model I.19)."""

    INCIDENT = "INCIDENT", "事发地", "Place of incident"
    HOME = "HOME", "居住地", "Where the child lives"
    RECEIVED = "RECEIVED", "已接收个案", "Has received the case"
