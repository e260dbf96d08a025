"""规定 · The structured provisions of a rule pack: one row type for each kind of table.

A row is what one sentence of a text lays down: a category of children, a kind of placement, a
ground for revocation, a duty that comes back every year. Fields a text does not fill stay empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """对象类别: who a text is about, limb by limb. An empty limb is one the text does not test."""

    group: str
    """LBC (留守儿童), CID (困境儿童) or VISITOR (来沪与父母团聚儿童)."""
    age_below: int | None = None
    absence: frozenset[str] = frozenset()
    """BOTH_AWAY_FOR_WORK, ONE_AWAY_OTHER_INCAPABLE: one of these must hold."""
    area_types: frozenset[str] = frozenset()
    """The residence must be in one of these."""
    child_hukou_province: str | None = None
    """12-digit NBS code of the province that must hold the child's household registration."""
    parents_hukou: frozenset[str] = frozenset()
    """BOTH_LOCAL_AGRICULTURAL, ONE_LOCAL_AGRICULTURAL_OTHER_PERMIT: one of these must hold."""
    causes: frozenset[str] = frozenset()
    """POVERTY, DISABILITY, GUARDIANSHIP, ILLNESS: one of these must have led to the difficulty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementKind:
    """安置种类: who places the child, for how long at most, and what must be there first."""

    leads: frozenset[str] = frozenset()
    limit: Period | None = None
    soft: bool = False
    """原则上: the limit may be passed with an approved exception, and never ends the care."""
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationGround:
    """撤销监护人资格的情形. ``open_ended``: the sentence ends with 等 or covers other cases."""

    open_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementRule:
    """保障待遇: on which facts a child has it, who decides, and what the decision must weigh."""

    unit: str = "DISTRICT_CIVIL_AFFAIRS"
    """The kind of unit that decides."""
    facts: frozenset[str] = frozenset()
    """All of these must hold."""
    any_facts: frozenset[str] = frozenset()
    """One of these must hold, where any is named."""
    age_parameter: str | None = None
    """The parameter with the age under which it is given."""
    uplift: bool = False
    """适当提高对儿童的救助水平: the decision says by how much, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicDuty:
    """周期义务: a duty that is due once, or ``times`` times, in every period of a unit."""

    unit: str
    """DISTRICT, CITY, STATION or SCHOOL: each one of them owes it."""
    every: str
    """YEAR, QUARTER, SCHOOL_HOLIDAY (before each winter and summer holiday), or the parameter with its interval."""
    times: int = 1
    due: str | None = None
    """``MM-DD`` within the period, where the text names the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicWarning:
    """When a periodic duty that is still open is warned of: on days of the year, or days before."""

    month_days: tuple[str, ...] = ()
    """``MM-DD`` each."""
    days_before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """实施阶段: months of a plan, ``YYYY-MM``, both included."""

    first: str
    last: str

    def holds(self, on: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= f"{on:%Y-%m}" <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """任务分工: the section of the text that sets a task, and the city bodies that answer for it."""

    section: str
    bodies: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingParty:
    """信息共享约定当事方: one agency that shares as one party, and the kinds of its units beside its own."""

    branches: frozenset[str]


Row = (
    Category
    | PlacementKind
    | RevocationGround
    | EntitlementRule
    | PeriodicDuty
    | PeriodicWarning
    | Phase
    | Responsibility
    | SharingParty
)
