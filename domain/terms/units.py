"""机构与岗位 · Units and the capacities people serve in (domain model A.1)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.labels import Term


class UnitKind(Term):
    """机构类别 · What kind of organisation a unit is."""

    VILLAGE_COMMITTEE = "VILLAGE_COMMITTEE", "村(居)民委员会", "Village or neighbourhood committee"
    TOWNSHIP = "TOWNSHIP", "乡镇人民政府(街道办事处)", "Township or street office"
    DISTRICT_CIVIL_AFFAIRS = "DISTRICT_CIVIL_AFFAIRS", "区县民政部门", "District civil affairs"
    CITY_CIVIL_AFFAIRS = "CITY_CIVIL_AFFAIRS", "市民政局", "City civil affairs"
    POLICE = "POLICE", "公安派出所", "Police station"
    DISTRICT_POLICE = "DISTRICT_POLICE", "公安分局", "District police"
    PROCURATORATE = "PROCURATORATE", "检察机关", "Procuratorate"
    COURT = "COURT", "人民法院", "Court"
    DISTRICT_EDUCATION = "DISTRICT_EDUCATION", "区县教育行政部门", "District education"
    DISTRICT_JUSTICE = "DISTRICT_JUSTICE", "司法局", "District justice"
    DISTRICT_HUMAN_RESOURCES = (
        "DISTRICT_HUMAN_RESOURCES",
        "人力资源社会保障局",
        "District human resources",
    )
    DISTRICT_HOUSING = "DISTRICT_HOUSING", "房管局", "District housing"
    DISTRICT_HEALTH = "DISTRICT_HEALTH", "区县卫生健康部门", "District health"
    SCHOOL = "SCHOOL", "学校", "School"
    MEDICAL = "MEDICAL", "医疗机构", "Medical institution"
    WOMENS_FEDERATION = "WOMENS_FEDERATION", "妇联", "Women's Federation"
    DISABLED_FEDERATION = "DISABLED_FEDERATION", "残联", "Disabled Persons' Federation"
    YOUTH_LEAGUE = "YOUTH_LEAGUE", "共青团", "Youth League"
    TRADE_UNION = "TRADE_UNION", "工会", "Trade union"
    NEXT_GENERATION_COMMITTEE = (
        "NEXT_GENERATION_COMMITTEE",
        "关心下一代工作委员会",
        "Committee for the next generation",
    )
    WOMEN_CHILDREN_OFFICE = (
        "WOMEN_CHILDREN_OFFICE",
        "妇女儿童工作委员会办公室",
        "Office of the committee on women and children",
    )
    DISTRICT_CULTURE = "DISTRICT_CULTURE", "文化和旅游部门", "Culture and tourism"
    MARKET_SUPERVISION = "MARKET_SUPERVISION", "市场监督管理部门", "Market supervision"
    RESCUE_INSTITUTION = (
        "RESCUE_INSTITUTION",
        "救助管理(未成年人救助保护)机构",
        "Rescue and protection institution",
    )
    CHILD_WELFARE_INSTITUTION = (
        "CHILD_WELFARE_INSTITUTION",
        "儿童福利机构",
        "Child-welfare institution",
    )
    PLACEMENT_SITE = "PLACEMENT_SITE", "临时照料(庇护)场所", "Temporary care site or shelter"
    SOCIAL_WORK_PROVIDER = "SOCIAL_WORK_PROVIDER", "社会工作服务机构", "Social-work provider"
    HOTLINE = "HOTLINE", "热线", "Hotline"
    PLATFORM = "PLATFORM", "平台", "Platform"


STANDS_IN: Mapping[UnitKind, UnitKind] = {
    UnitKind.POLICE: UnitKind.DISTRICT_POLICE,
    UnitKind.DISTRICT_HEALTH: UnitKind.MEDICAL,
}
"""Who of the same organisation acts where a place has no unit of the kind, or only the district is known."""
SERVE_RESIDENTS = frozenset(
    {
        UnitKind.VILLAGE_COMMITTEE,
        UnitKind.TOWNSHIP,
        UnitKind.DISTRICT_CIVIL_AFFAIRS,
        UnitKind.CITY_CIVIL_AFFAIRS,
        UnitKind.DISTRICT_EDUCATION,
        UnitKind.DISTRICT_JUSTICE,
        UnitKind.DISTRICT_HUMAN_RESOURCES,
        UnitKind.DISTRICT_HOUSING,
        UnitKind.DISTRICT_HEALTH,
        UnitKind.WOMENS_FEDERATION,
        UnitKind.DISABLED_FEDERATION,
        UnitKind.YOUTH_LEAGUE,
        UnitKind.TRADE_UNION,
        UnitKind.NEXT_GENERATION_COMMITTEE,
        UnitKind.WOMEN_CHILDREN_OFFICE,
        UnitKind.DISTRICT_CULTURE,
        UnitKind.MARKET_SUPERVISION,
    }
)
"""Who serves the children that live in their territory. Others serve who comes to them, or what happened there."""
SITES = frozenset(
    {
        UnitKind.RESCUE_INSTITUTION,
        UnitKind.CHILD_WELFARE_INSTITUTION,
        UnitKind.PLACEMENT_SITE,
    }
)
"""Where children are placed: which of them has to do with a child may tell where the child is (A.2, P6)."""
