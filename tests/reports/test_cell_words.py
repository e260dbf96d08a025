"""Whatever a cell of a report stands for is called something: a screen shows words, not codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from domain.divisions import Divisions
from domain.fields import types_in
from domain.kernel import EVENTS
from domain.labels import Label, Term
from projections.reports.catalogue import REPORTS
from projections.reports.catalogue_of_children import AGE, GROUP
from projections.reports.counted import HAPPENS
from projections.reports.grammar import (
    AGE_BAND,
    DIVISION_IDS,
    DOORS,
    EVENT_NAMES,
    REPORT_ACTS,
    UNIT_IDS,
    Figure,
    Split,
)
from schema.cell_words import CellWords
from schema.terms import vocabularies
from tests.dsl import an_id

NO_VOCABULARY = {AGE_BAND, DIVISION_IDS, DOORS, EVENT_NAMES, REPORT_ACTS, UNIT_IDS}
SPLITS = [
    pytest.param(figure, split, id=f"{report.code}.{figure.key}.{split.key}")
    for report in REPORTS.values()
    for figure in report.figures
    for split in figure.by
]
TOLD = {one.event: one for one in HAPPENS}
WORDS = CellWords((3, 6, 12, 16), Divisions.load(), lambda _sql, _given: [])


@pytest.mark.parametrize(("figure", "split"), SPLITS)
def test_a_breakdown_names_the_vocabularies_its_cells_are_of(figure: Figure, split: Split) -> None:
    assert split.terms
    assert set(split.terms) <= NO_VOCABULARY | vocabularies().keys()
    for name in re.findall(r"'(\w+\.\w+)'", figure.where):
        if "cells" in split.cell and name in TOLD:
            assert codes_of(name) & set(split.terms), f"{name} holds {codes_of(name)}"


def codes_of(event: str) -> set[str]:
    """The vocabularies of what a report is told of an event."""
    told = {TOLD[event].cell, TOLD[event].of} - {None}
    specs = [s for s in EVENTS[event].specs if s.name in told]
    kinds = [t for s in specs for t in types_in(s.type)]
    return {k.__name__ for k in kinds if isinstance(k, type) and issubclass(k, Term)}


def test_bands_of_age_have_ends() -> None:
    said = WORDS.said(AGE, ["0", "1", "4", "UNKNOWN"])
    assert [w.zh for w in said.values()] == ["0至2周岁", "3至5周岁", "16周岁及以上", "不详"]


def test_a_cell_of_several_groups_names_each() -> None:
    assert WORDS.said(GROUP, ["LBC+CID"])["LBC+CID"].zh == "留守儿童、困境儿童"


def test_a_code_that_is_no_more_is_its_own_word() -> None:
    assert WORDS.said(GROUP, ["GONE"])["GONE"] == Label("GONE", "GONE")
    assert WORDS.said(AGE, ["5"])["5"] == Label("5", "5"), "a band of rules that had more of them"


def test_the_units_of_a_breakdown_are_looked_up_at_once() -> None:
    school = Split("school", "学校", "School", "f.unit_id::text", terms=(UNIT_IDS,))
    schools = [str(an_id("one")), str(an_id("other")), str(an_id("gone"))]
    asked = []

    def ask(_sql: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        asked.append(given["ids"])
        return [{"id": each, "unit_name": f"第{n}小学"} for n, each in enumerate(schools[:2])]

    words = replace(WORDS, ask=ask).each([(school, s) for s in schools] + [(AGE, "0")])
    assert asked == [schools]
    said = {cell: label.zh for (_, cell), label in words.items()}
    assert said == {
        schools[0]: "第0小学",
        schools[1]: "第1小学",
        schools[2]: schools[2],
        "0": "0至2周岁",
    }
