"""Random operations give the same bytes, and the same journal, by plan and by graphql-core."""

from __future__ import annotations

import orjson
import pytest

from domain.clauses import CLAUSES
from ops.demo_world import PEOPLE, UNIT_BY_KEY, DemoPerson
from tests.dsl import an_id
from tests.plan.conftest import Reading
from tests.plan.operations import Drawing, Known

ROUNDS = 12
EACH = 40
"""Operations a round: several hundred in all."""
ROLES = [p for p in PEOPLE if p.key.startswith(("fj_", "cn_", "auditor", "citizen"))]


@pytest.fixture(scope="module")
def known(reading: Reading) -> Known:
    """What there is to be asked for, and something that is not."""
    found = Known(
        children=[*reading.ids("select child_id from read.child order by 1"), an_id("nobody")],
        cases=[*reading.ids("select case_id from read.case_file order by 1"), an_id("no case")],
        units=[UNIT_BY_KEY[k].id for k in ("fj_township", "fj_village", "fj_police", "cn_township")],
        queues=[
            str(q) for q in reading.ids("select distinct queue from read.work_item order by 1")
        ],
        clauses=[*sorted(CLAUSES)[:5], "none"],
    )
    found.cursors = cursors(reading, found)
    return found


def cursors(reading: Reading, known: Known) -> dict[str, list[str]]:
    """Cursors of real pages."""
    out: dict[str, list[str]] = {}
    for who in ROLES[:6]:
        texts = [
            f'{{ child(id: "{c}") {{ timeline(first: 3) {{ edges {{ cursor }} }} }} }}'
            for c in known.children[:4]
        ]
        texts += ["{ viewer { caseload(first: 4) { edges { cursor } } } }"]
        texts += [
            f'{{ workQueue(unit: "{u}", queue: "{q}", first: 3) {{ edges {{ cursor }} }} }}'
            for u in known.units[:2]
            for q in known.queues[:6]
        ]
        for text in texts:
            data = orjson.loads(reading.reference(who, text, {}).body)["data"] or {}
            (top,) = data.values()
            page = (top or {}).get("timeline") or (top or {}).get("caseload") or top or {}
            kind = {"timeline": "TimelineLineConnection", "caseload": "ChildConnection"}
            name = next((kind[k] for k in kind if k in text), "WorkItemConnection")
            out.setdefault(name, []).extend(e["cursor"] for e in page.get("edges", []))
    return out


def both(reading: Reading, who: DemoPerson, text: str, variables: dict[str, object]) -> bool:
    """Whether there was a plan; both answers are compared."""
    planned = reading.plan(who, text, variables)
    assert not reading.plans.faults, (who.key, text, variables)
    if planned is None:
        return False
    reference = reading.reference(who, text, variables)
    assert planned.body == reference.body, (who.key, text, variables)
    assert planned.journal == reference.journal, (who.key, text, variables)
    return True


@pytest.mark.parametrize("number", range(ROUNDS))
def test_random_operations(reading: Reading, known: Known, number: int) -> None:
    planned = 0
    for i in range(EACH):
        seed = number * EACH + i
        drawn = Drawing(reading.schema, known, seed).operation()
        planned += both(reading, ROLES[seed % len(ROLES)], drawn.text, drawn.variables)
    assert planned > EACH / 2, "most operations of this kind have plans"
