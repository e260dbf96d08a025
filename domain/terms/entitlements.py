"""保障待遇 · The words of entitlements and of the services that go with them (domain model B, C.10, D.6).

Which of them a city has, on which facts and by whose decision, is *chosen* in the packs (``entitlements``).
"""

from __future__ import annotations

from domain.labels import Term


class EntitlementType(Term):
    """保障待遇种类 · The assistance a child may have a right to.

    The allowance of CN2017-3.1-c is named by what it pays, never by what somebody might read from it about the parents:
    it is also for children whose parents live and cannot support them (domain model I.25).
    """

    MINIMUM_LIVING = "MINIMUM_LIVING", "最低生活保障", "Minimum living allowance"
    HARDSHIP_SUPPORT = "HARDSHIP_SUPPORT", "特困供养", "Support for the destitute"
    SCATTERED_ORPHAN = (
        "SCATTERED_ORPHAN",
        "社会散居儿童基本生活费(参照标准发放)",
        "Living allowance for children raised in the community",
    )
    BASIC_LIVING = "BASIC_LIVING", "困境儿童基本生活保障", "Basic living allowance"
    TEMP_AID = "TEMP_AID", "临时救助", "Temporary aid"
    FESTIVAL_AID = "FESTIVAL_AID", "节日帮困", "Festival aid"
    MEDICAL_AID = "MEDICAL_AID", "医疗救助", "Medical aid"
    FOUR_MEDICAL = "FOUR_MEDICAL", "“四医联动”一站式医疗救助", "Four-in-one medical aid"
    EDU_AID = "EDU_AID", "教育资助", "Education aid"
    FREE_EDUCATION = "FREE_EDUCATION", "残疾儿童免费教育", "Free education of disabled children"
    NUTRITION = "NUTRITION", "营养改善", "School nutrition"
    REHABILITATION = "REHABILITATION", "残疾儿童康复救助", "Rehabilitation aid"
    SURGERY_SUBSIDY = "SURGERY_SUBSIDY", "手术费用补贴", "Subsidy of surgery"
    DEVICE_SUBSIDY = "DEVICE_SUBSIDY", "辅具补贴", "Subsidy of assistive devices"
    TRAINING_SUBSIDY = "TRAINING_SUBSIDY", "康复训练补贴", "Subsidy of rehabilitation training"
    TOMORROW_PLAN = (
        "TOMORROW_PLAN",
        "手术康复明天计划",
        "Tomorrow plan of surgery and rehabilitation",
    )
    CULTURE_SUBSIDY = "CULTURE_SUBSIDY", "儿童文化福利补贴", "Culture subsidy"
    HOUSING = "HOUSING", "住房保障", "Housing security"


ONE_OFF = frozenset(
    {
        EntitlementType.TEMP_AID,
        EntitlementType.FESTIVAL_AID,
        EntitlementType.SURGERY_SUBSIDY,
        EntitlementType.DEVICE_SUBSIDY,
        EntitlementType.TRAINING_SUBSIDY,
    }
)
"""Given for one occasion: having it once does not stand in the way of needing it again."""


