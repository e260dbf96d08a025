"""What everybody may know: which reports and queues there are, what they are called, and what is none."""

from __future__ import annotations

import asyncio
from typing import Any

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
    told = {q["code"]: q for q in asked(ALL).data["queues"]}
    assert list(told) == list(QUEUES)
    assert (told["Q-02"]["zh"], told["Q-02"]["en"]) == (
        "受理街道报告、线索",
        "Accept the report or clue made to the street",
    )
    assert told["Q-02"]["clauses"][0] == {
        "id": "CN2017-4.1-c",
        "quoteZh": "要在第一时间向公安机关报案或向所在街道(镇)报告",
    }
    assert all(q["zh"] and q["en"] and q["clauses"] for q in told.values())
