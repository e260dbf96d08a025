"""报表的写法 · How a report is declared: figures as conditions over fact rows, in words of SQL with named days.

    Report("S-10", "visits", zh="走访情况", en="Visits", period=Period.MONTH, clauses=("SH2024-2.3.7-c",), figures=(
        Figure("due", "应走访", "Due", of=DUTY, where="f.due_on between %(from_on)s and %(to_on)s",
               by=(Split("cadence", "频次等级", "Cadence class", "f.cadence"),)),))

``f`` is the fact row. Known in every condition: ``%(position)s`` (what had been recorded), ``%(as_of)s``,
``%(from_on)s`` and ``%(to_on)s`` (days, both inclusive; ``%(last_on)s`` where the days to come count too),
``%(bands)s`` (ages), and the parameters the report names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.clauses import clause
from domain.labels import Label
from domain.sensitivity import P0, P1, P4, P5, P5_OUTCOME, Sensitivity


class Every(StrEnum):
    """How often a report is due; a live one is as of its day."""

    LIVE = "LIVE"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    SEMESTER = "SEMESTER"
    YEAR = "YEAR"


@dataclass(frozen=True)
class Source:
    """Where a figure's rows are. ``subject``: whom a row is of; ``obj``: the Casbin object that opens the subject."""

    table: str
    subject: str
    obj: str = "child"
    event: str = "f.event_id"
    versioned: bool = True
    """Whether its rows stand between positions of the log."""
    of_people: bool = True
    """Whether its rows are of people: few units or few of their acts give nobody away, and nothing is held back."""
    owner: str | None = None
    """The stream in whose reach a row is, where that is not the subject itself."""
    sees: Sensitivity = P1
    """The class of the subject that one must see to be shown the events behind its rows."""
    exists: Sensitivity = P0
    """The class in which these events are there at all: who does not hold it on a subject is shown none of them."""


CHILD = Source("report_child", "f.child_id")
TIER = Source("report_tier", "f.child_id", sees=P4)
DUTY = Source("report_duty", "f.child_id")
INTAKE = Source("report_intake", "f.case_id", "case")
PLACEMENT = Source("report_placement", "f.case_id", "case")
MATTER = Source("report_matter", "f.subject_id")
CASE_MATTER = Source("report_matter", "f.subject_id", "case")
HAPPENING = Source("report_happening", "f.subject_id")
CASE_HAPPENING = Source("report_happening", "f.subject_id", "case")
CASE_OUTCOME = Source("report_happening", "f.subject_id", "case", exists=P5_OUTCOME)
PUPIL = Source("report_pupil", "f.child_id")
CONDUCT = Source("report_conduct", "f.child_id", sees=P5)
CONDUCT_MATTER = Source("report_matter", "f.subject_id", sees=P5)
UNIT = Source("report_unit", "f.unit_id", "unit", of_people=False)
OBLIGATION = Source("report_obligation", "f.unit_id", "unit", of_people=False)
INSPECTION = Source("report_inspection", "f.unit_id", "unit", of_people=False)
FINDING = Source("report_finding", "f.unit_id", "unit", of_people=False)
UNIT_HAPPENING = Source("report_happening", "f.subject_id", "unit", of_people=False)
POST = Source("report_post", "f.person_id", "unit", owner="f.unit_id")
CHECK = Source("report_matter", "f.matter_id", "unit", owner="f.subject_id")
BAN = Source("report_happening", "f.event_id", "unit", owner="f.subject_id")


UNIT_IDS, DIVISION_IDS = "unit ids", "division ids"
EVENT_NAMES, REPORT_ACTS, DOORS = "events", "reports, by act", "doors"
AGE_BAND = "bands of age"
"""What cells are that are codes of no vocabulary: ids, names of events, acts of reports, doors, numbers of bands."""


@dataclass(frozen=True)
class Split:
    """A breakdown. ``cell``: SQL that names a row's cell; ``several``: an array, a row counts in each of its cells.

    ``tells``: the class of what a cell says of a row. Who sees the subjects and not that is answered as those outside.
    ``terms``: the vocabularies whose codes the cells are, or what else says them in words (below).
    """

    key: str
    zh: str
    en: str
    cell: str
    several: bool = False
    tells: Sensitivity = P0
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A count of fact rows, or with ``having`` of those of them that meet it (``out_of`` the rest).

    ``median``: not the count but the middle of this number over the rows. ``adds``: not the count but the sum of this
    number, of rows that are not of people. ``target``: the parameter that says how many there are to be.
    ``compared``: shown for each division directly below as well. ``zero_tells``: whether nobody is a disclosure, as for
    a sensitive attribute; of the work of agencies it is not, and may be the target.
    """

    key: str
    zh: str
    en: str
    of: Source
    where: str
    having: str | None = None
    by: tuple[Split, ...] = ()
    median: str | None = None
    adds: str | None = None
    target: str | None = None
    compared: bool = False
    unit: str = "COUNT"
    zero_tells: bool = False
    of_work: bool = False
    """Whether ``having`` says what an agency did for those it counts (a mentor given): where the whole may be shown,
    so may the part, however little is missing."""

    def __post_init__(self) -> None:
        assert not (self.adds and self.of.of_people), (
            f"{self.key}: a sum over people is not held back"
        )


@dataclass(frozen=True)
class Report:
    """One report of the catalogue (domain model H). ``code`` names the Casbin act ``statistics.<act>``."""

    code: str
    act: str
    zh: str
    en: str
    every: Every
    definition: str
    clauses: tuple[str, ...]
    figures: tuple[Figure, ...]
    parameters: tuple[str, ...] = ()
    """Names of the packs' days and numbers that its conditions and targets use."""
    journaled: Sensitivity | None = None
    """The class of what it shows, where looking at it is itself noted in the access journal."""
    outside: bool = False
    """Whether those above the lead authority are shown it too, as of the ends of months."""

    def __post_init__(self) -> None:
        for one in self.clauses:
            clause(one)
        keys = [f.key for f in self.figures]
        assert len(keys) == len(set(keys)), f"{self.code} names a figure twice"

    @property
    def label(self) -> Label:
        """Both names."""
        return Label(self.zh, self.en)


def live(alias: str) -> str:
    """The condition that a row of this alias was known to stand at the position asked about."""
    return (
        f"({alias}.from_position <= %(position)s and "
        f"({alias}.until_position is null or {alias}.until_position > %(position)s))"
    )


def latest(column: str, name: str, condition: str = "true") -> str:
    """A column of the latest event of this name on the subject of a unit's row; null where there is none."""
    return (
        f"(select h.{column} from report_happening h where h.subject_id = f.unit_id "
        f"and h.name = '{name}' and {condition} and {live('h')} "
        "order by h.occurred_on desc, h.from_position desc limit 1)"
    )


IN_PERIOD = "between %(from_on)s and %(to_on)s"


def happened(*names: str) -> str:
    """Events of these names that happened in the period."""
    listed = ", ".join(f"'{n}'" for n in names)
    return f"f.name in ({listed}) and f.occurred_on {IN_PERIOD}"


def local(moment: str) -> str:
    """The local day of a moment."""
    return f"({moment} at time zone 'Asia/Shanghai')::date"
