"""服务机构与场所 · Providers, placement sites and facilities; the care activities held there (C.12)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from domain.codec import says_more
from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P6_ADDRESS
from domain.terms.care import Industry
from domain.terms.safety import (
    ActivityPeriod,
    CareProgramme,
    FacilityKind,
    FundingMode,
    ProviderKind,
    ProviderStanding,
    ResourceService,
    ShelterKind,
)
from domain.unit.state import Unit

name_fields(
    provider_kind=("服务机构类别", "Kind of provider"),
    licence_number=("许可或登记证号", "Licence"),
    licence_until_on=("许可有效期至", "Licence until"),
    funding_mode=("经费方式", "How it is funded"),
    resource_services=("提供的支持", "What it offers"),
    organisation_name=("机构(组织)名称", "Name of the organisation"),
    capacity=("可容纳人数", "Capacity"),
    shelter_kind=("安置站点类别", "Kind of placement site"),
    shelter_address=("安置站点地址", "Address of the site"),
    facility_kind=("场所功能", "Kind of facility"),
    facility_name=("场所", "Facility"),
    facility_address=("场所地址", "Address of the facility"),
    care_programme=("关爱项目", "Programme"),
    provider_event_id=("所指服务机构登记", "Registration of the provider"),
    provider_standing=("服务机构状态", "Standing of the provider"),
    standing_reason=("状态说明", "Why it stands so"),
    programme_title=("常态化项目名称", "Title of the standing programme"),
    programme_from_on=("项目开始", "Programme begins"),
    programme_until_on=("项目结束", "Programme ends"),
    activity_industry=("面向的行业", "Industry it is for"),
    activity_period=("活动时段", "Period of the activity"),
    participants=("参加人数", "Participants"),
)


class ProgrammeRegistered(
    Record[Unit],
    name="unit.programme_registered",
    zh="常态化服务项目已登记",
    en="Programme registered",
    act="unit.register_programme",
    does=("登记常态化服务项目", "Register a standing programme"),
    clauses=(
        "CQ2024-3.4-b",
        "CQ2024-2.1-f",
        "CQ2024-2.2-g",
        "SH2024-2.1.3-b",
        "SH2024-2.2.5-d",
        "SH2024-2.3.10-c",
    ),
):
    """The register of what is offered again and again; what a child got of it is a service of its plan."""

    care_programme: Annotated[CareProgramme, P0]
    programme_title: Annotated[str, P2]
    funding_mode: Annotated[FundingMode, P0]
    programme_from_on: Annotated[date, P0]
    programme_until_on: Annotated[date | None, P0] = None


class ProviderRegistered(
    Record[Unit],
    name="unit.provider_registered",
    zh="服务机构已登记",
    en="Provider registered",
    version=2,
    act="unit.register_provider",
    does=("登记服务机构", "Register a provider"),
    clauses=(
        "SH2020-3.5-a",
        "SH2020-3.5-c",
        "CN2017-3.3-c",
        "CN2017-5.1-y",
        "CN2017-5.3-a",
        "CQ2016-3.4-k",
        "CQ2016-3.5-b",
        "CQ2016-3.5-c",
        "CQ2024-2.2-f",
        "CQ2024-2.5-h",
        "CQ2024-2.7-a",
        "CQ2024-2.7-c",
        "CQ2024-3.4-a",
        "SH2024-2.5.17-a",
    ),
):
    provider_kind: Annotated[ProviderKind, P0]
    organisation_name: Annotated[str, P2]
    funding_mode: Annotated[FundingMode, P0]
    licence_number: Annotated[str | None, P2] = None
    licence_until_on: Annotated[date | None, P0] = None
    capacity: Annotated[int | None, P0] = None
    resource_services: Annotated[tuple[ResourceService, ...], P0] = ()


# What a consortium offers was not asked for before.
says_more("unit.provider_registered", 1)


class ProviderStandingRecorded(
    Record[Unit],
    name="unit.provider_standing_recorded",
    zh="服务机构状态已登记",
    en="Provider's standing recorded",
    act="unit.record_provider_standing",
    does=("登记服务机构状态", "Record how a provider stands"),
    clauses=("CQ2024-2.7-a", "SH2024-2.5.17-a"),
):
    """Of the provider that an earlier registration (``provider_event_id``) entered."""

    provider_event_id: Annotated[UUID, P0]
    provider_standing: Annotated[ProviderStanding, P0]
    standing_reason: Annotated[str, P2]


class PlacementSiteRegistered(
    Record[Unit],
    name="unit.placement_site_registered",
    zh="安置站点已登记",
    en="Placement site registered",
    act="unit.register_placement_site",
    does=("登记安置站点", "Register a placement site"),
    clauses=(
        "SH2020-5.3-b",
        "CN2017-4.3-b",
        "CN2017-4-a",
        "CQ2016-6.2-a",
        "CQ2024-2.5-f",
    ),
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
    clauses=(
        "SH2020-3.5-a",
        "SH2020-3.5-c",
        "SH2020-5.3-d",
        "CQ2016-3.4-a",
        "CQ2016-6.2-c",
        "CN2017-5.2-a",
        "CQ2024-2.5-h",
    ),
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
    version=2,
    act="unit.hold_activity",
    does=("登记关爱活动", "Record a care activity"),
    clauses=(
        "CQ2016-3.4-a",
        "CQ2016-3.4-d",
        "SH2024-2.1.3-a",
        "SH2024-2.1.3-b",
        "SH2024-2.1.1-d",
        "CQ2024-2.5-g",
        "SH2020-3.4-b",
        "CQ2016-3.4-c",
        "CQ2016-3.4-k",
        "CQ2016-3.4-f",
        "CQ2016-3.4-l",
        "CN2017-3.5.1-b",
        "CN2017-5.2-a",
    ),
):
    """By period and programme, and where it is for the workers of an industry (SH2020-3.4-b) or in a venue of its own
    (CN2017-5.2-a), by these; the participants are a number here, their names are on their files."""

    care_programme: Annotated[CareProgramme, P0]
    activity_period: Annotated[ActivityPeriod, P0]
    participants: Annotated[int, P0]
    activity_industry: Annotated[Industry | None, P0] = None
    facility_kind: Annotated[FacilityKind | None, P0] = None


# Nobody was asked for them before.
says_more("unit.activity_held", 1)