class EntitlementFact(Term):
    """认定事实 · What an entitlement rests on, in the words of the texts."""

    MINIMUM_LIVING_CONDITIONS = (
        "MINIMUM_LIVING_CONDITIONS",
        "家庭条件符合低保条件",
        "Family meets the minimum-living conditions",
    )
    MINIMUM_LIVING_FAMILY = (
        "MINIMUM_LIVING_FAMILY",
        "低保家庭",
        "Family on minimum living allowance",
    )
    LOW_INCOME_FAMILY = "LOW_INCOME_FAMILY", "低收入家庭", "Low-income family"
    ECONOMIC_HARDSHIP = "ECONOMIC_HARDSHIP", "家庭经济困难", "Family in economic hardship"
    NO_LABOUR = "NO_LABOUR", "无劳动能力", "Cannot work"
    NO_MEANS = "NO_MEANS", "无生活来源", "No means of support"
    NO_SUPPORTER = "NO_SUPPORTER", "无法定抚养人", "No statutory supporter"
    SUPPORTER_INCAPABLE = (
        "SUPPORTER_INCAPABLE",
        "法定抚养人无抚养能力",
        "Statutory supporter cannot support",
    )
    HARDSHIP_SUPPORTED = "HARDSHIP_SUPPORTED", "特困供养对象", "Supported as destitute"
    BOTH_PARENTS_DEAD = "BOTH_PARENTS_DEAD", "父母双亡", "Both parents have died"
    RAISED_BY_OTHERS = (
        "RAISED_BY_OTHERS",
        "父母无抚养能力,由他人日常托养",
        "Parents cannot support; raised by others",
    )
    BASIC_LIVING_CONDITIONS = (
        "BASIC_LIVING_CONDITIONS",
        "符合困境儿童基本生活保障条件",
        "Meets the basic-living conditions",
    )
    SUDDEN_HARDSHIP = "SUDDEN_HARDSHIP", "突发困难", "Sudden hardship"
    FOUR_MEDICAL_CONDITIONS = (
        "FOUR_MEDICAL_CONDITIONS",
        "符合“四医联动”条件",
        "Meets the four-in-one conditions",
    )
    HOUSING_CONDITIONS = "HOUSING_CONDITIONS", "符合住房保障条件", "Meets the housing conditions"
    LIMB_DISABILITY = "LIMB_DISABILITY", "肢体残疾", "Physical disability"
    VISUAL_DISABILITY = "VISUAL_DISABILITY", "视力残疾", "Visual disability"
    HEARING_DISABILITY = "HEARING_DISABILITY", "听力残疾", "Hearing disability"
    SPEECH_DISABILITY = "SPEECH_DISABILITY", "言语残疾", "Speech disability"
    INTELLECTUAL_DISABILITY = "INTELLECTUAL_DISABILITY", "智力残疾", "Intellectual disability"
    PSYCHIATRIC_DISABILITY = "PSYCHIATRIC_DISABILITY", "精神残疾", "Psychiatric disability"
    MULTIPLE_DISABILITY = "MULTIPLE_DISABILITY", "多重残疾", "Multiple disability"
    AUTISM = "AUTISM", "孤独症", "Autism"


class EntitlementRoute(Term):
    """待遇办理途径 · How an entitlement came to be decided (D.6)."""

    APPLICATION = "APPLICATION", "申请", "On application"
    ASSISTED = "ASSISTED", "协助申请", "On assisted application"
    WITHOUT_APPLICATION = "WITHOUT_APPLICATION", "免申即享", "Without application"
    SYNCHRONISED = "SYNCHRONISED", "同步享受", "Together with another"


class AidApplicant(Term):
    """家庭申请人类别 · For whom the form is filed, or who declines."""

    GUARDIAN = "GUARDIAN", "父母或其他监护人", "Parent or guardian"
    CHILD = "CHILD", "儿童本人", "The child"
    CARER = "CARER", "受委托照护人或实际照料人", "Entrusted or actual carer"


class ReviewCause(Term):
    """待遇复核原因 · Why a held entitlement is looked at again (D.6)."""

    AGE = "AGE", "将满规定年龄", "The age limit comes near"
    FACTS_CHANGED = "FACTS_CHANGED", "情况变化", "The facts have changed"
    SOURCE_ENDED = "SOURCE_ENDED", "所依据的待遇已终止", "What it came with has ended"


class ReviewOutcome(Term):
    """待遇复核结论 · What a review decides."""

    CONTINUE = "CONTINUE", "继续享受", "Goes on"
    END = "END", "终止", "Ends"


class EntitlementEnd(Term):
    """待遇终止原因 · Why an entitlement has ended."""

    AGE_REACHED = "AGE_REACHED", "年满规定年龄", "Age reached"
    FACTS_CHANGED = "FACTS_CHANGED", "不再符合条件", "Conditions no longer met"
    SOURCE_ENDED = "SOURCE_ENDED", "所依据的待遇已终止", "What it came with has ended"


