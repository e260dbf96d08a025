"""What a desk looks for is found: a file by name, category, tier and worker, and the work that is over."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import psycopg
import pytest

from domain.periods import local_date
from eventlog.connections import BY_KEY
from ops.demo_world import UNIT_BY_KEY, DemoPerson
from schema.build import build, core
from schema.plan.explain import explained
from tests.database import Database
from tests.plan.comparing import ROLES, Reading, both

CHILD = "childId name categories tier responsiblePersonId"
FILES = f"{{ ledger(first: 100) {{ nodes {{ {CHILD} }} }} }}"
FOUND = f"""query ($name: String, $category: CategoryCode, $responsible: UUID, $tier: String) {{
  ledger(name: $name, category: $category, responsible: $responsible, tier: $tier, first: 100)
  {{ nodes {{ {CHILD} }} }} }}"""
DONE = """query ($unit: UUID!, $since: Date, $until: Date, $late: Boolean, $person: UUID, $first: Int, $after: String) {
  workDone(unit: $unit, since: $since, until: $until, late: $late, person: $person, first: $first, after: $after) {
    nodes { taskId status isOpen dueAt completedAt namedPersonId } pageInfo { endCursor hasNextPage } } }"""


def person(key: str) -> DemoPerson:
    return next(who for who in ROLES if who.key == key)


def told(reading: Reading, who: DemoPerson, text: str, given: dict[str, Any]) -> Any:
    """What both ways tell alike."""
    assert both(reading, who, text, given), "it has a plan"
    return next(iter(orjson.loads(reading.reference(who, text, given).body)["data"].values()))


@pytest.mark.parametrize(
    ("argument", "column"),
    [
        ("name", "name"),
        ("category", "categories"),
        ("responsible", "responsiblePersonId"),
        ("tier", "tier"),
    ],
)
def test_a_ledger_is_narrowed_to_what_one_looks_for(
    reading: Reading, argument: str, column: str
) -> None:
    who = person("fj_township")
    files = told(reading, who, FILES, {})["nodes"]
    held = [file[column] for file in files if file[column]]
    value = held[0][0] if column == "categories" else held[0]
    if column == "name":
        value = value[:1]
    found = told(reading, who, FOUND, {argument: value})["nodes"]
    assert found == [f for f in files if f[column] and (f[column] == value or value in f[column])]
    assert found
    assert len(found) < len(files) or argument == "responsible", "one worker may have them all"


HELD = """select c.child_id::text, c.name, c.responsible_person_id::text responsible, p.tier
    from read.child c left join read.child_p4 p using (child_id)"""


def test_what_is_held_back_of_a_file_is_not_found_by_either(reading: Reading) -> None:
    """Whoever sees a file without its tier learns it by no filter: refused, or the file is not among the found."""
    real = {row["child_id"]: row for row in reading.admin.execute(HELD).fetchall()}
    columns = {"name": "name", "responsible": "responsiblePersonId", "tier": "tier"}
    asked = Counter[str]()
    for who in ROLES:
        ledger = (orjson.loads(reading.reference(who, FILES, {}).body)["data"] or {}).get("ledger")
        for argument, column in columns.items():
            nodes = ledger["nodes"] if ledger else []
            hidden = [f for f in nodes if f[column] is None and real[f["childId"]][argument]]
            for file in hidden[:1]:
                value = real[file["childId"]][argument]
                body = orjson.loads(reading.reference(who, FOUND, {argument: value}).body)
                if "errors" in body:
                    asked[f"{argument} refused"] += 1
                    continue
                asked[argument] += 1
                found = {each["childId"] for each in body["data"]["ledger"]["nodes"]}
                assert file["childId"] not in found, (who.key, argument)
    assert min(asked[each] for each in ("name", "responsible", "tier refused")) > 0, asked


def work(reading: Reading, **given: Any) -> Any:
    unit = str(UNIT_BY_KEY["fj_township"].id)
    return told(reading, person("fj_township"), DONE, {"unit": unit, "first": 100, **given})


def late(task: Any) -> bool:
    return datetime.fromisoformat(task["completedAt"]) > datetime.fromisoformat(task["dueAt"])


def test_work_that_is_over_is_told_latest_first_page_by_page(reading: Reading) -> None:
    every = work(reading)["nodes"]
    assert len(every) > 3
    assert not any(task["isOpen"] for task in every)
    assert every == sorted(every, key=lambda t: (t["completedAt"], t["taskId"]), reverse=True)
    page = work(reading, first=2)
    rest = work(reading, after=page["pageInfo"]["endCursor"])
    assert page["nodes"] + rest["nodes"] == every


def test_work_is_narrowed_to_days_lateness_and_people(reading: Reading) -> None:
    every = work(reading)["nodes"]
    days = [local_date(datetime.fromisoformat(t["completedAt"])).isoformat() for t in every]
    since, until = min(days), min(days)
    within = [t for t, day in zip(every, days, strict=True) if day == since]
    assert work(reading, since=since, until=until)["nodes"] == within
    before = (date.fromisoformat(since) - timedelta(days=1)).isoformat()
    assert work(reading, until=before)["nodes"] == []
    assert work(reading, late=True)["nodes"] == [t for t in every if late(t)]
    assert work(reading, late=False)["nodes"] == [t for t in every if not late(t)]
    someone = next(t["namedPersonId"] for t in every if t["namedPersonId"])
    assert work(reading, person=someone)["nodes"] == [
        t for t in every if t["namedPersonId"] == someone
    ]


def test_what_is_over_is_read_along_its_days_however_much_there_is(seeded: Database) -> None:
    """A page of five years' work is no dearer than one of a week's, and neither is one of long ago. (So little as the
    demo has PostgreSQL would rather sort.)"""
    (statement,) = [s for s in explained(core(build()), DONE) if s.startswith("select")]
    with psycopg.connect(seeded.reader_dsn, options=f"{BY_KEY} -c enable_sort=off") as conn:
        told = conn.execute(f"explain (generic_plan) {statement}".encode()).fetchall()
    way = "\n".join(line for (line,) in told)
    assert "Index Scan Backward using work_item_owner_unit_id_completed_at" in way
    (bounds,) = [line for (line,) in told if "Index Cond: ((owner_unit_id = $1)" in line]
    assert bounds.count("completed_at") == 2
    assert "Sort" not in way


def test_a_cursor_of_the_open_work_is_none_of_what_is_over(reading: Reading) -> None:
    who, unit = person("fj_township"), str(UNIT_BY_KEY["fj_township"].id)
    text = "query ($unit: UUID!) { workQueue(unit: $unit, first: 1) { pageInfo { endCursor } } }"
    cursor = told(reading, who, text, {"unit": unit})["pageInfo"]["endCursor"]
    answer = reading.reference(who, DONE, {"unit": unit, "after": cursor})
    (error,) = orjson.loads(answer.body)["errors"]
    assert error["extensions"]["field"] == "after"
    assert reading.plan(who, DONE, {"unit": unit, "after": cursor}) is None
