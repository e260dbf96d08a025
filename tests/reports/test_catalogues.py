"""What everybody may know: which reports and queues there are, what they are called, and what is none."""

from __future__ import annotations

import asyncio
from typing import Any

from domain.clauses import clause
from projections.queues import QUEUES
from schema.build import build

SCHEMA = build()
REPORT = 'query ($code: String!) { report(code: $code, division: "500236000000") { code } }'
ALL = "{ queues { code zh en clauses { id quoteZh } } }"


def asked(query: str, **given: Any) -> Any:
    """The answer; no row is read for it."""
    return asyncio.run(SCHEMA.execute(query, variable_values=given))


def test_a_code_of_no_report_is_said_to_be_none() -> None:
    (error,) = asked(REPORT, code="S-99").errors
    said = error.original_error
    assert (said.code, said.field) == ("BAD_USER_INPUT", "code")
    assert ("没有这个报表" in said.zh, "There is no such report" in said.en) == (True, True)


def test_every_queue_is_told_by_name_with_the_words_of_its_clauses() -> None:
    told = [
        (q["code"], q["zh"], q["en"], {c["id"]: c["quoteZh"] for c in q["clauses"]})
        for q in asked(ALL).data["queues"]
    ]
    assert told == [
        (q.code, q.zh, q.en, {c: clause(c).quote_zh for c in q.every_clause})
        for q in QUEUES.values()
    ]
    assert all(zh and en and clauses for _, zh, en, clauses in told)
