"""Facts of one invented child, the smallest example of each rule, and facts drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st

from domain.periods import SHANGHAI, Period
from domain.risk import Access, CategoryOnFile, RiskFact, RiskFactor

CHILD = UUID(int=7)
TODAY = date(2025, 3, 3)


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


def days_ago(days: int) -> datetime:
    return at(TODAY - timedelta(days=days))


NOW = at(TODAY)
LEFT_BEHIND = CategoryOnFile(code="LBC", event_id=UUID(int=1), clauses=("CQ2016-1-a",))


def event(what: str) -> UUID:
    return uuid5(CHILD, what)


def fact(factor: str, since: datetime = NOW, **more: Any) -> RiskFact:
    kind = RiskFactor[factor.replace("-", "_")]
    return RiskFact(factor=kind, event_id=event(factor), since=since, child_id=CHILD, **more)


@dataclass(frozen=True)
class Example:
    """Facts that make a rule hold, facts that just do not, and where the tier goes without one."""

    rule: str
    tier: str
    facts: tuple[RiskFact, ...]
    not_yet: tuple[RiskFact, ...] = ()
    without_one: str = "R4"


def _suspicion(rule: str, factor: str) -> Example:
    safe = fact(factor, access=Access.NO_ACCESS)
    return Example(rule, "R1", (fact(factor, suspected=True),), (safe,))


EXAMPLES = (
    Example("R-E1", "R1", (fact("RF-02"),)),
    Example("R-E2", "R1", (fact("RF-01"),)),
    Example("R-E3", "R1", (fact("RF-09"),)),
    _suspicion("R-E4", "RF-06"),
    _suspicion("R-E4", "RF-08"),
    _suspicion("R-E4", "RF-10"),
    _suspicion("R-E4", "RF-11"),
    Example("R-E5", "R1", (fact("RF-33"),), (fact("RF-33", carer_named=True),)),
    Example("R-E5", "R1", (fact("RF-37"),), (fact("RF-37", carer_named=True),)),
    Example("R-E6", "R1", (fact("RF-13"),), (fact("RF-13", escorted=True),)),
    Example("R-E6", "R1", (fact("RF-13"),), (fact("RF-13", in_emergency=False),)),
    Example("R-H1", "R2", (fact("RF-15"),)),
    Example("R-H1", "R2", (fact("RF-14"),)),
    Example("R-H2", "R2", (fact("RF-16", days_ago(8)),), (fact("RF-16", days_ago(7)),)),
    Example("R-H3", "R2", (fact("RF-03"),)),
    Example("R-H3", "R2", (fact("RF-04"),)),
    Example("R-H3", "R2", (fact("RF-05"),)),
    Example("R-H3", "R2", (fact("RF-07", suspected=True),)),
    Example("R-H4", "R2", (fact("RF-34"),), (fact("RF-34", days_ago(200)),)),
    Example("R-H4", "R2", (fact("RF-35"),), (fact("RF-35", ended_on=date(2024, 8, 1)),)),
    Example(
        "R-H5",
        "R2",
        (fact("RF-08", handled=True, access=Access.NO_ACCESS),),
        (fact("RF-08", access=Access.UNKNOWN),),
    ),
    Example("R-H6", "R2", (fact("RF-29"),), (fact("RF-29", in_correction=True),)),
    Example("R-H7", "R2", (fact("RF-27", persuasion_failed=True),), (fact("RF-27"),)),
    Example(
        "R-H8",
        "R2",
        (fact("RF-17", informed_on=TODAY - timedelta(days=8)),),
        (fact("RF-17", informed_on=TODAY - timedelta(days=8), answered=True),),
    ),
    Example(
        "R-H9",
        "R2",
        (fact("RF-22"), fact("RF-25"), fact("RF-30")),
        (fact("RF-22"), fact("RF-25")),
        without_one="R3",
    ),
    Example("R-M1", "R3", (fact("RF-19"),)),
    Example("R-M1", "R3", (fact("RF-20"),)),
    Example("R-M1", "R3", (fact("RF-21"),)),
    Example("R-M2", "R3", (fact("RF-22"),)),
    Example("R-M2", "R3", (fact("RF-23"),)),
    Example("R-M2", "R3", (fact("RF-25"),)),
    Example("R-M2", "R3", (fact("RF-36"),)),
    Example("R-M3", "R3", (fact("RF-24"),)),
    Example("R-M3", "R3", (fact("RF-26"), fact("RF-28")), (fact("RF-26"),)),
    Example("R-M4", "R3", (fact("RF-12"),)),
    Example("R-M4", "R3", (fact("RF-17"),)),
    Example("R-M4", "R3", (fact("RF-27"),)),
    Example("R-M4", "R3", (fact("RF-29", in_correction=True),)),
    Example("R-M4", "R3", (fact("RF-30"),)),
    Example("R-M4", "R3", (fact("RF-31"),)),
    Example("R-M4", "R3", (fact("RF-32"),), (fact("RF-32", rectified=True),)),
)

days = st.integers(0, 400).map(lambda n: TODAY - timedelta(days=n))
cadences = st.sampled_from([Period(days=14), Period(months=1), Period(months=2)])


SWITCHES = (
    "suspected",
    "handled",
    "carer_named",
    "in_emergency",
    "escorted",
    "answered",
    "persuasion_failed",
    "in_correction",
    "rectified",
)


def _drawn(switches: int, hour: int, since: date, **more: Any) -> RiskFact:
    on: dict[str, Any] = {name: bool(switches >> n & 1) for n, name in enumerate(SWITCHES)}
    return RiskFact(since=at(since, hour), child_id=CHILD, **on, **more)


risk_facts = st.builds(
    _drawn,
    switches=st.integers(0, 2 ** len(SWITCHES) - 1),
    hour=st.integers(0, 23),
    since=days,
    factor=st.sampled_from(RiskFactor),
    event_id=st.uuids(),
    access=st.sampled_from(Access),
    ended_on=st.none() | days,
    informed_on=st.none() | days,
    cadence=st.none() | cadences,
)
fact_sets = st.lists(risk_facts, max_size=8, unique_by=lambda f: f.event_id)
# most single facts reach R1 or R2; the lower tiers need sets in which nothing grave occurs
MILD = [f for f in RiskFactor if f >= RiskFactor.RF_16 and f not in {"RF-33", "RF-34", "RF-37"}]
mild_sets = fact_sets.map(lambda facts: [f for f in facts if f.factor in MILD])
any_sets = fact_sets | mild_sets
category_sets = st.sampled_from([(), (LEFT_BEHIND,)])
