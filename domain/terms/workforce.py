"""队伍 · The words of the workforce: vetting, directors, station officers, training (domain model C.12, D.10)."""

from __future__ import annotations

from domain.labels import Term
from domain.terms.roles import Role

CHILD_FACING = frozenset(
    {
        Role.CHILD_DIRECTOR,
        Role.COMMUNITY_WORKER,
        Role.SOCIAL_WORKER,
        Role.VOLUNTEER,
        Role.SCHOOL_HEAD,
        Role.CLASS_TEACHER,
        Role.SCHOOL_COUNSELLOR,
        Role.PLACEMENT_SITE,
        Role.RESCUE_INSTITUTION,
        Role.CHILD_WELFARE_INSTITUTION,
    }
)
"""密切接触儿童的岗位: nobody serves here before a clear check, nor under a ban (CQ2024-2.4-d, SH2024-2.5.15-d)."""


class CheckResult(Term):
    """从业查询结果 · What the police answer to an employment check."""

    CLEAR = "CLEAR", "无从业限制情形", "Clear"
    NOT_CLEAR = "NOT_CLEAR", "有从业限制情形", "Not clear"


class DirectorBackground(Term):
    """儿童主任身份 · Whom the text prefers as director (SH2024-2.5.15-a): a preference, never a condition."""

    VILLAGE_SECRETARY = "VILLAGE_SECRETARY", "村(居)党组织书记", "Village secretary"
    VILLAGE_DIRECTOR = "VILLAGE_DIRECTOR", "村(居)委会主任", "Head of the village committee"
    SOCIAL_WORKER = "SOCIAL_WORKER", "专业社工", "Professional social worker"
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER", "其他村(居)委会成员", "Other committee member"
    WOMENS_DIRECTOR = "WOMENS_DIRECTOR", "妇联主任", "Head of the women's federation"
    OTHER = "OTHER", "其他", "Other"


class EmploymentType(Term):
    """用工形式 · How somebody is employed (CQ2016-6.2-f, SH2020-5.3-g)."""

    FULL_TIME = "FULL_TIME", "专职", "Full time"
    PART_TIME = "PART_TIME", "兼职", "Part time"
    PUBLIC_WELFARE_POST = "PUBLIC_WELFARE_POST", "公益岗位", "Public-welfare post"
    VOLUNTEER = "VOLUNTEER", "志愿者", "Volunteer"
    FLEXIBLE = "FLEXIBLE", "灵活用工", "Flexible employment"


class RequiredPost(Term):
    """必设岗位 · A post that must not be empty, and whose law it is (T-21, T-22)."""

    CHILD_DIRECTOR = "CHILD_DIRECTOR", "儿童主任", "Child director"
    CHILD_SUPERVISOR = "CHILD_SUPERVISOR", "儿童督导员", "Child supervisor"
    COMMUNITY_WORKER = "COMMUNITY_WORKER", "社区工作者", "Community worker"
    VILLAGE_WORKER = "VILLAGE_WORKER", "村(居)专兼职工作人员", "Village worker"
    ADDITIONAL_DIRECTOR = "ADDITIONAL_DIRECTOR", "增配儿童主任", "Additional child director"
    PROSECUTOR_DEPUTY = "PROSECUTOR_DEPUTY", "检察官副站长", "Prosecutor as deputy head"


class StationOffice(Term):
    """站务职务 · Who leads a street or town protection station."""

    HEAD = "HEAD", "站长", "Head"
    DEPUTY = "DEPUTY", "副站长", "Deputy head"
    LAW_DEPUTY = "LAW_DEPUTY", "法治副站长", "Deputy head for law"


DEPUTIES = frozenset({StationOffice.DEPUTY, StationOffice.LAW_DEPUTY})


class TrainingLevel(Term):
    """培训层级 · Which level trains: directors are owed both, every year (SH2024-2.5.15-e)."""

    CITY = "CITY", "市级", "City"
    DISTRICT = "DISTRICT", "区县级", "District"
    UNIT = "UNIT", "本单位", "The unit itself"


class Trainees(Term):
    """培训对象 · Who is trained."""

    DIRECTORS = "DIRECTORS", "儿童主任", "Child directors"
    SUPERVISORS = "SUPERVISORS", "儿童督导员", "Child supervisors"
    SOCIAL_WORKERS = "SOCIAL_WORKERS", "儿童福利社工", "Social workers"
    CLASS_TEACHERS = "CLASS_TEACHERS", "班主任", "Class teachers"
    DORMITORY_STAFF = "DORMITORY_STAFF", "宿舍管理人员", "Dormitory staff"
    REPORTERS = "REPORTERS", "强制报告责任人", "Mandatory reporters"
    OTHERS = "OTHERS", "其他人员", "Others"


class Qualification(Term):
    """职业资格 · A professional examination (SH2024-2.5.15-f)."""

    ASSISTANT_SOCIAL_WORKER = "ASSISTANT_SOCIAL_WORKER", "助理社会工作师", "Assistant social worker"
    SOCIAL_WORKER = "SOCIAL_WORKER", "社会工作师", "Social worker"
    SENIOR_SOCIAL_WORKER = "SENIOR_SOCIAL_WORKER", "高级社会工作师", "Senior social worker"


class Appraisal(Term):
    """考核结果 · The outcome of an appraisal."""

    EXCELLENT = "EXCELLENT", "优秀", "Excellent"
    COMPETENT = "COMPETENT", "合格", "Competent"
    BASIC = "BASIC", "基本合格", "Basically competent"
    NOT_COMPETENT = "NOT_COMPETENT", "不合格", "Not competent"


class WorkListKind(Term):
    """清单种类 · Lists and guides that say what people in a post do (SH2024-2.3.7-b, SH2024-4.1-c, CQ2024-2.2-d)."""

    DIRECTOR_DUTIES = "DIRECTOR_DUTIES", "儿童主任职责清单", "Duties of directors"
    CARE_CONTENT = "CARE_CONTENT", "关爱服务内容清单", "Content of care"
    WORK = "WORK", "工作清单", "Work list"
    MIND_GUIDE = "MIND_GUIDE", "留守儿童常见心理问题干预操作指南", "Guide to interventions"
