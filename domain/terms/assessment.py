"""调查评估 · The words of the assessment (domain model B, C.7).

Which dimensions must be answered, who leads, and who helps differ by city: named here, *chosen* in
the packs (``assessment_dimensions``, ``assessment_partners``, ``assessment_contributors``).
"""

from __future__ import annotations

from typing import Self

from domain.labels import Term
from domain.terms.units import UnitKind


class Dimension(Term):
    """评估方面 · What an assessment looks at: 安全处境 in SH2020 and CQ2016, 家庭处境 in CN2017."""

    SAFETY = "SAFETY", "安全处境", "Safety situation"
    FAMILY = "FAMILY", "家庭处境", "Family situation"
    GUARDIANSHIP = "GUARDIANSHIP", "监护情况", "Guardianship"
    HEALTH = "HEALTH", "身心健康状况", "Physical and mental health"


class Contributor(Term):
    """协助单位类别 · Who is asked to help; ``unit_kind`` is where a question goes when no unit is named."""

    unit_kind: UnitKind | None

    def __new__(cls, value: str, zh: str, en: str, unit_kind: UnitKind | None = None) -> Self:
        """A contributor and the kind of unit it is; relatives have none."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.unit_kind = zh, en, unit_kind
        return member

    VILLAGE_COMMITTEE = (
        "VILLAGE_COMMITTEE",
        "村(居)民委员会",
        "Village or neighbourhood committee",
        UnitKind.VILLAGE_COMMITTEE,
    )
    KINDERGARTEN = "KINDERGARTEN", "幼儿园", "Kindergarten", UnitKind.SCHOOL
    SCHOOL = "SCHOOL", "中小学校", "School", UnitKind.SCHOOL
    MEDICAL = "MEDICAL", "医疗机构", "Medical institution", UnitKind.MEDICAL
    RELATIVE = "RELATIVE", "亲属", "Relative"
    SOCIAL_WORK_ORG = (
        "SOCIAL_WORK_ORG",
        "社会工作专业服务机构",
        "Social-work provider",
        UnitKind.SOCIAL_WORK_PROVIDER,
    )
    POLICE = "POLICE", "公安机关", "Police", UnitKind.POLICE
    CIVIL_AFFAIRS = (
        "CIVIL_AFFAIRS",
        "民政部门",
        "Civil affairs",
        UnitKind.DISTRICT_CIVIL_AFFAIRS,
    )
    OTHER = "OTHER", "其他单位", "Other unit"
