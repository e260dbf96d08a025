"""统筹类报表 · Duties that come back, coordination and plans, stations (S-18, S-21, S-22).

Units and what they owe, not people: nothing is held back, and what is missing is listed by where it is missing.
"""

from __future__ import annotations

from dataclasses import replace

from domain.terms.workforce import DEPUTIES
from projections.reports.grammar import (
    DIVISION_IDS,
    OBLIGATION,
    UNIT,
    UNIT_HAPPENING,
    UNIT_IDS,
    Every,
    Figure,
    Report,
    Source,
    Split,
    happened,
    latest,
    live,
)

_FALLS_DUE = "f.due_on between %(from_on)s and %(last_on)s"
_CODE = Split("duty", "义务", "Duty", "f.code", terms=("UnitDuty",))
_WHO = Split("unit", "义务单位", "Unit", "f.unit_id::text", terms=(UNIT_IDS,))
_PERIOD = Split(
    "period", "时段", "Key period", "f.cells[cardinality(f.cells)]", terms=("ActivityPeriod",)
)
_TOPIC = Split("topic", "主题", "Topic", "f.cells", several=True, terms=("SafetyTopic",))
_SEXUAL_SAFETY = f"{happened('unit.safety_activity_held')} and 'SEXUAL_SAFETY' = any(f.cells)"
OBLIGATIONS = Report(
    "S-18",
    "obligations",
    zh="周期义务与活动",
    en="Periodic obligations and activities",
    every=Every.YEAR,
    definition="期内到期的周期义务按种类:已履行、逾期后补录、未完成、尚未到期;期限按缺省校历推定、待学校校历确定的;一项活动计作多项的;期内关爱活动及参加人次按重点时段,安全、法治等教育活动及覆盖人次按主题,其中性安全教育覆盖的儿童与女童人次",
    clauses=(
        "SH2024-2.4.12-a",
        "SH2024-2.4.12-b",
        "SH2024-2.4.12-c",
        "CQ2016-3.4-a",
        "CQ2024-2.5-g",
        "CQ2024-2.6-j",
        "CQ2024-2.4-b",
    ),
    figures=(
        Figure(
            "fulfilled",
            "已履行",
            "Fulfilled",
            OBLIGATION,
            _FALLS_DUE,
            having="f.fulfilled_on is not null",
            by=(_CODE,),
        ),
        Figure(
            "entered_late",
            "逾期后补录",
            "Entered after it was missed",
            OBLIGATION,
            f"{_FALLS_DUE} and f.missed and f.fulfilled_on is not null",
            by=(_CODE, _WHO),
        ),
        Figure(
            "missed",
            "未完成",
            "Missed",
            OBLIGATION,
            f"{_FALLS_DUE} and f.fulfilled_on is null and f.due_on < %(as_of)s",
            by=(_CODE, _WHO),
        ),
        Figure(
            "ahead",
            "尚未到期",
            "Not due yet",
            OBLIGATION,
            f"{_FALLS_DUE} and f.fulfilled_on is null and f.due_on >= %(as_of)s",
            by=(_CODE,),
        ),
        Figure(
            "undated",
            "期限按缺省校历推定或待定",
            "Dated by the usual school calendar, or without a day, as the school's own is not known",
            OBLIGATION,
            "(f.presumed or f.due_on is null) and f.fulfilled_on is null and f.begins_on <= %(last_on)s",
            by=(_CODE,),
        ),
        Figure(
            "double_use",
            "一项活动计作多项义务",
            "Met by an activity that was declared for several duties",
            OBLIGATION,
            f"{_FALLS_DUE} and f.double_use",
            by=(_CODE,),
        ),
        Figure(
            "care_activities",
            "关爱活动",
            "Care activities",
            UNIT_HAPPENING,
            happened("unit.activity_held"),
            by=(_PERIOD,),
        ),
        Figure(
            "care_participants",
            "关爱活动参加人次",
            "Taking part in care activities",
            UNIT_HAPPENING,
            happened("unit.activity_held"),
            adds="f.amount",
        ),
        Figure(
            "lessons",
            "安全、法治等教育活动",
            "Lessons of safety, law and the like",
            UNIT_HAPPENING,
            happened("unit.safety_activity_held"),
            by=(_TOPIC,),
        ),
        Figure(
            "lessons_reached",
            "教育活动覆盖儿童人次",
            "Children reached by lessons",
            UNIT_HAPPENING,
            happened("unit.safety_activity_held"),
            adds="f.amount",
        ),
        Figure(
            "sexual_safety_reached",
            "性安全教育覆盖儿童人次",
            "Children reached by lessons of sexual safety",
            UNIT_HAPPENING,
            _SEXUAL_SAFETY,
            adds="f.amount",
        ),
        Figure(
            "sexual_safety_girls",
            "性安全教育覆盖女童人次",
            "Girls reached by lessons of sexual safety",
            UNIT_HAPPENING,
            _SEXUAL_SAFETY,
            adds="f.part",
        ),
    ),
)


