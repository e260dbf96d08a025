"""What no policy may leave out: the deny lines of the domain model A.2, said a second time.

A deny line overrides whatever else is allowed. One that is missing changes nothing today and everything after the next
allow line too many, so a policy without it is refused like one that is not understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from authz.policy import ANY, ROLE_PREFIX, Policy, PolicyRefused
from authz.words import READ_ACTS, Resource
from domain.sensitivity import (
    P4_MIND,
    P5,
    P6_ADDRESS,
    P6_CUSTODY,
    P6_REPORTER,
    Sensitivity,
)

OF_A_CHILD = (Resource.CHILD, Resource.CASE, Resource.REPORT, Resource.WORK_ITEM)

VILLAGE = ("child_director", "village_committee", "community_worker")
SCHOOLS = ("school_head", "class_teacher", "school_counsellor")
SITES = ("placement_site", "rescue_institution", "child_welfare_institution")
FAMILY = ("guardian", "entrusted_carer")
PUBLIC = ("hotline_operator", "reporter", "citizen", "child_self")
OFFICES = ("child_supervisor", "township", "district_civil_affairs", "city_civil_affairs")
AGENCIES = (
    "district_education",
    "district_justice",
    "district_health",
    "district_human_resources",
    "district_housing",
    "case_organ",
    "women_children_office",
    "venue_supervision",
)
HELPERS = ("social_worker", "womens_federation", "disabled_federation")

NEVER: dict[Sensitivity, tuple[str, ...]] = {
    P6_REPORTER: (
        *VILLAGE,
        *OFFICES,
        *AGENCIES,
        *SCHOOLS,
        *SITES,
        *HELPERS,
        *PUBLIC,
        *FAMILY,
        "inspector",
        "rule_owner",
    ),
    P5: (*VILLAGE, *SCHOOLS, *SITES, *FAMILY, *PUBLIC, "inspector"),
    P6_ADDRESS: (*VILLAGE, *SCHOOLS, *FAMILY, *PUBLIC, "medical", "inspector"),
    P6_CUSTODY: (*VILLAGE, *SCHOOLS, *FAMILY, *PUBLIC, "medical", "inspector"),
    P4_MIND: ("police", *VILLAGE, *SITES),
}
"""Class → the roles that must be denied it in every relation, for every purpose. The technical administrator is denied
all of them (``domain model`` A.1: envelope metadata only)."""


def required() -> Iterator[tuple[str, str, str, str]]:
    """Every denial that must stand: role, object, act, class."""
    for cls in Sensitivity:
        roles = (*NEVER.get(cls, ()), "technical_administrator")
        for role in roles:
            for resource in OF_A_CHILD:
                for act in READ_ACTS:
                    yield role, resource.value, act, cls.value


def check(policy: Policy, commands: Iterable[str]) -> Policy:
    """``policy`` if it denies what must be denied and names no act but ``commands``; raises ``PolicyRefused``."""
    denied = {
        (row.role.removeprefix(ROLE_PREFIX), row.resource, row.act, row.cls)
        for row in policy.rows
        if row.effect == "deny" and row.relation == row.purpose == ANY
    }
    missing = [r for r in required() if r[0] in policy.roles and r not in denied]
    if missing:
        role, resource, act, cls = missing[0]
        raise PolicyRefused(f"{role} is not denied to {act} {cls} of a {resource}")
    unknown = sorted(policy.acts - set(commands))
    if unknown:
        raise PolicyRefused(f"{unknown[0]} is no act of this version of the platform")
    return policy
