"""统筹与督导 · The words of coordination, oversight and publicity (domain model C.13)."""

from __future__ import annotations

from typing import NewType

from domain.labels import Term

DutyCode = NewType("DutyCode", str)
"""A periodic duty, such as ``STATION_ACTIVITY``; its codes are data of the rule packs."""
DutyPeriod = NewType("DutyPeriod", str)
"""The period a duty is owed for: ``2025``, ``2025-Q2``, ``2025-SUMMER``, or its first day, ``2025-04-01``."""


class UnitDuty(Term):
    """周期义务 · Every duty of a period that a pack may lay on a unit."""

    CULTURE_SUBSIDY = "CULTURE_SUBSIDY", "发放儿童文化福利补贴", "Pay the cultural subsidy"
    DISTRICT_SAFETY = "DISTRICT_SAFETY", "安全知识进居村活动", "Bring safety knowledge to villages"
    STATION_ACTIVITY = "STATION_ACTIVITY", "专题讲座或主题活动", "Hold a lecture or an activity"
    SCHOOL_SAFETY = (
        "SCHOOL_SAFETY",
        "放假前安全知识大讲堂",
        "Hold the safety lecture before a holiday",
    )
    DIRECTOR_TRAINING_CITY = (
        "DIRECTOR_TRAINING_CITY",
        "市级儿童主任全员培训",
        "Train all directors (city)",
    )
    DIRECTOR_TRAINING_DISTRICT = (
        "DIRECTOR_TRAINING_DISTRICT",
        "区级儿童主任全员培训",
        "Train all directors (district)",
    )
    FULL_INSPECTION = "FULL_INSPECTION", "年度全面检查", "Inspect all, once a year"
    ANNUAL_REPORT = "ANNUAL_REPORT", "年度工作进展报告", "Report the year's progress"
    WORK_BULLETIN = "WORK_BULLETIN", "定期通报工作情况", "Issue the periodic work bulletin"


class Target(Term):
    """工作目标 · What is to be reached by 2027 (CQ2024-1-d, CQ2024-1-e, CQ2024-1-f, CQ2024-1-g)."""

    MENTAL_EDUCATION_ALL = (
        "MENTAL_EDUCATION_ALL",
        "心理健康教育全覆盖",
        "Mental-health education for all",
    )
    ELIGIBLE_AIDED_ALL = "ELIGIBLE_AIDED_ALL", "符合条件的应助尽助", "Aid for all who are eligible"
    DROPOUT_ZERO = (
        "DROPOUT_ZERO",
        "义务教育控辍保学常态化清零",
        "No dropout from compulsory education",
    )
    SERIOUS_CONDUCT_ALL_IN_CORRECTION = (
        "SERIOUS_CONDUCT_ALL_IN_CORRECTION",
        "严重不良行为和涉罪儿童全部纳入帮教矫治",
        "All with serious misconduct or crimes in correction",
    )


class CityBody(Term):
    """市级责任单位 · The bodies of Shanghai that answer for the tasks of SH2024 (SH2024-5-b and the lists in
    brackets).
    """

    CITY_EDUCATION = "CITY_EDUCATION", "市教委", "Education commission"
    CITY_JUSTICE = "CITY_JUSTICE", "市司法局", "Justice bureau"
    HIGH_COURT = "HIGH_COURT", "市高院", "High court"
    CITY_PROCURATORATE = "CITY_PROCURATORATE", "市检察院", "Procuratorate"
    CITY_POLICE = "CITY_POLICE", "市公安局", "Public security bureau"
    CITY_CIVIL_AFFAIRS = "CITY_CIVIL_AFFAIRS", "市民政局", "Civil affairs bureau"
    CITY_HEALTH = "CITY_HEALTH", "市卫生健康委", "Health commission"
    YOUTH_LEAGUE = "YOUTH_LEAGUE", "团市委", "Youth league"
    WOMENS_FEDERATION = "WOMENS_FEDERATION", "市妇联", "Women's federation"
    DISABLED_FEDERATION = "DISABLED_FEDERATION", "市残联", "Disabled persons' federation"
    CITY_HUMAN_RESOURCES = "CITY_HUMAN_RESOURCES", "市人力资源社会保障局", "Human resources bureau"
    CITY_WATER = "CITY_WATER", "市水务局", "Water bureau"
    CITY_EMERGENCY = "CITY_EMERGENCY", "市应急局", "Emergency bureau"
    CYBERSPACE_OFFICE = "CYBERSPACE_OFFICE", "市委网信办", "Cyberspace office"


