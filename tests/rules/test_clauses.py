"""The clause table: complete, quoted, and strict about ids that no text has."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from domain.clauses import CLAUSES, DOCUMENTS, UnknownClause, clause
from domain.extract_clauses import dump, extract, main

TABLE = Path(__file__).parents[2] / "domain" / "clauses.json"
ROW = {
    "id": "SH2020-4.2-g",
    "quote_zh": " 就近护送 ",
    "actor": "Police",
    "trigger": "Parents unreachable",
    "obligation": "Escort the child",
    "limit": "—",
    "system": "offer destinations",
    "group": "EMER",
    "kind": "SYSTEM",
}


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        ("SH2020", {"SYSTEM": 53, "RECORD": 47, "CONTEXT": 16}),
        ("CQ2016", {"SYSTEM": 55, "RECORD": 63, "CONTEXT": 30}),
        ("CN2017", {"SYSTEM": 69, "RECORD": 37, "CONTEXT": 15}),
        ("CQ2024", {"SYSTEM": 44, "RECORD": 42, "CONTEXT": 24}),
        ("SH2024", {"SYSTEM": 41, "RECORD": 34, "CONTEXT": 10}),
    ],
)
def test_the_table_has_every_row_of_the_matrix(document: str, kinds: dict[str, int]) -> None:
    rows = [c for c in CLAUSES.values() if c.document == document]
    assert Counter(c.kind for c in rows) == kinds
    assert all(c.quote_zh and c.obligation and c.group for c in rows)


def test_there_are_580_clauses_of_five_documents() -> None:
    assert len(CLAUSES) == 580
    assert {c.document for c in CLAUSES.values()} == set(DOCUMENTS)


@pytest.mark.clause("SH2020-6-b", "CN2017-0-a", "CQ2016-7-c", "CQ2024-0-a")
def test_a_document_has_the_days_its_text_states() -> None:
    stated = {code: (d.issued_on, d.adopted_on) for code, d in DOCUMENTS.items()}
    assert stated == {
        "CQ2016": (date(2016, 6, 30), None),
        "CN2017": (date(2017, 8, 21), date(2017, 7, 31)),
        "SH2020": (date(2020, 12, 14), None),
        "SH2024": (None, None),
        "CQ2024": (date(2024, 6, 14), None),
    }


def test_a_clause_is_read_by_its_id() -> None:
    one = clause("SH2020-4.2-g")
    assert (one.document, one.section, one.group, one.kind) == ("SH2020", "4.2", "EMER", "SYSTEM")
    assert "就近护送至其他近亲属" in one.quote_zh


def test_sections_of_three_numbers() -> None:
    assert clause("CN2017-4.4.3-b").section == "4.4.3"


@pytest.mark.parametrize("wrong", ["", "SH2020-4.2", "SH2020-9.9-z", "sh2020-4.2-g"])
def test_an_id_that_no_text_has_is_refused(wrong: str) -> None:
    with pytest.raises(UnknownClause) as refused:
        clause(wrong)
    assert refused.value.clause_id == wrong


def test_documents_are_named_as_officials_name_them() -> None:
    assert DOCUMENTS["SH2020"].number == "沪府规〔2020〕29号"
    assert DOCUMENTS["SH2020"].name_zh.endswith("的实施意见》（沪府规〔2020〕29号）")
    assert DOCUMENTS["CN2017"].issued_on == date(2017, 8, 21)
    assert DOCUMENTS["CQ2024"].issuer == "重庆市人民政府办公厅"


def test_what_a_text_does_not_state_about_itself_stays_empty() -> None:
    plan = DOCUMENTS["SH2024"]
    assert (plan.number, plan.issuer, plan.issued_on) == (None, None, None)
    assert plan.name_zh.endswith("》")


def test_extraction_keeps_the_cited_fields_and_adds_the_document() -> None:
    assert extract([ROW]) == [
        {
            "id": "SH2020-4.2-g",
            "document": "SH2020",
            "quote_zh": "就近护送",
            "actor": "Police",
            "obligation": "Escort the child",
            "limit": "—",
            "group": "EMER",
            "kind": "SYSTEM",
        }
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [ROW, ROW],
        [ROW | {"quote_zh": "  "}],
        [ROW | {"kind": "MAYBE"}],
        [ROW | {"id": "BJ2020-1-a"}],
    ],
    ids=["twice", "no quote", "no kind", "no document"],
)
def test_a_broken_matrix_is_refused(rows: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError, match=rows[0]["id"]):
        extract(rows)


def test_the_command_writes_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matrix, table = tmp_path / "requirements.json", tmp_path / "clauses.json"
    matrix.write_text(json.dumps([ROW]), encoding="utf-8")
    main([str(matrix), str(table)])
    assert json.loads(table.read_text(encoding="utf-8")) == extract([ROW])
    assert "1 clauses" in capsys.readouterr().out


@pytest.mark.contract
def test_the_committed_table_is_what_the_extraction_writes() -> None:
    text = TABLE.read_text(encoding="utf-8")
    rows = json.loads(text)
    assert text == dump(extract(rows))
