"""临时安置 · The words of placement and temporary guardianship (domain model B, C.8, D.2).

Limits, leads and preconditions of each kind are said by the packs (``placement_kinds``); here
stands only what each word means.
"""

from __future__ import annotations

from typing import Self

from domain.labels import Term


class PlacementKind(Term):
    """安置种类 · Each kind has its own ground and its own clock (D.2).

    ``guardianship``: somebody else holds the guardianship meanwhile, so its end needs key attention
    (RF-35). ``clock``: whose limit counts, where a text sets one.
    """

    guardianship: bool
    clock: str

    def __new__(
        cls,
        value: str,
        zh: str,
        en: str,
        guardianship: bool,  # noqa: FBT001
        clock: str = "",
    ) -> Self:
        """A kind; ``clock`` is its own name unless another kind's limit is read onto it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en = zh, en
        member.guardianship, member.clock = guardianship, clock or value
        return member

    TEMP_LIVING_CARE = "TEMP_LIVING_CARE", "临时生活照料", "Temporary living care", False
    INSTITUTION_BY_ENTRUSTMENT = (
        "INSTITUTION_BY_ENTRUSTMENT",
        "受监护人委托照料",
        "Entrusted to an institution",
        False,
    )
    ESCORT_CARE = "ESCORT_CARE", "护送后照料", "Care after escort", False
    PROTECTIVE = "PROTECTIVE", "庇护安置", "Protective placement", True
    CUSTODY_CARE = "CUSTODY_CARE", "羁押期间临时照料", "Care during custody", False
    NON_PERFORMANCE_UNREFORMED = (
        "NON_PERFORMANCE_UNREFORMED",
        "监护人经教育不改的临时监护",
        "Guardian not reformed",
        True,
        "SHORT_TERM",
    )
    SHORT_TERM = "SHORT_TERM", "短期临时监护", "Short-term temporary guardianship", True
    LONGER_TERM = "LONGER_TERM", "中长期临时监护", "Longer-term temporary guardianship", True
    STATE_LONG_TERM = "STATE_LONG_TERM", "长期监护", "Long-term state guardianship", True


class PlacementStatus(Term):
    """安置状态 · How a placement stands (domain model D.2)."""

    PROPOSED = "PROPOSED", "待接收", "Decided, not yet received"
    ACTIVE = "ACTIVE", "安置中", "Active"
    OVER_LIMIT = "OVER_LIMIT", "超期", "Over the limit"
    ENDED = "ENDED", "已终止", "Ended"
    AFTERCARE = "AFTERCARE", "后续保障", "Aftercare"
    CLOSED = "CLOSED", "已办结", "Closed"


class SiteKind(Term):
    """安置场所类别 · Where the child stays. ``kin``: with its own people; the lists of all texts end with 等."""

    kin: bool

    def __new__(cls, value: str, zh: str, en: str, kin: bool = False) -> Self:  # noqa: FBT001, FBT002
        """A kind of site."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.kin = zh, en, kin
        return member

    RELATIVE_HOME = "RELATIVE_HOME", "亲属家", "A relative's home", True
    FOSTER_FAMILY = "FOSTER_FAMILY", "寄养家庭", "Foster family"
    VILLAGE_ARRANGED = "VILLAGE_ARRANGED", "村(居)安排的照料处", "Arranged by the village committee"
    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "村(居)民委员会", "Village committee"
    TEMPORARY_CARE_SITE = "TEMPORARY_CARE_SITE", "临时看护站点", "Temporary care site"
    STREET_TEMPORARY_CARE_SITE = (
        "STREET_TEMPORARY_CARE_SITE",
        "街镇困境儿童临时照料场所",
        "Street temporary care site",
    )
    ELDERLY_HOME = "ELDERLY_HOME", "养老机构", "Elderly home"
    WELFARE_FACILITY = "WELFARE_FACILITY", "福利设施", "Welfare facility"
    HOTEL = "HOTEL", "酒店", "Hotel"
    TEMPORARY_SHELTER = "TEMPORARY_SHELTER", "临时庇护场所", "Temporary shelter"
    MINORS_PROTECTION_INSTITUTION = (
        "MINORS_PROTECTION_INSTITUTION",
        "未成年人救助保护机构",
        "Rescue-protection institution",
    )
    RESCUE_MANAGEMENT_INSTITUTION = (
        "RESCUE_MANAGEMENT_INSTITUTION",
        "救助管理机构",
        "Rescue-management institution",
    )
    CHILD_WELFARE_INSTITUTION = (
        "CHILD_WELFARE_INSTITUTION",
        "儿童福利机构",
        "Child-welfare institution",
    )
    WELFARE_INSTITUTION = "WELFARE_INSTITUTION", "福利机构", "Welfare institution"
    TEMPORARY_CARE_INSTITUTION = (
        "TEMPORARY_CARE_INSTITUTION",
        "临时监护、照料机构",
        "Temporary care institution",
    )
    OTHER_HOME = "OTHER_HOME", "其他成年人家", "Another adult's home"
    OTHER = "OTHER", "其他", "Other"


class CareForm(Term):
    """长期监护方式 · Forms of long-term guardianship (CQ2024-3.2-b, SH2024-2.2.6-d)."""

    CHILD_WELFARE_INSTITUTION = (
        "CHILD_WELFARE_INSTITUTION",
        "儿童福利机构",
        "Child-welfare institution",
    )
    MINORS_PROTECTION_INSTITUTION = (
        "MINORS_PROTECTION_INSTITUTION",
        "未成年人救助保护机构",
        "Rescue-protection institution",
    )
    STREET_TEMPORARY_CARE_SITE = (
        "STREET_TEMPORARY_CARE_SITE",
        "街镇困境儿童临时照料场所",
        "Street temporary care site",
    )
    KINSHIP = "KINSHIP", "委托亲属抚养", "Kinship care"
    FOSTER = "FOSTER", "家庭寄养", "Foster care"
    OTHER = "OTHER", "其他方式", "Other"


