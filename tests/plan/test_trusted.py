"""Trusted documents: asked for by id, and by nothing else where that is required; what `explain document` says."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.explain_document import explain
from ops.settings import Refused, reads
from schema.transport import Settings
from schema.transport.trusted import (
    BadManifest,
    Trust,
    TrustedDocuments,
    document_id,
    manifest,
)
from tests.transport.world import HEADERS, running

HELLO = "query Hello($name: String!) { hello(name: $name) }"
OTHER = "{ number(whole: 3) }"
ID = document_id(HELLO)
QUEUE = 'query($u: UUID!) { workQueue(unit: $u, queue: "x") { nodes { taskId child { name } } } }'


def asked(trust: Trust, body: dict[str, Any], *, get: bool = False) -> tuple[int, dict[str, Any]]:
    """One request to a server that trusts HELLO."""
    settings = Settings(trusted=TrustedDocuments(trust, {ID: HELLO}))
    with running(settings) as server, httpx.Client(base_url=server.url, timeout=20) as client:
        if get:
            params = {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
            answer = client.get("/graphql", params=params, headers=HEADERS)
        else:
            answer = client.post("/graphql", json=body, headers=HEADERS)
        found: dict[str, Any] = answer.json()
        return answer.status_code, found


@pytest.mark.parametrize("trust", Trust)
@pytest.mark.parametrize("prefix", ["sha256:", ""], ids=["prefixed", "bare"])
@pytest.mark.parametrize("get", [False, True], ids=["post", "get"])
def test_a_document_is_asked_for_by_its_id(trust: Trust, prefix: str, *, get: bool) -> None:
    body = {"documentId": prefix + ID, "variables": {"name": "小禾"}}
    assert asked(trust, body, get=get) == (200, {"data": {"hello": "hello 小禾"}})


def test_a_trusted_document_may_hold_several_operations() -> None:
    text = f"{HELLO} query Three {OTHER}"
    settings = Settings(trusted=TrustedDocuments(Trust.REQUIRE, {document_id(text): text}))
    with running(settings) as server, httpx.Client(base_url=server.url, timeout=20) as client:
        body = {"documentId": document_id(text), "operationName": "Three"}
        answer = client.post("/graphql", json=body, headers=HEADERS)
        unnamed = client.post("/graphql", json=body | {"operationName": None}, headers=HEADERS)
    assert answer.json() == {"data": {"number": 3}}
    assert unnamed.json()["errors"][0]["extensions"]["field"] == "operationName"


@pytest.mark.parametrize("trust", Trust)
def test_an_unknown_id_is_refused(trust: Trust) -> None:
    status, answer = asked(trust, {"documentId": "sha256:" + "0" * 64})
    assert status == 422
    assert answer["errors"][0]["extensions"]["field"] == "documentId"


@pytest.mark.parametrize("body", [{"documentId": ID, "query": HELLO}, {"documentId": 7}])
def test_an_id_stands_instead_of_a_text(body: dict[str, Any]) -> None:
    status, answer = asked(Trust.OFF, body)
    assert status == 422
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_other_documents_run_are_noted_or_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    answers = {}
    for trust in Trust:
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="yidang.transport"):
            status, answer = asked(trust, {"query": OTHER})
        noted = [r for r in caplog.records if document_id(OTHER) in r.getMessage()]
        answers[trust] = (status, "data" in answer, bool(noted))
    assert answers == {
        Trust.OFF: (200, True, False),
        Trust.LOG: (200, True, True),
        Trust.REQUIRE: (403, False, False),
    }


def test_the_text_of_a_trusted_document_is_trusted() -> None:
    body = {"query": HELLO, "variables": {"name": "x"}}
    assert asked(Trust.REQUIRE, body)[0] == 200


def test_a_manifest_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps({"documents": {ID: HELLO}}), encoding="utf-8")
    assert manifest(path) == {ID: HELLO}
    wrongs: tuple[Any, ...] = ({"documents": {ID: OTHER}}, {"documents": []}, {}, [1])
    for wrong in wrongs:
        path.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(BadManifest):
            manifest(path)


def test_the_environment_says_how_reads_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps({"documents": {ID: HELLO}}), encoding="utf-8")
    chosen = reads(
        {"YIDANG_PLANS": "off", "YIDANG_DOCUMENTS": str(path), "YIDANG_DOCUMENTS_MODE": "require"},
        demo=False,
    )
    assert (chosen.planned, chosen.journaled) == (False, True)
    assert chosen.trusted == TrustedDocuments(Trust.REQUIRE, {ID: HELLO})


def test_the_journal_is_never_off_in_service() -> None:
    off = {"YIDANG_JOURNAL": "off"}
    for environ, demo in ((off, True), (off, False), (off | {"YIDANG_MEASURE": "on"}, False)):
        with pytest.raises(Refused):
            reads(environ, demo=demo)
    assert not reads(off | {"YIDANG_MEASURE": "on"}, demo=True).journaled


def test_explain_document_prints_the_plan_and_its_sql(tmp_path: Path) -> None:
    path = tmp_path / "queue.graphql"
    path.write_text(QUEUE, encoding="utf-8")
    for named in (str(path), "sha256:" + document_id(QUEUE)):
        lines: list[str] = []
        trusted = TrustedDocuments(Trust.OFF, {document_id(QUEUE): QUEUE})
        assert explain([named], trusted, lines.append) == 0
        text = "\n".join(lines)
        assert document_id(QUEUE) in text
        assert "from child where child.child_id = work_item.child_id" in text
        assert "= scope(child, P0)" in text


def test_explain_document_tells_of_each_operation(tmp_path: Path) -> None:
    path, lines = tmp_path / "two.graphql", list[str]()
    path.write_text(f"query A {QUEUE[5:]} mutation B {{ __typename }}", encoding="utf-8")
    assert explain([str(path)], TrustedDocuments(), lines.append) == 0
    text = "\n".join(lines)
    assert text.index("operation A") < text.index("compiled plan") < text.index("operation B")
    assert text.index("operation B") < text.index("executed by graphql-core")


def test_explain_document_says_what_a_resolver_works_out_and_why(tmp_path: Path) -> None:
    path, lines = tmp_path / "report.graphql", list[str]()
    path.write_text('{ report(code: "S-01", division: "x") { code } }', encoding="utf-8")
    explain([str(path)], TrustedDocuments(), lines.append)
    assert any("report" in line and "as of a day" in line for line in lines)


def test_explain_document_says_why_there_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "other.graphql"
    said = {
        '{ child(id: "x") { name } }': "invalid",
        "{ __schema { description } }": "no plan for Query.__schema",
        "mutation { __typename }": "executed by graphql-core",
    }
    for text, reason in said.items():
        path.write_text(text, encoding="utf-8")
        lines: list[str] = []
        explain([str(path)], TrustedDocuments(), lines.append)
        assert reason in "\n".join(lines)
    assert explain(["nothing"], TrustedDocuments(), print) == 2
