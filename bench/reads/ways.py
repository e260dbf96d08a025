"""The ways of reading that are measured: how each is started, asked, and how its answer becomes comparable."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import orjson
from psycopg.conninfo import conninfo_to_dict

from bench.reads.operations import CARD, EVENTS, HEAD, LINE, LINES, PAGE, TASK, Operation
from ops.platform import Ways

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "bench" / "peers"
NODE = PEERS / "node_modules/.bin/node"
START_S = 240.0
TRIES, AGAIN_S = 5, 1.0
"""How often an answer is asked for of which a busy server says: try later. What is checked is what it says then."""

Body = Callable[[Operation, Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Way:
    """One server. ``body``: what is posted; ``plain``: from its ``data`` to that of Yidang."""

    name: str
    command: tuple[str, ...]
    operations: frozenset[str]
    body: Body
    plain: Callable[[str, Any], Any] = lambda _name, data: data


def graphql(operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
    """As Yidang is asked."""
    return {"query": operation.graphql, "variables": dict(given)}


def by_hand(operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
    """By the operation's name."""
    return {"operation": operation.name, "variables": dict(given)}


def _lines(count: int) -> str:
    return f"lines(first: {count}, orderBy: [POSITION_DESC]) {{ nodes {{ {LINE} }} }}"


def _tier_apart(fields: str) -> str:
    """The tier lies in a table of its own, which PostGraphile tells as a relation."""
    return fields.replace(" tier", f" {TIER} {{ tier }}")


TIER = "childP4ByChildId"
POSTGRAPHILE = {
    "Q1": f"query($id: UUID!) {{ child: childByChildId(childId: $id) {{ {_tier_apart(HEAD)} "
    f"workItems(orderBy: [IS_OPEN_DESC, DUE_AT_ASC, TASK_ID_ASC]) {{ nodes {{ {TASK} }} }} "
    f"{_lines(EVENTS)} }} }}",
    "Q2": f"query($unit: UUID!, $queue: String!) {{ workQueue: allWorkItems(first: {PAGE}, "
    "condition: {ownerUnitId: $unit, queue: $queue, isOpen: true}, "
    f"orderBy: [PRECEDENCE_ASC, DUE_AT_ASC, TASK_ID_ASC]) {{ nodes {{ {TASK} child {{ {_tier_apart(CARD)} }} "
    "} } }",
    "Q3": f"query($a: UUID!, $b: UUID!) {{ a: childByChildId(childId: $a) {{ {_lines(LINES)} }} "
    f"b: childByChildId(childId: $b) {{ {_lines(LINES)} }} }}",
}


def postgraphile(operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
    """In PostGraphile's own words."""
    return {"query": POSTGRAPHILE[operation.name], "variables": dict(given)}


def from_postgraphile(_name: str, data: Any) -> Any:
    """Its connections as Yidang tells them."""

    def child(one: Any) -> Any:
        told = {k: v for k, v in one.items() if k not in {"lines", "workItems", TIER}}
        if TIER in one:
            told |= one[TIER] or {"tier": None}
        if "workItems" in one:
            told["workItems"] = [task(t) for t in one["workItems"]["nodes"]]
        if "lines" not in one:
            return told
        lines = [n | {"position": int(n["position"])} for n in one["lines"]["nodes"]]
        return told | {"timeline": {"nodes": lines}}

    def task(one: Any) -> Any:
        told = one | {"escalation": int(one["escalation"])}
        return told | {"child": child(one["child"])} if one.get("child") else told

    if "workQueue" in data:
        return {"workQueue": {"nodes": [task(one) for one in data["workQueue"]["nodes"]]}}
    return {k: child(v) for k, v in data.items()}


def ways(admin: str, city: Ways, settings: Path) -> tuple[Way, ...]:
    """All ways to the ``city`` on the server of ``admin``; those of npm only where ``bench/peers`` is installed."""
    mine = frozenset({"Q1", "Q2", "Q3", "Q4", "Q5"})
    some = frozenset({"Q1", "Q2", "Q3"})
    serve = (sys.executable, "-m", "bench.reads.serve")
    made = [
        Way("hand", (*serve, "hand", admin), mine, by_hand),
        Way("yidang", (*serve, "yidang", admin), mine, graphql),
        Way("unjournaled", (*serve, "unjournaled", admin), mine, graphql),
        Way("apart", (*serve, "apart", admin), mine, graphql),
        Way("reference", (*serve, "reference", admin), mine, graphql),
        Way("idiomatic", (*serve, "idiomatic", admin), some, graphql),
    ]
    if NODE.exists():
        yoga = (str(NODE), str(PEERS / "yoga.mjs"), url(city.admin_dsn))
        peer = (str(NODE), str(PEERS / "postgraphile.mjs"), url(city.reader_dsn))
        made.append(Way("yoga", yoga, some, graphql))
        made.append(
            Way("postgraphile", (*peer, str(settings)), some, postgraphile, from_postgraphile)
        )
    return tuple(made)


def url(dsn: str) -> str:
    """A connection string that node's pg understands."""
    given = conninfo_to_dict(dsn)
    user, password = quote(str(given["user"])), quote(str(given.get("password", "")))
    host = quote(str(given["host"]), safe="")
    return f"postgresql://{user}:{password}@{host}:{given.get('port', 5432)}/{given['dbname']}"


@contextmanager
def serving(way: Way, port: int) -> Iterator[str]:
    """The way's server in its own process, until the block ends; gives its address."""
    with running(way, port) as (address, _pid):
        yield address


@contextmanager
def running(way: Way, port: int) -> Iterator[tuple[str, int]]:
    """As ``serving``, with the id of the process."""
    command = list(way.command)
    command.insert(len(command) - (1 if way.name == "postgraphile" else 0), str(port))
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "NODE_ENV": "production"})
    address = f"http://127.0.0.1:{port}/graphql"
    try:
        until = time.monotonic() + START_S
        while True:
            try:
                urlopen(Request(address, method="OPTIONS"), timeout=1)
                break
            except OSError as error:  # not there yet, or busy starting
                if getattr(error, "code", None) is not None:
                    break
                if time.monotonic() > until or process.poll() is not None:
                    raise RuntimeError(f"{way.name} did not start") from error
                time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # on a busy machine: what was measured stands
            process.kill()
            process.wait()


def ask(way: Way, address: str, body: Mapping[str, Any], token: str) -> Any:
    """The ``data`` of an answer, made comparable."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    sent = Request(address, data=orjson.dumps(body), headers=headers, method="POST")  # noqa: S310
    told = _answer(sent)
    for _ in range(TRIES):
        if told is not None:
            break
        time.sleep(AGAIN_S)
        told = _answer(sent)
    if told is None:
        raise RuntimeError(f"{way.name}: still busy")
    if "errors" in told:
        raise RuntimeError(f"{way.name}: {told['errors'][0]['message']}")
    return told["data"]


def _answer(sent: Request) -> Any:
    """The body of an answer; None where the server is busy and says so."""
    try:
        with urlopen(sent, timeout=20) as answer:  # noqa: S310 - loopback
            return orjson.loads(answer.read())
    except HTTPError as error:
        if error.code == HTTPStatus.SERVICE_UNAVAILABLE:
            return None
        return orjson.loads(error.read())


def comparable(value: Any) -> Any:
    """With moments as moments: their spelling differs (``.5`` and ``.500000``)."""
    if isinstance(value, dict):
        return {k: comparable(v) for k, v in value.items()}
    if isinstance(value, list):
        return [comparable(v) for v in value]
    if isinstance(value, str) and _MOMENT.match(value):
        return datetime.fromisoformat(value).timestamp()
    return value


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
