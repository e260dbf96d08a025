"""Every code that the API gives can be said in words: its column names a vocabulary, and that has both languages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLString, get_named_type, is_introspection_type

import schema.build
from domain.fields import camel, types_in
from domain.labels import Label, Term
from domain.rulebook import Rulebook
from domain.told_rules import TOLD, said_of, words_of
from projections.column_terms import COLUMN_TERMS, vocabularies_of
from projections.due import parameter_of
from projections.queues import due_by
from schema.objects import SHAPES
from schema.terms import vocabularies

pytestmark = pytest.mark.contract
SCHEMA = schema.build.build()
TERMS = "query ($names: [String!]) { terms(names: $names) { name zh en values { code zh en } } }"
CODED = re.compile(r"取值 · (\w+)$")
PLAIN = re.compile(r"\d+|P\d+[DWMY]|None")
"""A number, a period, or nothing: what is written out as it is."""
CHINESE = re.compile(r"[一-鿿、()]+")
WORDS = {
    "absence_dates", "actual_carer_name", "actual_carer_phone", "address", "answer", "assessment", "away_place",
    "called_name", "carer_name", "carer_phone", "child_name", "desk_contact", "education_support", "export_hash",
    "export_recipient", "export_scope", "facts_reported", "guardian_name", "household_note", "id_number",
    "judicial_support", "living_support", "medical_support", "meeting_place", "meeting_time", "members", "name",
    "need", "order_reason", "person_name", "phone", "placed_with", "plan_opinion", "question", "refusal_reason",
    "reporter_name", "safety_alert", "school_grade", "sealed_tier_reasons", "standard_version", "tier_reasons", "trail",
    "unit_name", "visit_notes", "welfare_support",
}  # fmt: skip
"""Columns that hold what somebody wrote, or a structure."""
OTHER_CODES = {
    "clauses",
    "division_id",
    "duty_period",
    "hukou_id",
    "incident_place_id",
    "queue",
    "residence_id",
}
"""Columns that hold codes which have their own read (queues, clause, divisions), or a period as it is written."""
SAID_BESIDE = {
    "AccessEntry.act": "its sentence, zh and en",
    "AnnualFigure.code": "zh and en",
    "AnnualFigure.cell": "cellZh and cellEn",
    "AnnualFigure.key": "zh and en",
    "AnnualFigure.split": "splitZh and splitEn",
    "AvailableAction.act": "zh and en",
    "AvailableAction.mutation": "zh and en",
    "ClauseRef.id": "quoteZh",
    "InvalidInput.code": "zh and en",
    "NotFoundOrForbidden.code": "zh and en",
    "QueueCount.queue": "queues { code zh en }",
    "QueueNamed.code": "zh and en",
    "ReportBreakdown.key": "zh and en",
    "ReportCell.cell": "zh and en",
    "ReportFigure.key": "zh and en",
    "ReportType.code": "zh and en",
    "RuleRefused.code": "zh and en",
    "RuleTold.values": "words { code zh en }",
    "TermValue.code": "zh and en",
    "TimelineLine.name": "zh and en",
    "TimelineValue.field": "zh and en",
    "VersionConflict.code": "zh and en",
}
"""Codes whose words stand beside them on the same type, or have a read of their own."""
NO_CODES = {
    "en", "zh", "cursor", "startCursor", "endCursor", "field", "quoteZh", "text", "sha256", "watermark", "figuresHash",
    "narrative", "policyVersion", "traceId", "fullName", "civilAffairsCode", "statisticsCode", "publicPhone",
    "publicHours", "definition", "section", "task", "lateBecause", "packs", "pack", "before", "after", "unit",
    "ReportReceipt.code", "Vocabulary.name", "splitZh", "splitEn", "cellZh", "cellEn",
}  # fmt: skip
"""What is no code of the field: words, marks of a page or a file, versions, numbers in a text, keys of a figure."""


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


def told_in_words() -> Iterator[tuple[str, str]]:
    """Every field of the API that tells text and is no column, with its description."""
    for kind in schema.build.core(SCHEMA).type_map.values():
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind):
            columns = SHAPES[kind.name].values if kind.name in SHAPES else {}
            for name, field in kind.fields.items():
                if get_named_type(field.type) is GraphQLString and name not in columns:
                    yield f"{kind.name}.{name}", str(field.description)


def test_every_other_field_of_codes_names_the_vocabulary_that_says_them() -> None:
    fields, plain = dict(told_in_words()), NO_CODES | {camel(name) for name in WORDS | OTHER_CODES}
    assert SAID_BESIDE.keys() - fields.keys() == set(), "a field that is gone is not kept here"
    coded = {
        where: CODED.search(said)
        for where, said in fields.items()
        if where not in SAID_BESIDE and not {where, where.partition(".")[2]} & plain
    }
    assert {where for where, said in coded.items() if said is None} == set()
    assert {said[1] for said in coded.values() if said} <= vocabularies().keys()


def test_whatever_may_be_a_task_s_basis_or_a_unit_s_duty_has_words() -> None:
    packs = Rulebook.load().all_packs
    duties = {d for p in packs if (d_of := p.provisions.get("periodic_duties")) for d in d_of.value}
    assert duties == vocabularies()["UnitDuty"].codes.keys()
    bases = vocabularies()["DueBasis"].codes
    assert bases["contact_interval_normal · text"] == Label(
        "一般联系周期(文件规定)", "Contact interval normal (Laid down by a text)"
    )
    assert {parameter_of(basis) for basis in bases} == set(due_by())


def test_whatever_people_are_told_of_the_rules_has_words_where_it_is_coded() -> None:
    packs, looked = Rulebook.load().all_packs, 0
    for name in TOLD:
        for value in (p.provisions[name].value for p in packs if name in p.provisions):
            codes = {word for word in words_of(value) if not PLAIN.fullmatch(word)}
            assert codes <= said_of(name, value).keys(), name
            looked += len(codes)
    assert looked > len(TOLD)


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
