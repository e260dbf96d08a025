"""学校类报表 · Mental-health coverage, correction coverage, pairing (S-14, S-15, S-17)."""

from __future__ import annotations

from dataclasses import replace

from domain.sensitivity import P5
from projections.reports.catalogue_of_children import AREA, GROUP, LEFT_BEHIND, OPEN
from projections.reports.grammar import (
    CHILD,
    CONDUCT,
    CONDUCT_MATTER,
    EVENT_NAMES,
    HAPPENING,
    IN_PERIOD,
    MATTER,
    PUPIL,
    UNIT,
    UNIT_IDS,
    Every,
    Figure,
    Report,
    Split,
    happened,
    latest,
    live,
    local,
)

_EDUCATED = (
    "exists (select from report_happening h where h.child_id = f.child_id "
    f"and h.name = 'child.mental_health_education_given' and {live('h')} "
    f"and h.occurred_on {IN_PERIOD})"
)


_RECORDED = "unit.school_mental_resource_recorded"
SCHOOL = replace(UNIT, event=latest("event_id", _RECORDED))


def _has(*resources: str) -> str:
    """That the school's latest record of its resources says yes to each of these."""
    listed = ", ".join(f"'{r}'" for r in resources)
    last = (
        "select distinct on (h.subject_id) h.subject_id, h.cells from report_happening h "
        f"where h.name = '{_RECORDED}' and {live('h')} "
        "order by h.subject_id, h.occurred_on desc, h.from_position desc"
    )
    return f"f.unit_id in (select l.subject_id from ({last}) l where l.cells @> array[{listed}])"


_SCHOOL = "f.kind = 'SCHOOL'"
_BULLIED = f"f.kind = 'BULLYING' and {local('f.opened_at')} {IN_PERIOD}"
_ALL = _has("counselling_room", "mind_teacher", "mind_course")
MENTAL_HEALTH = Report(
    "S-14",
    "mental_health",
    zh="心理健康教育覆盖与欺凌防治",
    en="Mental-health coverage and bullying",
    every=Every.YEAR,
    definition="期内接受过心理健康教育的留守儿童;有心理辅导室、专职教师、课程的学校,按最近一次登记;期内登记的校园欺凌及其按期处理",
    clauses=("CQ2024-1-d", "CQ2024-2.2-c", "CQ2024-2.4-e"),
    figures=(
        Figure(
            "educated",
            "接受心理健康教育的留守儿童",
            "Left-behind children with mental-health education",
            CHILD,
            f"{OPEN} and {LEFT_BEHIND}",
            having=_EDUCATED,
            by=(AREA,),
            of_work=True,
        ),
        Figure(
            "lessons",
            "心理健康教育登记",
            "Mental-health education recorded",
            HAPPENING,
            happened("child.mental_health_education_given"),
            by=(Split("form", "形式", "Form", "f.cells[1]", terms=("MindLesson",)),),
        ),
        Figure(
            "with_room",
            "有心理辅导室的学校",
            "Schools with a counselling room",
            SCHOOL,
            _SCHOOL,
            _has("counselling_room"),
        ),
        Figure(
            "with_teacher",
            "有专职教师的学校",
            "Schools with a full-time teacher",
            SCHOOL,
            _SCHOOL,
            _has("mind_teacher"),
        ),
        Figure(
            "with_course",
            "开设课程的学校",
            "Schools with a course",
            SCHOOL,
            _SCHOOL,
            _has("mind_course"),
        ),
        Figure("complete", "三项齐备的学校", "Schools with all three", SCHOOL, _SCHOOL, _ALL),
        Figure(
            "gaps",
            "尚有缺项的学校",
            "Schools that lack any",
            SCHOOL,
            f"{_SCHOOL} and not {_ALL}",
            by=(Split("school", "学校", "School", "f.unit_id::text", terms=(UNIT_IDS,)),),
        ),
        Figure("bullying", "校园欺凌", "Bullying", MATTER, _BULLIED, zero_tells=True),
        Figure(
            "bullying_in_time",
            "按期处理",
            "Dealt with in time",
            MATTER,
            _BULLIED,
            having="f.closed_at <= f.due_at",
            zero_tells=True,
            of_work=True,
        ),
    ),
)

