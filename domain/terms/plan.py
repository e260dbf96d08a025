"""帮扶方案 · The words of the support plan and its services (domain model B, C.10)."""

from __future__ import annotations

from domain.labels import Term


class PlanField(Term):
    """保障方面 · The five fields of protection (CN2017-2-d)."""

    LIVING = "LIVING", "基本生活保障", "Basic living"
    MEDICAL = "MEDICAL", "基本医疗保障", "Basic medical care"
    EDUCATION = "EDUCATION", "教育保障", "Education"
    JUDICIAL = "JUDICIAL", "司法保障", "Judicial protection"
    WELFARE = "WELFARE", "福利服务", "Welfare services"


class ServiceType(Term):
    """服务种类 · Services the five texts name (SH2020-4.3-c, SH2020-3.5-b, CQ2016-3.4-b, CQ2024-2.7-b,
    CN2017-4.4-a).
    """

    GUARDIANSHIP_GUIDANCE = "GUARDIANSHIP_GUIDANCE", "监护指导", "Guardianship guidance"
    MEDICAL = "MEDICAL", "医疗救治", "Medical treatment"
    COUNSELLING = "COUNSELLING", "心理疏导", "Counselling"
    BEHAVIOUR_CORRECTION = "BEHAVIOUR_CORRECTION", "行为矫治", "Behaviour correction"
    LEGAL_SERVICE = "LEGAL_SERVICE", "法律服务", "Legal service"
    LEGAL_AID = "LEGAL_AID", "法律援助", "Legal aid"
    SOCIAL_INTEGRATION = "SOCIAL_INTEGRATION", "社会融入", "Social integration"
    FAMILY_RELATIONS = "FAMILY_RELATIONS", "家庭关系调适", "Family relations"
    DAY_CARE = "DAY_CARE", "日间照料", "Day-care"
    TUTORING = "TUTORING", "课业辅导", "Tutoring"
    SELF_PROTECTION = "SELF_PROTECTION", "自护教育", "Self-protection education"
    COMFORT = "COMFORT", "情感抚慰", "Comfort"
    REHABILITATION = "REHABILITATION", "康复服务", "Rehabilitation"
    COMMUNITY_MENTAL_REHAB = (
        "COMMUNITY_MENTAL_REHAB",
        "精神障碍社区康复服务",
        "Community rehabilitation (mental)",
    )
    HOME_IMPROVEMENT = "HOME_IMPROVEMENT", "居家环境改善", "Home improvement"
    LIVING_SUPPORT = "LIVING_SUPPORT", "生活帮扶", "Support of daily life"
    EDUCATION_SUPPORT = "EDUCATION_SUPPORT", "就学帮扶", "Support of schooling"
    SOCIAL_INVESTIGATION = "SOCIAL_INVESTIGATION", "社会调查", "Social investigation"
    FAMILY_AFFECTION = "FAMILY_AFFECTION", "亲情关爱", "Family affection"
    RIGHTS_PROTECTION = "RIGHTS_PROTECTION", "权益维护", "Protection of rights"
    ACTIVITY = "ACTIVITY", "关爱活动", "Activity"
    OTHER = "OTHER", "其他服务", "Other"


class ItemStatus(Term):
    """帮扶项目状态 · Where an item of the plan stands."""

    PLANNED = "PLANNED", "已列入方案", "Planned"
    REFERRED = "REFERRED", "已转介", "Referred"
    ACCEPTED = "ACCEPTED", "已接受", "Accepted"
    DECLINED = "DECLINED", "被拒绝", "Declined"
    IN_SERVICE = "IN_SERVICE", "服务中", "In service"
    CLOSED = "CLOSED", "已结束", "Closed"
    WITHDRAWN = "WITHDRAWN", "已撤销", "Withdrawn"


class ServiceOutcome(Term):
    """服务结果 · How a service ended."""

    ACHIEVED = "ACHIEVED", "目标达成", "Achieved"
    PARTLY_ACHIEVED = "PARTLY_ACHIEVED", "部分达成", "Partly achieved"
    NOT_ACHIEVED = "NOT_ACHIEVED", "未达成", "Not achieved"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED", "不再需要", "No longer needed"
    FAMILY_DECLINED = "FAMILY_DECLINED", "家庭不接受", "The family declines"
