"""外部系统 · The systems the texts name beside this one; each keeps its own data of record."""

from __future__ import annotations

from domain.labels import Term


class OutsideSystem(Term):
    """外部系统 · Systems that a child may also be known to (SH2020-5.3-c, SH2024-2.3.7-f, CQ2024-2.9-a,
    CQ2016-3.3-d).
    """

    LEFT_BEHIND_INFORMATION = (
        "LEFT_BEHIND_INFORMATION",
        "留守儿童信息管理系统",
        "Left-behind children's information system",
    )
    COMMUNITY_CLOUD = "COMMUNITY_CLOUD", "社区云", "Community cloud"
    SHAJIE_ONLINE = "SHAJIE_ONLINE", "莎姐守未在线", "Shajie online"
    SCHOOL_ROLL = "SCHOOL_ROLL", "学籍管理系统", "School-roll system"