_CASE = f"f.kind = 'CONDUCT' and {local('f.opened_at')} {IN_PERIOD}"
_CLASS = Split("class", "行为性质", "Class", "f.cell", terms=("ConductClass",))
CORRECTION = Report(
    "S-15",
    "correction",
    zh="帮教矫治覆盖",
    en="Correction coverage",
    every=Every.YEAR,
    definition="有未结罪错行为的在册儿童,其中每一项均已纳入帮教矫治或专门教育;期内立项与回归",
    clauses=("CQ2024-1-g",),
    journaled=P5,
    figures=(
        Figure(
            "in_correction",
            "已纳入帮教矫治的留守儿童",
            "Left-behind children in correction",
            CONDUCT,
            f"{OPEN} and {LEFT_BEHIND}",
            having="f.uncorrected = 0",
            zero_tells=True,
            of_work=True,
        ),
        Figure(
            "all_in_correction",
            "已纳入帮教矫治的儿童",
            "Children in correction",
            CONDUCT,
            OPEN,
            having="f.uncorrected = 0",
            by=(GROUP,),
            zero_tells=True,
            of_work=True,
        ),
        Figure(
            "opened", "期内立项", "Opened", CONDUCT_MATTER, _CASE, by=(_CLASS,), zero_tells=True
        ),
        Figure(
            "reintegrated",
            "期内回归社会",
            "Reintegrated",
            CONDUCT_MATTER,
            f"f.kind = 'CONDUCT' and {local('f.closed_at')} {IN_PERIOD}",
            zero_tells=True,
        ),
    ),
)


def _owed(*kinds: str) -> str:
    """That the school owes each of these pairings, given or not, to a pupil still in a category."""
    each = " and ".join(f"'{k}' = any(f.due || f.paired)" for k in kinds)
    return f"{OPEN} and f.care_group <> 'NONE' and f.school_unit_id is not null and {each}"


def _paired(*kinds: str) -> str:
    return " and ".join(f"'{k}' = any(f.paired)" for k in kinds)


_ALONE = (
    "exists (select from unnest(f.partners) mine where mine in (select p from report_pupil o, "
    f"unnest(o.partners) p where {live('o')} and o.status = 'OPEN' group by p having count(*) = 1))"
)
PAIRING = Report(
    "S-17",
    "pairing",
    zh="结对帮扶",
    en="Pairing",
    every=Every.SEMESTER,
    definition="各校在册留守儿童(相对集中的学校);学校须结对的在册儿童中:教师结对、成长导师、互助伙伴、导师与伙伴齐备、“一对一”(在册儿童中,结对人只结对该名儿童,教师、志愿者等);期内结对与终止",
    clauses=(
        "SH2020-3.3-b",
        "SH2024-2.1.2-a",
        "SH2024-2.3.9-b",
        "CQ2016-3.3-m",
        "CQ2024-2.6-b",
        "CQ2016-3.3-i",
    ),
    figures=(
        Figure(
            "left_behind_pupils",
            "在校留守儿童",
            "Left-behind pupils",
            PUPIL,
            f"{OPEN} and {LEFT_BEHIND} and f.school_unit_id is not null",
            by=(Split("school", "学校", "School", "f.school_unit_id::text", terms=(UNIT_IDS,)),),
        ),
        Figure(
            "teacher",
            "教师结对的留守儿童",
            "Left-behind pupils with a teacher",
            PUPIL,
            f"{_owed('TEACHER')} and {LEFT_BEHIND}",
            having=_paired("TEACHER"),
            by=(GROUP,),
            of_work=True,
        ),
        Figure(
            "mentor",
            "有成长导师",
            "With a growth mentor",
            PUPIL,
            _owed("MENTOR"),
            having=_paired("MENTOR"),
            of_work=True,
        ),
        Figure(
            "peer",
            "有互助伙伴",
            "With a peer partner",
            PUPIL,
            _owed("PEER"),
            having=_paired("PEER"),
            of_work=True,
        ),
        Figure(
            "mentor_and_peer",
            "导师与伙伴齐备",
            "With both",
            PUPIL,
            _owed("MENTOR", "PEER"),
            having=_paired("MENTOR", "PEER"),
            of_work=True,
        ),
        Figure(
            "one_to_one",
            "“一对一”结对",
            "Paired one to one",
            PUPIL,
            f"{OPEN} and f.care_group <> 'NONE'",
            having=_ALONE,
            of_work=True,
        ),
        Figure(
            "begun",
            "期内结对",
            "Begun in the period",
            HAPPENING,
            happened(
                "child.teacher_paired",
                "child.growth_mentor_assigned",
                "child.peer_partner_assigned",
                "child.pairing_started",
            ),
            by=(Split("kind", "结对类型", "Kind", "f.name", terms=(EVENT_NAMES,)),),
        ),
        Figure(
            "ended",
            "期内终止",
            "Ended in the period",
            HAPPENING,
            happened("child.pairing_ended"),
            by=(Split("kind", "结对类型", "Kind", "f.cells[1]", terms=("PairingKind",)),),
        ),
    ),
)

PUPIL_REPORTS = (MENTAL_HEALTH, CORRECTION, PAIRING)