def _filed(name: str, cell: str | None) -> Source:
    """The districts of the province with the latest event of this name and kind on a unit of each, if there is one."""
    kind = f"and '{cell}' = any(h.cells) " if cell else ""
    filed = (
        "select h.event_id, h.from_position, h.subject_id from report_happening h "
        f"where h.name = '{name}' and {live('h')} and h.occurred_on <= %(as_of)s {kind}"
        "and h.places[cardinality(h.places)] = d.division "
        "order by h.occurred_on desc, h.from_position desc limit 1"
    )
    table = (
        "(select d.division, d.places, h.event_id, h.subject_id, "
        "coalesce(h.from_position, 0) as from_position, null::bigint as until_position "
        "from jsonb_to_recordset(%(districts)s::jsonb) as d(division text, places text[]) "
        f"left join lateral ({filed}) h on true)"
    )
    return Source(table, "f.subject_id", "unit", of_people=False)


_WHERE = Split("district", "区县", "District", "f.division", terms=(DIVISION_IDS,))


def _filings(
    key: str, zh: str, en: str, event: str, cell: str | None = None
) -> tuple[Figure, Figure]:
    """How many districts have it, and which have not."""
    source = _filed(event, cell)
    return (
        Figure(
            f"with_{key}", f"有{zh}的区县", f"With {en}", source, "true", "f.event_id is not null"
        ),
        Figure(
            f"without_{key}",
            f"无{zh}的区县",
            f"Without {en}",
            source,
            "f.event_id is null",
            by=(_WHERE,),
        ),
    )


COORDINATION = Report(
    "S-21",
    "coordination",
    zh="协调机制、方案与办法",
    en="Coordination bodies and plans",
    every=Every.YEAR,
    definition="辖区各区县(按行政区划,不论有无机构登记):有无协调机制、实施方案、督查考核办法",
    clauses=("CQ2016-6.1-b", "CQ2016-7-a", "SH2020-5.4-e"),
    outside=True,
    figures=(
        *_filings(
            "mechanism",
            "协调机制",
            "a coordination mechanism",
            "unit.coordination_body_registered",
            "CARE_MECHANISM",
        ),
        *_filings(
            "plan",
            "实施方案",
            "an implementation plan",
            "unit.implementation_plan_filed",
            "IMPLEMENTATION_PLAN",
        ),
        *_filings("method", "督查考核办法", "an appraisal method", "unit.appraisal_method_filed"),
    ),
)

_DEPUTIES = ", ".join(f"'{office}'" for office in sorted(DEPUTIES))
STATION = replace(
    UNIT,
    event=latest(
        "event_id",
        "unit.station_officer_appointed",
        f"'is_prosecutor' = any(h.cells) and h.cells && array[{_DEPUTIES}]",
    ),
)
_STATION = "f.kind = 'TOWNSHIP'"
NO_STATION = Source(
    "(select s.division, s.places, null::uuid as event_id, null::uuid as subject_id, "
    "0::bigint as from_position, null::bigint as until_position "
    "from jsonb_to_recordset(%(streets)s::jsonb) as s(division text, places text[]) "
    f"where not exists (select from report_unit u where u.kind = 'TOWNSHIP' and {live('u')} "
    "and u.places[cardinality(u.places)] = s.division))",
    "f.subject_id",
    "unit",
    of_people=False,
)
"""The streets and towns of which no station is known: each is one without a prosecutor (街镇全覆盖)."""
_PLACE = Split(
    "place", "街镇", "Street or town", "f.places[cardinality(f.places)]", terms=(DIVISION_IDS,)
)
STATIONS = Report(
    "S-22",
    "stations",
    zh="未保工作站",
    en="Stations",
    every=Every.LIVE,
    definition="街道(乡镇)未保工作站:检察官兼任副站长的,尚无的按街镇;按行政区划,尚无工作站登记的街镇",
    clauses=("SH2024-2.1.1-c",),
    outside=True,
    figures=(
        Figure(
            "with_prosecutor",
            "检察官兼任副站长的站",
            "With a prosecutor as deputy",
            STATION,
            _STATION,
            having="f.prosecutor",
        ),
        Figure(
            "without_prosecutor",
            "尚无检察官副站长的站",
            "Without",
            STATION,
            f"{_STATION} and not f.prosecutor",
            by=(_PLACE,),
        ),
        Figure(
            "without_station",
            "尚无工作站登记的街镇",
            "Streets and towns with no station on record",
            NO_STATION,
            "true",
            by=(Split("place", "街镇", "Street or town", "f.division", terms=(DIVISION_IDS,)),),
        ),
    ),
)

OVERSIGHT_REPORTS = (OBLIGATIONS, COORDINATION, STATIONS)
