"""Two children before the departments that decide: eligible, applied for, granted without application."""

from __future__ import annotations

from typing import Any

from domain.child.entitlement_decision import (
    GrantEntitlementWithoutApplication,
)
from domain.kernel import Command
from domain.terms.care import CareMeans
from tests.domain.child.aid import (
    MOTHER,
    F,
    T,
    apply,
    changning,
    changning_child,
    day,
    jiading,
    jiading_child,
    screen,
)
from tests.domain.child.family import told_by
from tests.dsl import given

CHILD_CN, CHILD_JD = changning_child(), jiading_child()
LOW = changning(screen(T.MINIMUM_LIVING, F.MINIMUM_LIVING_CONDITIONS))
LOW_APPLIED = (
    CHILD_CN,
    LOW,
    changning(apply(T.MINIMUM_LIVING), "2019-04-02 09:00", by=MOTHER),
)
BASIC = jiading(screen(T.BASIC_LIVING, F.BASIC_LIVING_CONDITIONS))


def facts(command: Command[Any], *before: Command[Any]) -> tuple[Any, ...]:
    return given(*told_by(*before)).when(command).facts()


def refused(command: Command[Any], *before: Command[Any], code: str, **more: Any) -> None:
    given(*told_by(*before)).when(command).then_refused(code, **more)


def unasked(**more: Any) -> GrantEntitlementWithoutApplication:
    usual: dict[str, Any] = {
        "entitlement": T.BASIC_LIVING,
        "proof_data": "残疾人证、低收入核对结果",
        "standard_version": "2024-1",
        "granted_from_on": day("2024-05-01"),
        "entitlement_reason": "数据比对符合条件",
        "family_notified_on": day("2024-04-09"),
        "family_notice_means": CareMeans.PHONE,
    }
    return GrantEntitlementWithoutApplication(**{**usual, **more})