class InspectionKind(Term):
    """督查种类 · ROUTINE, the yearly FULL one (T-17), or SPECIAL at the time the city chooses (CQ2016-7-b)."""

    ROUTINE = "ROUTINE", "日常督查", "Routine"
    FULL = "FULL", "全面检查", "Full"
    SPECIAL = "SPECIAL", "专项督查", "Special"


class FindingKind(Term):
    """督查问题类别 · What an inspection finds; the four failings of CQ2016-6.3-d first."""

    FIGURES_UNCLEAR = "FIGURES_UNCLEAR", "底数不清", "Figures unclear"
    SCREENING_WEAK = "SCREENING_WEAK", "风险隐患排查不扎实", "Screening not thorough"
    EMERGENCY_SLOW = "EMERGENCY_SLOW", "突发事件处置不及时", "Emergencies handled late"
    FORMALISM = "FORMALISM", "工作流于形式", "Work for show"
    FILES_UNVERIFIED = "FILES_UNVERIFIED", "档案未核实", "Files unverified"
    VISITS_OVERDUE = "VISITS_OVERDUE", "走访逾期", "Visits overdue"
    BULLYING_PREVENTION = "BULLYING_PREVENTION", "欺凌防治不到位", "Bullying not prevented"
    OTHER = "OTHER", "其他问题", "Other"


class CoordinationBody(Term):
    """协调机构 · Which body meets (SH2020-5.1-a, CQ2016-6.1-a, CN2017-5.1-a, SH2024-4.1-b)."""

    SOCIAL_ASSISTANCE_CONFERENCE = (
        "SOCIAL_ASSISTANCE_CONFERENCE",
        "社会救助工作联席会议",
        "Joint conference on social assistance",
    )
    CARE_MECHANISM = "CARE_MECHANISM", "关爱保护工作协调机制", "Care coordination mechanism"
    DIFFICULTY_CONFERENCE = (
        "DIFFICULTY_CONFERENCE",
        "困境儿童保障工作联席会议",
        "Joint conference on children in difficulty",
    )
    WOMEN_CHILDREN_COMMITTEE = (
        "WOMEN_CHILDREN_COMMITTEE",
        "妇女儿童工作委员会",
        "Committee on women and children",
    )


class CoordinationLevel(Term):
    """层级 · At which level a body meets or money is given."""

    CENTRAL = "CENTRAL", "中央", "Central"
    CITY = "CITY", "市级", "City"
    DISTRICT = "DISTRICT", "区县级", "District"
    TOWNSHIP = "TOWNSHIP", "街镇级", "Township"


class PlanDocument(Term):
    """规划文件种类 · Documents that are filed by version."""

    IMPLEMENTATION_PLAN = "IMPLEMENTATION_PLAN", "实施方案、具体措施", "Implementation plan"
    DIVISION_OF_WORK = "DIVISION_OF_WORK", "任务分工方案", "Division of work"


class Merit(Term):
    """表扬事由 · For what somebody is commended."""

    OUTSTANDING_WORK = "OUTSTANDING_WORK", "工作成效突出", "Outstanding work"
    SOCIAL_CONTRIBUTION = "SOCIAL_CONTRIBUTION", "社会力量贡献突出", "Contribution of society"
    MODEL = "MODEL", "先进典型", "A model for others"


