"""Negative list 41 and 66: what people send and what they are called is in no log line and in no error of the server.

A real server process with every logger at DEBUG is sent identities by every door, in requests that succeed, fail and
cannot be read. Nothing of it may stand in what the process wrote.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import monotonic, time
from uuid import uuid4

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from authz.signin import DemoIssuer
from ops.client import mutation_document, wire
from ops.demo_world import BY_KEY, OUYING, UNIT_BY_KEY, division
from ops.server import AUDIENCE
from tests.database import Database, Postgres, database_of
from tests.journeys.world import SECRETS

ROOT = Path(__file__).parents[2]
PROGRAM = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
logging.getLogger("program").debug("everything is written down")
import app
sys.exit(app.main(["serve", "all"]))
"""
START_S, STOP_S = 300.0, 120.0
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"


class Planted:
    """Makes identities that stand nowhere else, and remembers them: names, numbers, addresses, words about a child."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.all: list[str] = []

    def _new(self, text: str) -> str:
        self.all.append(text)
        return text

    def name(self) -> str:
        n = next(self._numbers)
        return self._new(f"{SURNAMES[n % len(SURNAMES)]}植{n:04d}入")

    def latin(self) -> str:
        return self._new(f"planted{next(self._numbers):04d}Name")

    def id_number(self) -> str:
        """With its check character (GB 11643)."""
        first = f"50023620150601{next(self._numbers):03d}"
        weighed = sum(int(d) * 2 ** (17 - i) for i, d in enumerate(first))
        return self._new(first + "10X98765432"[weighed % 11])

    def phone(self) -> str:
        return self._new(f"1390000{next(self._numbers):04d}")

    def address(self) -> str:
        return self._new(f"植入街{next(self._numbers):04d}号")


@dataclass
class Served:
    """The process under test: where it answers, tokens for it, and all that it wrote."""

    url: str
    database: Database
    log: Path
    issuer: DemoIssuer
    client: httpx.Client

    def token(self, key: str) -> str:
        who = BY_KEY[key]
        now = datetime.fromtimestamp(time(), UTC)
        return self.issuer.mint(who.id, who.assignment_id, who.purpose, now)

    def headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(key)}", "Content-Type": "application/json"}

    def post(self, key: str, body: object) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"{self.url}/graphql", content=content, headers=self.headers(key))


@contextmanager
def server_process(database: Database, folder: Path) -> Iterator[Served]:
    """``yidang serve all`` in a process of its own, with its standard error in a file."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    keys = {
        f"YIDANG_{name.upper()}": base64.b64encode(getattr(SECRETS, name)).decode()
        for name in ("master_key", "scope_key", "token_key")
    }
    environ = {
        **os.environ,
        **keys,
        "YIDANG_WRITER_PASSWORD": SECRETS.writer_password,
        "YIDANG_READER_PASSWORD": SECRETS.reader_password,
        "YIDANG_DATABASE_URL": database.admin_dsn,
        "YIDANG_STATE": str(folder),
        "YIDANG_PORT": str(port),
        "YIDANG_MODE": "demo",
        "PYTHONASYNCIODEBUG": "1",
    }
    url, log = f"http://127.0.0.1:{port}", folder / "server.log"
    with log.open("wb") as told:
        command = [sys.executable, "-c", PROGRAM]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=told, stderr=told)
        try:
            _until_ready(url, process)
            issuer = DemoIssuer(
                demo=True, host="127.0.0.1", audience=AUDIENCE, seed=SECRETS.token_key
            )
            with httpx.Client(timeout=120) as client:
                yield Served(url, database, log, issuer, client)
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            finally:
                process.kill()  # one that does not end keeps its database from being dropped


def _until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    ends, pause = monotonic() + START_S, threading.Event()
    while monotonic() < ends and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/readyz", timeout=START_S).status_code == 200:
                return
        pause.wait(0.1)
    pytest.fail("the server did not become ready")


def good_requests(served: Served, planted: Planted) -> None:
    """Commands and queries that succeed, with identities in variables, literals, aliases and names."""
    opened = mutation_document("openChildFile")
    for _ in range(5):
        name = planted.name()
        given = {
            "child_name": name,
            "sex": "FEMALE",
            "birth_on": "2015-06-01",
            "id_number": planted.id_number(),
            "residence": division(OUYING),
            "residence_address": planted.address(),
            "area_type": "RURAL",
            "hukou": division(OUYING),
            "hukou_kind": "AGRICULTURAL",
            "school_unit_id": str(UNIT_BY_KEY["fj_school"].id),
            "responsible_person_id": str(BY_KEY["fj_director"].id),
        }
        variables = wire({"commandId": str(uuid4()), "input": given})
        answer = served.post("fj_director", {"query": opened, "variables": variables}).json()
        outcome = answer["data"]["outcome"]
        assert outcome["__typename"] == "CommandDone", outcome
        child = outcome["id"]
        guardian = {
            "relation": "MOTHER",
            "guardian_name": planted.name(),
            "guardian_phone": planted.phone(),
        }
        variables = {"commandId": str(uuid4()), "id": child, "expectedVersion": 1}
        document = mutation_document("recordGuardian")
        served.post(
            "fj_director", {"query": document, "variables": variables | {"input": wire(guardian)}}
        )
        alias, operation = planted.latin(), planted.latin()
        query = f'query {operation} {{ {alias}: child(id: "{child}") {{ name idNumber }} }}'
        seen = served.post("fj_director", {"query": query, "operationName": operation}).json()
        assert seen["data"][alias]["name"] == name


