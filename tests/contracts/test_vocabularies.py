"""Every code that the API gives can be said in words: its column names a vocabulary, and that has both languages."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

import schema.build
from domain.fields import types_in
from domain.labels import Term
from projections.column_terms import COLUMN_TERMS, vocabularies_of
from schema.objects import SHAPES
from schema.terms import vocabularies

pytestmark = pytest.mark.contract
SCHEMA = schema.build.build()
TERMS = "query ($names: [String!]) { terms(names: $names) { name zh en values { code zh en } } }"
CHINESE = re.compile(r"[一-鿿、()]+")
WORDS = {
    "absence_dates", "actual_carer_name", "actual_carer_phone", "address", "answer", "assessment", "away_place",
    "called_name", "carer_name", "carer_phone", "child_name", "desk_contact", "education_support", "export_hash",
    "export_recipient", "export_scope", "facts_reported", "guardian_name", "household_note", "id_number",
    "judicial_support", "living_support", "medical_support", "meeting_place", "meeting_time", "members", "name",
    "need", "order_reason", "person_name", "phone", "placed_with", "plan_opinion", "question", "refusal_reason",
    "reporter_name", "safety_alert", "school_grade", "standard_version", "tier_reasons", "trail", "unit_name",
    "visit_notes", "welfare_support",
}  # fmt: skip
"""Columns that hold what somebody wrote, or a structure."""
OTHER_CODES = {
    "cause_stream", "clauses", "division_id", "due_basis", "duty_code", "duty_period", "existence", "hukou_id",
    "incident_place_id", "queue", "residence_id",
}  # fmt: skip
"""Columns that hold codes which have their own read (queues, clause, divisions) or are the platform's own."""


def asked(names: list[str] | None = None) -> Any:
    """The vocabularies as the API tells them; no row is read for it."""
    answer = asyncio.run(SCHEMA.execute(TERMS, variable_values={"names": names}))
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return answer.data["terms"]


def test_every_column_of_text_holds_words_or_names_a_vocabulary() -> None:
    columns = [(s.model, spec) for s in SHAPES.values() for spec in s.columns.values()]
    texts = [(m, spec) for m, spec in columns if str in types_in(spec.type)]
    assert len(texts) > len(WORDS)
    said = {f"{m.table}.{x.name}" for m, x in texts if vocabularies_of(m, x)}
    plain = {f"{m.table}.{x.name}" for m, x in texts if x.name in WORDS | OTHER_CODES}
    assert {f"{m.table}.{x.name}" for m, x in texts} - said - plain == set()
    assert said & plain == set()
    assert COLUMN_TERMS.keys() - said == set(), "a column that is gone is not kept here"


def test_every_vocabulary_a_column_names_is_told_in_both_languages() -> None:
    told = {one["name"]: one["values"] for one in asked()}
    named = {
        n for s in SHAPES.values() for x in s.columns.values() for n in vocabularies_of(s.model, x)
    }
    assert named <= told.keys()
    assert all(v["code"] and v["zh"] and v["en"] for values in told.values() for v in values)
    assert [one["name"] for one in asked(["Stage", "Tier", "nothing"])] == ["Stage", "Tier"]


def ours() -> list[type[Term]]:
    """Every vocabulary that the code declares."""
    kinds, met = list[type[Term]](Term.__subclasses__()), set[type[Term]]()
    while kinds:
        met.add(kind := kinds.pop())
        kinds += kind.__subclasses__()
    return [kind for kind in met if not kind.__module__.startswith("tests.")]


def test_no_two_vocabularies_have_one_name() -> None:
    assert len({kind.__name__ for kind in ours()}) == len(ours())
    assert {kind.__name__ for kind in ours()} <= vocabularies().keys()


def test_a_vocabulary_has_a_name_of_record_and_says_what_it_is_for() -> None:
    named = asked([kind.__name__ for kind in ours()])
    assert {v["name"] for v in named if not (CHINESE.fullmatch(v["zh"]) and v["en"])} == set()
