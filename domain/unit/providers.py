"""服务机构与场所 · Providers, placement sites and facilities; the care activities held there (C.12)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P6_ADDRESS
from domain.terms.safety import (
    ActivityPeriod,
    CareProgramme,
    FacilityKind,
    FundingMode,
    ProviderKind,
    ShelterKind,
)
from domain.unit.state import Unit

name_fields(
    provider_kind=("服务机构类别", "Kind of provider"),
    licence_number=("许可或登记证号", "Licence"),
    licence_until_on=("许可有效期至", "Licence until"),
    funding_mode=("经费方式", "How it is funded"),
    organisation_name=("机构(组织)名称", "Name of the organisation"),
    capacity=("可容纳人数", "Capacity"),
    shelter_kind=("安置站点类别", "Kind of placement site"),
    shelter_address=("安置站点地址", "Address of the site"),
    facility_kind=("场所功能", "Kind of facility"),
    facility_name=("场所", "Facility"),
    facility_address=("场所地址", "Address of the facility"),
    care_programme=("关爱项目", "Programme"),
    activity_period=("活动时段", "Period of the activity"),
    participants=("参加人数", "Participants"),
)


class ProviderRegistered(
    Record[Unit],
    name="unit.provider_registered",
    zh="服务机构已登记",
    en="Provider registered",
    act="unit.register_provider",
    does=("登记服务机构", "Register a provider"),
    clauses=("SH2020-3.5-a", "CN2017-3.3-c", "CQ2024-2.5-h", "CQ2024-3.4-a"),
):
    provider_kind: Annotated[ProviderKind, P0]
    organisation_name: Annotated[str, P2]
    funding_mode: Annotated[FundingMode, P0]
    licence_number: Annotated[str | None, P2] = None
    licence_until_on: Annotated[date | None, P0] = None
    capacity: Annotated[int | None, P0] = None


class PlacementSiteRegistered(
    Record[Unit],
    name="unit.placement_site_registered",
    zh="安置站点已登记",
    en="Placement site registered",
    act="unit.register_placement_site",
    does=("登记安置站点", "Register a placement site"),
    clauses=("SH2020-5.3-b", "CN2017-4.3-b", "CN2017-4-a"),
):
    """The directory of placement resources; where a site lies protects whoever is brought there."""

    shelter_kind: Annotated[ShelterKind, P0]
    organisation_name: Annotated[str, P2]
    capacity: Annotated[int, P0]
    shelter_address: Annotated[str, P6_ADDRESS]
    licence_number: Annotated[str | None, P2] = None


class FacilityRegistered(
    Record[Unit],
    name="unit.facility_registered",
    zh="关爱场所已登记",
    en="Facility registered",
    act="unit.register_facility",
    does=("登记关爱场所", "Register a facility"),
    clauses=("SH2020-3.5-a", "CQ2016-3.4-a", "CQ2024-2.5-h"),
):
    facility_kind: Annotated[FacilityKind, P0]
    facility_name: Annotated[str, P2]
    facility_address: Annotated[str, P2]
    capacity: Annotated[int | None, P0] = None


class ActivityHeld(
    Record[Unit],
    name="unit.activity_held",
    zh="关爱活动已开展",
    en="Care activity held",
    act="unit.hold_activity",
    does=("登记关爱活动", "Record a care activity"),
    clauses=(
        "CQ2016-3.4-a",
        "CQ2016-3.4-d",
        "SH2024-2.1.3-a",
        "SH2024-2.1.1-d",
        "CQ2024-2.5-g",
    ),
):
    """By period and programme; the participants are a number here, their names are on their files."""

    care_programme: Annotated[CareProgramme, P0]
    activity_period: Annotated[ActivityPeriod, P0]
    participants: Annotated[int, P0]
