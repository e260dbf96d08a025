"""Entitlements of twelve children of one village in Changning, April 2024: with, without and together with another.

Basic living allowance: nine are found eligible on the 8th, two are not; six get it without application on the 10th and
with it, the same day, education and medical aid to be decided; one family declines on the 15th. Education aid is
granted to five on the 12th. The twelfth applied for minimum living on the 8th.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.child.entitlement_application import DeclineEntitlement, FileEntitlementApplication
from domain.child.entitlement_decision import GrantEntitlement, GrantEntitlementWithoutApplication
from domain.child.entitlement_screening import ScreenEntitlement
from domain.child.file import OpenChildFile
from domain.context import SYSTEM
from domain.terms.care import CareMeans
from domain.terms.entitlements import AidApplicant, EntitlementFact, EntitlementType
from domain.terms.file import Sex
from domain.terms.places import AreaType, DivisionId
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.unit.posts import RegisterUnit
from eventlog.casebook import Request
from tests.dsl import an_id
from tests.projections.town import Town, actor, unit_id
from tests.reports.changning import CHANGNING, HUA
from tests.reports.district import County

CIVIL = actor("Ms Zhuang", Role.DISTRICT_CIVIL_AFFAIRS, "civil affairs")
EDUCATION = actor("Mr Hua", Role.DISTRICT_EDUCATION, "education")
BASIC, MINIMUM = EntitlementType.BASIC_LIVING, EntitlementType.MINIMUM_LIVING
EDU_AID = EntitlementType.EDU_AID


def supported_on(town: Town) -> County:
    """The whole of April."""
    county = County(town)
    town.at("2024-04-08 08:00")
    for key, kind in (
        ("civil affairs", UnitKind.DISTRICT_CIVIL_AFFAIRS),
        ("education", UnitKind.DISTRICT_EDUCATION),
    ):
        registering = RegisterUnit(kind=kind, unit_name=key, division_id=DivisionId(CHANGNING))
        town.platform.casebook.perform(
            Request(
                command=registering, command_id=an_id(f"register {key}"), stream_id=unit_id(key)
            )
        )
    town.at("2024-04-08 09:00")
    children = county.children[HUA[0]] = [_opened(county, n) for n in range(12)]
    for child in children[:11]:
        conditions = EntitlementFact.BASIC_LIVING_CONDITIONS
        fact = conditions if child in children[:9] else EntitlementFact.LOW_INCOME_FAMILY
        county.put(ScreenEntitlement(entitlement=BASIC, basis_facts=(fact,)), child, CIVIL)
    applying = FileEntitlementApplication(
        family_applicant=AidApplicant.GUARDIAN, applied_for=(MINIMUM,)
    )
    county.put(applying, children[11], SYSTEM)
    _decided(county, children)
    town.at("2024-04-30 18:00")
    return county.told()


def _opened(county: County, number: int) -> UUID:
    opening = OpenChildFile(
        child_name=f"耿小{number}",
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        birth_on=date(2014, 5, 4),
        residence=DivisionId(HUA[0]),
        hukou=DivisionId(HUA[0]),
        area_type=AreaType.URBAN,
    )
    request = Request(command=opening, command_id=an_id(f"supported {number}"), actor=SYSTEM)
    return county.town.platform.casebook.perform(request).stream_id


def _decided(county: County, children: list[UUID]) -> None:
    given: dict[str, Any] = {
        "standard_version": "沪2024",
        "granted_from_on": date(2024, 5, 1),
        "entitlement_reason": "符合规定条件",
    }
    county.town.at("2024-04-10 10:00")
    for child in children[:6]:
        without = GrantEntitlementWithoutApplication(
            entitlement=BASIC,
            proof_data="残疾人证、低收入核对结果",
            family_notified_on=date(2024, 4, 9),
            family_notice_means=CareMeans.PHONE,
            **given,
        )
        county.put(without, child, CIVIL)
    county.town.at("2024-04-12 10:00")
    for child in children[:5]:
        county.put(GrantEntitlement(entitlement=EDU_AID, **given), child, EDUCATION)
    county.town.at("2024-04-15 10:00")
    declining = DeclineEntitlement(entitlement=BASIC, declined_by_whom=AidApplicant.GUARDIAN)
    county.put(declining, children[8], SYSTEM)