class InsuranceScheme(Term):
    """医疗保险种类 · The three schemes of CN2017-3.2-a."""

    RESIDENT_MEDICAL = "RESIDENT_MEDICAL", "城乡居民基本医疗保险", "Residents' medical insurance"
    SERIOUS_ILLNESS = "SERIOUS_ILLNESS", "大病保险", "Serious-illness insurance"
    CHILD_HOSPITAL_FUND = "CHILD_HOSPITAL_FUND", "少儿住院基金", "Children's hospital fund"


class RehabilitationKind(Term):
    """康复服务种类 · What disabled and autistic children are given (CN2017-3.5.2-a, SH2024-2.3.8-d)."""

    SURGERY = "SURGERY", "手术", "Surgery"
    DEVICE = "DEVICE", "辅具配置", "Assistive device"
    TRAINING = "TRAINING", "康复训练", "Training"
    SUBSTITUTE_CARE = "SUBSTITUTE_CARE", "替代照料", "Substitute care"
    UPBRINGING_GUIDANCE = "UPBRINGING_GUIDANCE", "养育辅导", "Guidance in upbringing"
    EARLY_EDUCATION = "EARLY_EDUCATION", "早期教育", "Early education"


class EmploymentHelp(Term):
    """就业帮扶方式 · What is offered to a member of the family (CN2017-5.1-v, CQ2016-5.2-c, SH2024-2.3.11-c,
    CQ2024-2.8-e).
    """

    JOB_OFFER = "JOB_OFFER", "岗位推荐", "Job offered"
    START_UP = "START_UP", "创业项目推荐", "Project to start a business"
    SKILL_TRAINING = "SKILL_TRAINING", "职业技能培训", "Vocational training"
    EMPLOYMENT_AID = "EMPLOYMENT_AID", "就业救助", "Employment aid"
    NEARBY_JOB = "NEARBY_JOB", "就近就便就业", "Work near home"


class WorkWish(Term):
    """返乡就业意愿 · Whether a guardian wants to work or start a business near home (CQ2016-5.2-c 有意愿)."""

    WORK = "WORK", "愿意返乡就业", "Wants to work near home"
    START_UP = "START_UP", "愿意返乡创业", "Wants to start a business near home"
    TRAINING = "TRAINING", "愿意参加技能培训", "Wants to be trained"
    NONE = "NONE", "暂无意愿", "Wants none of it for now"


class LegalAidKind(Term):
    """法律援助方式 · Help of lawyers (CN2017-5.1-t)."""

    LEGAL_AID = "LEGAL_AID", "法律援助", "Legal aid"
    LEGAL_SERVICE = "LEGAL_SERVICE", "法律服务", "Legal service"
    CONSULTATION = "CONSULTATION", "法律咨询", "Legal advice"


class LegalAidCause(Term):
    """法律援助事由 · Why legal aid is due."""

    RIGHTS_INFRINGED = "RIGHTS_INFRINGED", "合法权益受到侵害", "Rights were infringed"
    GUARDIANSHIP = "GUARDIANSHIP", "监护权纠纷或撤销监护", "Dispute over guardianship"
    MAINTENANCE = "MAINTENANCE", "抚养费追索", "Claim of maintenance"
    OTHER = "OTHER", "其他", "Other"


class PriorityProgramme(Term):
    """优先安排项目 · Places that go to these children first (SH2024-2.3.10-a, SH2024-2.3.10-b)."""

    STATION_ACTIVITY = "STATION_ACTIVITY", "街镇未保站项目与活动", "Activity of the station"
    SUMMER_CARE = "SUMMER_CARE", "爱心暑托班", "Summer day-care"
    TODDLER_ROOM = "TODDLER_ROOM", "社区托育“宝宝屋”", "Community toddlers' room"
    NURSERY_PLACE = "NURSERY_PLACE", "托育机构托位", "Nursery place"
    HOLIDAY_SERVICE = "HOLIDAY_SERVICE", "节假日、寒暑假关爱服务", "Service on holidays"
