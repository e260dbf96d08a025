"""尚有待定 · What a clause leaves open although it is fulfilled: for the rule owner to decide, or beyond what is known.

What fulfils a clause is read from the code; that a part of it waits for a decision is not in the code. Until then the
platform does what the sentence says.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LEFT_OPEN: Mapping[str, str] = MappingProxyType(
    {
        "CQ2016-3.1-d": (
            "已满十六周岁而未成年的儿童单独居住,本条未及;平台按监护缺失(RF-05)评定,由规则主管确定。"
            "Silent on a child of sixteen or seventeen: rated as guardianship missing until the owner decides."
        ),
        "CQ2016-3.3-v": (
            "寄宿制学校由谁登记,原文未写明;平台从在册学生的就学登记得知。"
            "No text says who registers a boarding school: one is known by a pupil on file who boards there."
        ),
        "CQ2024-2.6-c": (
            "寄宿制学校由谁登记,原文未写明;平台从在册学生的就学登记得知。"
            "No text says who registers a boarding school: one is known by a pupil on file who boards there."
        ),
        "CQ2024-2.2-a": (
            "健康监测是否及于未转介、未指派的学生,原文未写明;专职心理健康教育教师现只监测指派其负责的儿童,由规则主管确定。"
            "Whether pupils who were not referred are monitored is not said: a counsellor monitors those assigned, "
            "until the owner decides."
        ),
        "CQ2024-2.4-b": (
            "活动只报人次,不记姓名;统计女童人次,不能得知是否每一名留守女童都已参加。"
            "Lessons report numbers, not names: girls are counted by attendance, not whether each one was reached."
        ),
        "SH2024-2.2.6-a": (
            "“等部门”是否包括乡镇(街道),由规则主管确定;现由所列四部门各自登记。"
            "Whether 等 takes in the township is for the owner; the four that are named record their own assessments."
        ),
    }
)
"""Clause → what is open, and what is done meanwhile."""