class PlacementFactor(Term):
    """安置考虑因素 · What a placement must look at (CN2017-4.3-c)."""

    WISHES = "WISHES", "个人意愿", "The child's wishes"
    HEALTH = "HEALTH", "健康状况", "Health"
    ADDRESS = "ADDRESS", "居住地址", "Address"
    SCHOOL = "SCHOOL", "学校情况", "School"


class Arranger(Term):
    """安排单位 · Who arranges temporary living care (SH2020-3.2-e)."""

    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "村(居)民委员会", "Village or neighbourhood committee"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政部门", "Civil affairs"


class SuddenCause(Term):
    """突发情况 · Why the guardian cannot care for a time, with no fault of anybody: 突发事件等紧急情况."""

    EPIDEMIC = "EPIDEMIC", "疫情隔离", "Quarantine"
    ILLNESS = "ILLNESS", "监护人突发疾病", "Sudden illness of the guardian"
    ACCIDENT = "ACCIDENT", "监护人遭遇意外", "Accident of the guardian"
    DISASTER = "DISASTER", "自然灾害", "Disaster"
    OTHER = "OTHER", "其他突发情况", "Other"


class DailyCareProvider(Term):
    """日常照顾受托方类别 · Who looks after daily life during short-term guardianship (CN2017-4.4.1-a)."""

    RESIDENTIAL_COMMITTEE = "RESIDENTIAL_COMMITTEE", "居委会", "Residential committee"
    PROFESSIONAL_ORGANISATION = (
        "PROFESSIONAL_ORGANISATION",
        "专业服务机构",
        "Professional organisation",
    )
    OTHER = "OTHER", "其他", "Other"


class ReceptionRefusal(Term):
    """拒收原因 · Why an institution did not take the child in; none of these is an excuse (CN2017-5.1-j)."""

    NO_CAPACITY = "NO_CAPACITY", "床位已满", "No capacity"
    MEDICAL_NEED = "MEDICAL_NEED", "需先行医治", "Needs medical care first"
    OUTSIDE_REMIT = "OUTSIDE_REMIT", "不属收住范围", "Outside its remit"
    PAPERS_MISSING = "PAPERS_MISSING", "手续不全", "Papers missing"
    OTHER = "OTHER", "其他", "Other"


class SearchAgency(Term):
    """查找部门 · Who searches for a guardian, jointly (CN2017-4.3-g)."""

    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政", "Civil affairs"
    COURT = "COURT", "法院", "Court"
    POLICE = "POLICE", "公安", "Police"


class EndReason(Term):
    """安置终止原因 · Why temporary guardianship or care ends."""

    PARENTS_RETURNED = "PARENTS_RETURNED", "父母返回", "The parents are back"
    CARER_NAMED = "CARER_NAMED", "已确定受委托监护人", "A carer was named"
    GUARDIAN_ABLE_AGAIN = "GUARDIAN_ABLE_AGAIN", "监护人恢复监护能力", "The guardian is able again"
    RELATIVE_TAKES_OVER = "RELATIVE_TAKES_OVER", "亲属接手照料", "A relative takes over"
    GUARDIAN_APPOINTED = "GUARDIAN_APPOINTED", "已指定监护人", "A guardian was appointed"
    CUSTODY_ENDED = "CUSTODY_ENDED", "羁押结束", "Custody ended"
    ENTRUSTMENT_WITHDRAWN = "ENTRUSTMENT_WITHDRAWN", "监护人收回委托", "Entrustment withdrawn"
    CAME_OF_AGE = "CAME_OF_AGE", "已成年", "Came of age"
    DIED = "DIED", "儿童死亡", "The child died"
    OTHER = "OTHER", "其他", "Other"


class NextCare(Term):
    """后续照料安排 · With whom the child is afterwards; no path of a living child ends without a carer (CN2017-2-c)."""

    PARENTS = "PARENTS", "父母", "Parents"
    RELATIVE = "RELATIVE", "亲属", "A relative"
    ENTRUSTED_CARER = "ENTRUSTED_CARER", "受委托监护人", "Entrusted carer"
    NEW_GUARDIAN = "NEW_GUARDIAN", "新指定的监护人", "The appointed guardian"
    OTHER_AUTHORITY = "OTHER_AUTHORITY", "其他地区民政部门", "Civil affairs of another place"
    INDEPENDENT = "INDEPENDENT", "成年独立生活", "Of age, on its own"
    NOBODY = "NOBODY", "儿童死亡,无后续照料", "Nobody: the child has died"


class EscortCondition(Term):
    """护送条件 · All four must hold before a child is escorted to its hukou place (CN2017-4.3-h)."""

    GUARDIAN_UNABLE = "GUARDIAN_UNABLE", "监护人无法履行监护责任", "The guardian is unable"
    NOBODY_ELSE_TO_ENTRUST = (
        "NOBODY_ELSE_TO_ENTRUST",
        "本市无其他可委托监护的人",
        "Nobody else in this city to entrust",
    )
    HUKOU_OUTSIDE_PROVINCE = "HUKOU_OUTSIDE_PROVINCE", "非本市户籍", "Hukou outside the city"
    ELIGIBILITY_CONFIRMED = "ELIGIBILITY_CONFIRMED", "符合条件", "Conditions confirmed"
