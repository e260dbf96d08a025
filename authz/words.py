"""The closed vocabulary of the policy: relations, objects, purposes, and the tokens that stand for
a relation.

A relation is the only way jurisdiction and need-to-know enter a decision. It is computed from
facts on the server: a row carries tokens, an assignment holds tokens, and where both carry the
same one the relation holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from domain.labels import Term

READ_ACTS = ("list", "read")


class Relation(Term):
    """关系 · How an assignment stands to a row."""

    RESIDENCE = "residence", "居住地在本辖区", "lives in my division"
    HUKOU = "hukou", "户籍地在本辖区", "household registered in my division"
    INCIDENT = "incident", "事发地在本辖区", "happened in my division"
    ASSIGNED = "assigned", "本人具体负责", "I am the named worker"
    TEAM = "team", "本单位承办", "my unit holds it"
    ENROLLED = "enrolled", "在本单位就读或就诊", "pupil or patient of my institution"
    PLACED = "placed", "安置在本单位", "placed with my institution"
    OWN_CHILD = "own_child", "本人监护的儿童", "my own child"
    OWN_REPORT = "own_report", "本人提交的报告", "a report I made"
    ENTRUSTED = "entrusted", "受托照护的儿童", "a child entrusted to me"
    TOLD_WHERE = "told_where", "可知其去向的家人", "its family, and not kept from where it is"
    CORRECTOR = "corrector", "承办帮教矫治", "named for the child's correction, or my unit is"
    REFERRAL = "referral", "转介或协查授权", "referred or released to me, for a time"
    MDT = "mdt", "会商授权", "on the agenda of a conference I attend, for a time"
    LOOK_UP = "look_up", "紧急查找", "looked up under an open emergency, for a short while"
    ORDER = "order", "司法调取令", "disclosed to me by judicial order, for a time"
    BREAK_GLASS = "break_glass", "紧急调阅", "emergency access with a reason, for a time"
    OVERSIGHT = "oversight", "审计或督查令", "under an audit or inspection order, for a time"
    SECOND_APPROVAL = (
        "second_approval",
        "审计令(二次批准)",
        "under an order approved twice, for a time",
    )
    NONE = "none", "不以关系为限", "no relation needed"
    CONFLICT = "conflict", "利益冲突须回避", "conflict of interest: nothing else counts"


class Purpose(Term):
    """目的 · What for; declared in the token, checked against the role's list, logged."""

    CASEWORK = "casework", "个案工作", "casework"
    INVESTIGATION = "investigation", "调查处置", "investigation"
    TREATMENT = "treatment", "医疗救治", "treatment"
    SCHOOLING = "schooling", "教育教学", "schooling"
    JUDICIAL = "judicial", "司法办案", "judicial proceedings"
    EMERGENCY = "emergency", "紧急处置", "emergency"
    OVERSIGHT = "oversight", "督查监督", "oversight"
    AUDIT = "audit", "审计", "audit"
    FAMILY = "family", "家庭与本人事务", "family and own affairs"
    STATISTICS = "statistics", "统计汇总", "statistics"


class Resource(Term):
    """对象 · What a row is of: the five streams, and what is told from them."""

    CHILD = "child", "儿童档案", "child's file"
    CASE = "case", "保护个案", "protection case"
    WORK_ITEM = "work_item", "待办事项", "work item"
    UNIT = "unit", "单位与人员", "units and posts"
    RULES = "rules", "规则包", "rule packs"
    ACCESS = "access", "访问记录", "access orders and journal"
    REPORT = "report", "强制报告", "mandatory report"
    REFERENCE = "reference", "基础数据", "reference data"
    STATISTICS = "statistics", "统计报表", "statistical reports"
    COMPANIONSHIP = "companionship", "社会结对", "pairings outside school"
    NEED = "need", "待对接需求", "open needs, without the children"
    CASE_STEPS = "case_steps", "个案经过", "what happened in a case, step by step"
    ACCESS_ORDER = "access_order", "查阅事项", "emergency access, audit orders, sharing contracts"