class Failing(Term):
    """问责事由 · For what somebody answers (SH2020-5.4-h, CQ2016-6.3-c); the four of CQ2016-6.3-d last."""

    SHIRKING = "SHIRKING", "推诿扯皮", "Passing the buck"
    DERELICTION = "DERELICTION", "玩忽职守", "Dereliction of duty"
    NEGLECT = "NEGLECT", "重视不够、措施不力", "Neglect"
    NOT_DONE = "NOT_DONE", "任务不落实", "Task not done"
    FIGURES_UNCLEAR = "FIGURES_UNCLEAR", "底数不清", "Figures unclear"
    SCREENING_WEAK = "SCREENING_WEAK", "风险隐患排查不扎实", "Screening not thorough"
    EMERGENCY_SLOW = "EMERGENCY_SLOW", "突发事件处置不及时", "Emergencies handled late"
    FORMALISM = "FORMALISM", "工作流于形式", "Work for show"


class Answerable(Term):
    """问责对象类别 · Whether a unit or a person is meant."""

    UNIT = "UNIT", "单位", "A unit"
    PERSON = "PERSON", "个人", "A person"
    SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION", "社会组织", "A social organisation"


class PublicityTopic(Term):
    """宣传主题 · What the public is told."""

    LAWS = "LAWS", "法律法规", "Laws"
    POLICIES = "POLICIES", "政策措施", "Policies"
    MANDATORY_REPORT = "MANDATORY_REPORT", "强制报告", "Mandatory report"
    GUARDIAN_DUTIES = "GUARDIAN_DUTIES", "家庭监护责任", "Duties of guardians"
    FAMILY_EDUCATION = "FAMILY_EDUCATION", "家庭教育指导", "Family education"
    MODEL = "MODEL", "先进典型", "A model for others"
    CRIME_PREVENTION = "CRIME_PREVENTION", "预防犯罪", "Prevention of crime"


class PublicityMedium(Term):
    """宣传方式 · By which medium the public is told."""

    NEW_MEDIA = "NEW_MEDIA", "新媒体", "New media"
    PRESS = "PRESS", "报刊广播电视", "Press and broadcast"
    COMMUNITY = "COMMUNITY", "进村(居)宣传", "In the village"
    WORKPLACE = "WORKPLACE", "进企业(行业)宣传", "At the workplace"
    SCHOOL = "SCHOOL", "进校宣传", "In school"
    ONLINE_CHARITY = "ONLINE_CHARITY", "网络公益平台", "Online charity platform"


class ExtractAttribute(Term):
    """材料涉及的信息 · What a publication extract says of a child; the first five are never released."""

    NAME = "NAME", "姓名", "Name"
    ID_NUMBER = "ID_NUMBER", "证件号码", "Identity number"
    ADDRESS = "ADDRESS", "住址", "Address"
    PHOTO = "PHOTO", "肖像", "Photograph"
    GUARDIAN = "GUARDIAN", "监护人身份", "Identity of the guardian"
    SCHOOL = "SCHOOL", "学校", "School"
    AGE = "AGE", "年龄", "Age"
    STREET = "STREET", "街道(乡镇)", "Street or township"
    SEX = "SEX", "性别", "Sex"
    DISTRICT = "DISTRICT", "区县", "District"
    CATEGORY = "CATEGORY", "儿童类别", "Category"
    STORY = "STORY", "事迹", "The story"


class ExtractCheck(Term):
    """材料审核事项 · What the approver has looked at before a text leaves (SH2024-4.3-c, CN2017-5.1-n)."""

    NO_IDENTITY = "NO_IDENTITY", "不含身份信息", "No identity in the words"
    NO_COMBINATION = "NO_COMBINATION", "组合后不可识别", "Not identifiable by combination"
    NO_ONGOING_CASE = "NO_ONGOING_CASE", "不涉及在办个案", "No ongoing case"
    CHILD_WELFARE = "CHILD_WELFARE", "不损害儿童权益", "No harm to the child"


class ExtractPurpose(Term):
    """材料使用目的 · For what a text leaves."""

    PRESS = "PRESS", "新闻报道", "Press"
    TYPICAL_CASE = "TYPICAL_CASE", "典型案例", "Typical case"
    TRAINING = "TRAINING", "培训教材", "Training"
    RESEARCH = "RESEARCH", "研究", "Research"