def failing_requests(served: Served, planted: Planted) -> None:
    """Requests that are refused by validation, by a rule, by the gate, by a scalar, by the database."""
    for _ in range(5):
        queries = [
            f'{{ child(id: "{planted.name()}") {{ name }} }}',
            f"{{ child(id: 1) {{ {planted.latin()} }} }}",
            f"query ($x: {planted.latin()}) {{ viewer {{ role }} }}",
            f"fragment {planted.latin()} on Child {{ name }} {{ viewer {{ role }} }}",
            f'{{ viewer {{ role @include(if: "{planted.name()}") }} }}',
            f'{{ rulesInForce(place: "{planted.address()}") {{ on }} }}',
            f'{{ accessJournal(subject: "{uuid4()}", after: "{planted.latin()}") {{ nodes {{ on }} }} }}',
            f'{{ clause(id: "{planted.name()}") {{ id }} }}',
            f"{{ viewer {{ role }} # {planted.name()}\n",
        ]
        for query in queries:
            served.post("fj_director", {"query": query})
        variables = {"commandId": planted.name(), "input": {"childName": planted.name()}}
        document = mutation_document("openChildFile")
        served.post("fj_director", {"query": document, "variables": variables})
        served.post("cm_director", {"query": document, "variables": variables})
    with psycopg.connect(served.database.admin_dsn, autocommit=True) as admin:
        admin.execute("alter function sec.note rename to note_away")
        query = f'query {planted.latin()} {{ child(id: "{uuid4()}") {{ name }} }}'
        assert served.post("fj_director", {"query": query}).json()["errors"]
        admin.execute("alter function sec.note_away rename to note")


def unreadable_requests(served: Served, planted: Planted) -> None:
    """Bodies, addresses, headers and tokens that make no sense."""
    url = f"{served.url}/graphql"
    for _ in range(3):
        text = planted.name()
        for body in (
            f'{{"query": "{text}'.encode(),
            f'"{text}"'.encode(),
            f'{{"query": "{{a}}", "query": "{text}"}}'.encode(),
            f'{{"query": "{{a}}", "variables": "{text}"}}'.encode(),
            text.encode("gbk"),
            b"\xff\xfe" + text.encode(),
            text.encode() * 100_000,
        ):
            served.post("fj_director", body)
        latin = planted.latin()
        client, own = served.client, served.headers("fj_director")
        client.get(url, params={"query": f"{{ {latin} }}", planted.latin(): "x"}, headers=own)
        client.get(f"{url}/{latin}")
        client.request(latin.upper()[:7] + "X", url)
        for header in (
            {"Content-Type": f"text/{latin}"},
            {"Origin": f"https://{latin}.example"},
            {"X-User-Name": planted.latin()},
        ):
            client.post(url, content=b'{"query": "{a}"}', headers=own | header)
        claims = base64.urlsafe_b64encode(json.dumps({"name": planted.name()}).encode()).decode()
        for token in (planted.latin(), f"{claims}.{claims}.x", f"a.{planted.latin()}.b"):
            client.post(url, json={"query": "{a}"}, headers={"Authorization": f"Bearer {token}"})


def over_sockets(served: Served, planted: Planted) -> None:
    """The same over a WebSocket, in messages that are understood and in such that close it."""
    url = served.url.replace("http", "ws", 1) + "/graphql"
    hello = {
        "type": "connection_init",
        "payload": {"Authorization": f"Bearer {served.token('fj_director')}"},
    }
    for _ in range(3):
        messages = [
            {
                "type": "subscribe",
                "id": planted.latin(),
                "payload": {"query": f"{{ {planted.latin()} }}"},
            },
            {
                "type": "subscribe",
                "id": "1",
                "payload": {
                    "query": f'subscription {planted.latin()} {{ workQueue(unit: "{uuid4()}", queue: '
                    f'"{planted.name()}") {{ kind }} }}'
                },
            },
            {"type": planted.latin(), "payload": planted.name()},
        ]
        with (
            connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as ws,
            suppress(ConnectionClosed),
        ):
            ws.send(json.dumps(hello))
            for message in messages:
                ws.send(json.dumps(message))
            until = monotonic() + STOP_S
            while True:
                ws.recv(timeout=until - monotonic())
        with (
            connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as ws,
            suppress(ConnectionClosed),
        ):
            ws.send(planted.name())
            ws.recv(timeout=STOP_S)


def test_a_server_at_debug_writes_down_nobody(
    postgres: Postgres, founded_template: Database, tmp_path: Path
) -> None:
    planted = Planted()
    with (
        database_of(postgres, founded_template.name) as database,
        server_process(database, tmp_path) as served,
    ):
        good_requests(served, planted)
        failing_requests(served, planted)
        unreadable_requests(served, planted)
        over_sockets(served, planted)
        figures = httpx.get(f"{served.url}/metrics", timeout=STOP_S).text
    assert 'yidang_commands_total{outcome="CommandDone"} ' in figures
    for text in (*planted.all, *(who.name for who in BY_KEY.values())):
        assert text.lower() not in figures.lower()
    written = served.log.read_text(encoding="utf-8", errors="replace")
    assert "DEBUG program everything is written down" in written, "the capture works"
    assert "code=INTERNAL" in written, "a failure is on record, by its kind and place"
    assert "Traceback" not in written
    assert len(planted.all) >= 100
    lines = written.splitlines()
    found = {text: line for text in planted.all for line in lines if text.lower() in line.lower()}
    assert found == {}
    for people in ("冉秋萍", "牟晓琴"):  # and nobody of the demo, whose tokens these were
        assert people not in written