class RoleLevel(Term):
    """层级 · Where a role works."""

    VILLAGE = "village", "村居", "village or neighbourhood"
    TOWNSHIP = "township", "乡镇街道", "township or street"
    DISTRICT = "district", "区县", "district or county"
    CITY = "city", "市", "city"
    SCHOOL = "school", "学校", "school"
    INSTITUTION = "institution", "机构", "institution"
    PROVIDER = "provider", "服务组织", "service provider"
    FAMILY = "family", "家庭", "family"
    PUBLIC = "public", "公众", "the public"
    PLATFORM = "platform", "平台", "platform"


class Prefix(StrEnum):
    """First letter of an access token; what follows is a stable id."""

    RESIDENCE = "R"
    HUKOU = "H"
    INCIDENT = "I"
    TEAM = "T"
    ASSIGNED = "U"
    ENROLLED = "E"
    PLACED = "L"
    OWN_CHILD = "F"
    OWN_REPORT = "W"
    ENTRUSTED = "C"
    TOLD_WHERE = "O"
    CORRECTOR = "K"
    GRANT = "G"
    CONFLICT = "X"


KEEPS_AWAY = frozenset({Prefix.OWN_CHILD, Prefix.ENTRUSTED, Prefix.CONFLICT})
"""The kinds of token that can keep somebody from a row; read models tell beside the tokens whether any is of these."""

EVERYBODY = "N:all"
"""The token of a row that needs no relation to be read (reference data, units, rule packs):
relation ``none``."""

BY_DIVISION = {
    Relation.RESIDENCE: Prefix.RESIDENCE,
    Relation.HUKOU: Prefix.HUKOU,
    Relation.INCIDENT: Prefix.INCIDENT,
}
BY_UNIT = {
    Relation.TEAM: Prefix.TEAM,
    Relation.ENROLLED: Prefix.ENROLLED,
    Relation.PLACED: Prefix.PLACED,
}
BY_PERSON = {
    Relation.ASSIGNED: Prefix.ASSIGNED,
    Relation.OWN_CHILD: Prefix.OWN_CHILD,
    Relation.OWN_REPORT: Prefix.OWN_REPORT,
    Relation.ENTRUSTED: Prefix.ENTRUSTED,
    Relation.TOLD_WHERE: Prefix.TOLD_WHERE,
}
BY_GRANT = (
    Relation.REFERRAL,
    Relation.MDT,
    Relation.LOOK_UP,
    Relation.ORDER,
    Relation.BREAK_GLASS,
    Relation.OVERSIGHT,
    Relation.SECOND_APPROVAL,
)
"""Time-limited: never a token on a row, only an ``access_grant`` row that ends by itself."""

RESERVED_RELATIONS = frozenset({Relation.CONFLICT})
"""No row of the policy may name these: a conflict replaces every relation, so nothing can be
allowed by it."""


def grantee(relation: Relation, subject: object) -> str:
    """The ``access_grant.grantee`` of a grant to a unit or an assignment, e.g.
    ``G:referral:<uuid>``."""
    assert relation in BY_GRANT, f"{relation} is not given by grant"
    return f"{Prefix.GRANT}:{relation}:{subject}"


def conflict(subject: object) -> str:
    """The token of a row that this person, or everybody of this unit, must be kept from."""
    return f"{Prefix.CONFLICT}:{subject}"


STRENGTH = (
    Relation.ASSIGNED,
    Relation.TEAM,
    Relation.PLACED,
    Relation.ENROLLED,
    Relation.OWN_CHILD,
    Relation.ENTRUSTED,
    Relation.TOLD_WHERE,
    Relation.CORRECTOR,
    Relation.OWN_REPORT,
    Relation.RESIDENCE,
    Relation.INCIDENT,
    Relation.HUKOU,
    *BY_GRANT,
    Relation.NONE,
)
"""Nearest first: the relation a decision names when several hold, so that the journal shows the
best reason."""

W = TypeVar("W", bound=StrEnum)


def by_name(words: Iterable[W]) -> dict[str, W]:
    """The words of a vocabulary by how they are written; ``.get`` answers None for what is not
    one."""
    return {str(word): word for word in words}


RELATIONS = by_name(Relation)
PURPOSES = by_name(Purpose)
RESOURCES = by_name(Resource)
LEVELS = by_name(RoleLevel)
