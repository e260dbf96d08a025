"""岗位 · Roles: the capacities in which people act (domain model A.1). What each may do is policy, not vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from domain.labels import Term
from domain.terms.units import UnitKind


class Role(Term):
    """岗位 · One capacity; an assignment has exactly one, and a request acts in exactly one assignment."""

    CHILD_DIRECTOR = "child_director", "儿童主任", "Child director"
    VILLAGE_COMMITTEE = "village_committee", "村(居)民委员会", "Village committee"
    COMMUNITY_WORKER = "community_worker", "困境儿童保障社区工作者", "Community worker"
    CHILD_SUPERVISOR = "child_supervisor", "儿童督导员", "Child supervisor"
    TOWNSHIP = "township", "乡镇(街道)", "Township or street"
    DISTRICT_CIVIL_AFFAIRS = "district_civil_affairs", "区县民政部门", "District civil affairs"
    CITY_CIVIL_AFFAIRS = "city_civil_affairs", "市民政局", "City civil affairs"
    POLICE = "police", "公安机关", "Police"
    PROCURATORATE = "procuratorate", "检察机关", "Procuratorate"
    COURT = "court", "人民法院", "Court"
    CASE_ORGAN = "case_organ", "办案机关", "Case-handling organ"
    DISTRICT_EDUCATION = "district_education", "区县教育行政部门", "District education"
    DISTRICT_JUSTICE = "district_justice", "司法局", "District justice"
    DISTRICT_HEALTH = "district_health", "卫生健康委", "District health"
    DISTRICT_HUMAN_RESOURCES = "district_human_resources", "人社局", "District human resources"
    DISTRICT_HOUSING = "district_housing", "房管局", "District housing"
    WOMEN_CHILDREN_OFFICE = (
        "women_children_office",
        "妇儿工委办",
        "Office of the committee on women and children",
    )
    VENUE_SUPERVISION = (
        "venue_supervision",
        "文化、市场监管部门",
        "Culture and market supervision",
    )
    SCHOOL_HEAD = "school_head", "校领导", "School head"
    CLASS_TEACHER = "class_teacher", "班主任", "Class teacher"
    SCHOOL_COUNSELLOR = "school_counsellor", "专职心理健康教育教师", "School counsellor"
    MEDICAL = "medical", "医疗机构", "Medical institution"
    PLACEMENT_SITE = "placement_site", "安置站点", "Placement site"
    RESCUE_INSTITUTION = "rescue_institution", "救助管理机构", "Rescue institution"
    CHILD_WELFARE_INSTITUTION = (
        "child_welfare_institution",
        "儿童福利机构",
        "Child-welfare institution",
    )
    SOCIAL_WORKER = "social_worker", "社会工作者", "Social worker"
    VOLUNTEER = "volunteer", "志愿者、托管服务人员", "Volunteer or after-care provider"
    WOMENS_FEDERATION = "womens_federation", "妇联", "Women's federation"
    DISABLED_FEDERATION = "disabled_federation", "残联", "Disabled persons' federation"
    HOTLINE_OPERATOR = "hotline_operator", "热线坐席(12338/12355)", "Hotline operator"
    REPORTER = "reporter", "强制报告责任人", "Mandatory reporter"
    CITIZEN = "citizen", "公民", "Citizen"
    CHILD_SELF = "child_self", "儿童本人", "The child"
    GUARDIAN = "guardian", "父母或其他监护人", "Parent or guardian"
    ENTRUSTED_CARER = "entrusted_carer", "受委托照护人", "Entrusted carer"
    AUDITOR = "auditor", "审计员", "Auditor"
    INSPECTOR = "inspector", "督查人员", "Inspector"
    RULE_OWNER = "rule_owner", "规则主管", "Rule owner"
    TECHNICAL_ADMINISTRATOR = "technical_administrator", "技术管理员", "Technical administrator"
    SYSTEM = "system", "系统", "System"


ROLES_OF: Mapping[UnitKind, frozenset[Role]] = {
    UnitKind.VILLAGE_COMMITTEE: frozenset(
        {Role.VILLAGE_COMMITTEE, Role.CHILD_DIRECTOR, Role.COMMUNITY_WORKER}
    ),
    UnitKind.TOWNSHIP: frozenset({Role.TOWNSHIP, Role.CHILD_SUPERVISOR}),
    UnitKind.DISTRICT_CIVIL_AFFAIRS: frozenset({Role.DISTRICT_CIVIL_AFFAIRS, Role.RULE_OWNER}),
    UnitKind.CITY_CIVIL_AFFAIRS: frozenset(
        {Role.CITY_CIVIL_AFFAIRS, Role.RULE_OWNER, Role.INSPECTOR}
    ),
    UnitKind.POLICE: frozenset({Role.POLICE, Role.CASE_ORGAN}),
    UnitKind.DISTRICT_POLICE: frozenset({Role.POLICE, Role.CASE_ORGAN}),
    UnitKind.PROCURATORATE: frozenset({Role.PROCURATORATE, Role.CASE_ORGAN}),
    UnitKind.COURT: frozenset({Role.COURT, Role.CASE_ORGAN}),
    UnitKind.DISTRICT_EDUCATION: frozenset({Role.DISTRICT_EDUCATION}),
    UnitKind.DISTRICT_JUSTICE: frozenset({Role.DISTRICT_JUSTICE, Role.CASE_ORGAN}),
    UnitKind.DISTRICT_HUMAN_RESOURCES: frozenset({Role.DISTRICT_HUMAN_RESOURCES}),
    UnitKind.DISTRICT_HOUSING: frozenset({Role.DISTRICT_HOUSING}),
    UnitKind.SCHOOL: frozenset({Role.SCHOOL_HEAD, Role.CLASS_TEACHER, Role.SCHOOL_COUNSELLOR}),
    UnitKind.DISTRICT_HEALTH: frozenset({Role.DISTRICT_HEALTH}),
    UnitKind.MEDICAL: frozenset({Role.MEDICAL}),
    UnitKind.WOMENS_FEDERATION: frozenset({Role.WOMENS_FEDERATION}),
    UnitKind.DISABLED_FEDERATION: frozenset({Role.DISABLED_FEDERATION}),
    UnitKind.YOUTH_LEAGUE: frozenset({Role.SOCIAL_WORKER, Role.VOLUNTEER}),
    UnitKind.TRADE_UNION: frozenset({Role.SOCIAL_WORKER, Role.VOLUNTEER}),
    UnitKind.NEXT_GENERATION_COMMITTEE: frozenset({Role.SOCIAL_WORKER, Role.VOLUNTEER}),
    UnitKind.WOMEN_CHILDREN_OFFICE: frozenset({Role.WOMEN_CHILDREN_OFFICE}),
    UnitKind.DISTRICT_CULTURE: frozenset({Role.VENUE_SUPERVISION}),
    UnitKind.MARKET_SUPERVISION: frozenset({Role.VENUE_SUPERVISION}),
    UnitKind.RESCUE_INSTITUTION: frozenset({Role.RESCUE_INSTITUTION}),
    UnitKind.CHILD_WELFARE_INSTITUTION: frozenset({Role.CHILD_WELFARE_INSTITUTION}),
    UnitKind.PLACEMENT_SITE: frozenset({Role.PLACEMENT_SITE}),
    UnitKind.SOCIAL_WORK_PROVIDER: frozenset({Role.SOCIAL_WORKER, Role.VOLUNTEER}),
    UnitKind.HOTLINE: frozenset(
        {
            Role.HOTLINE_OPERATOR,
            Role.CITIZEN,
            Role.REPORTER,
            Role.CHILD_SELF,
            Role.GUARDIAN,
            Role.ENTRUSTED_CARER,
        }
    ),
    UnitKind.PLATFORM: frozenset(
        {
            Role.AUDITOR,
            Role.INSPECTOR,
            Role.TECHNICAL_ADMINISTRATOR,
            Role.SYSTEM,
            Role.CITY_CIVIL_AFFAIRS,
        }
    ),
}
"""Which capacities a unit of each kind can give: a township cannot appoint a police officer.

办案机关及执行机关 is whoever takes somebody's liberty by law: police, procuratorate and court, and the justice bureau
with its prisons and compulsory rehabilitation (CN2017-3.4-c, CN2017-3.4-d).

The platform's desk, where what has no other owner waits, is served in the capacity of the city's civil affairs.
"""
