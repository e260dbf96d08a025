"""Whatever a signed-in client sends, the answer is a coded 4xx: never 5xx, never a leak."""

import gzip
import json
import re
import socket
from typing import NamedTuple

import httpx
import pytest

from .world import HEADERS, ORIGIN, SECRET, Running

JSON = {"Content-Type": "application/json"}
LEAKS = re.compile(
    rb"Traceback|File \"|\.py|RuntimeError|ValueError|RecursionError|codec|graphql\.|orjson|JSONDecode|"
    + SECRET.encode()
)


class Bad(NamedTuple):
    """A request and the statuses that are right for it."""

    name: str
    status: int
    body: bytes = b""
    method: str = "POST"
    headers: dict[str, str] = JSON
    url: str = "/graphql"


def query(text: str, **more: object) -> bytes:
    return json.dumps({"query": text, **more}).encode()


def raw_variables(text: str) -> bytes:
    return b'{"query":"query($a:Int){number(whole:$a)}","variables":{"a":' + text.encode() + b"}}"


OK = query("{hello}")
LONG = "9" * 5_000
NESTED = "{again{hello}}"

BODIES = [
    Bad("empty", 400),
    Bad("nonsense", 400, b"NONSENSE"),
    Bad("cut off", 400, b'{"query":'),
    Bad("null", 400, b"null"),
    Bad("array", 400, b"[" + OK + b"]"),
    Bad("empty array", 400, b"[]"),
    Bad("string", 400, b'"{hello}"'),
    Bad("number", 400, b"5"),
    Bad("true", 400, b"true"),
    Bad("invalid UTF-8", 400, b'{"query":"\xff\xfe"}'),
    Bad("overlong UTF-8", 400, b'{"query":"\xc0\xaf"}'),
    Bad("UTF-16", 400, OK.decode().encode("utf-16")),
    Bad("GBK", 400, '{"query":"{hello(name:\\"儿童\\")}"}'.encode("gbk")),
    Bad("byte order mark", 400, b"\xef\xbb\xbf" + OK),
    Bad("NUL escaped in query", 400, b'{"query":"{hello}\\u0000"}'),
    Bad("NUL raw", 400, b'{"query":"{hello}\x00"}'),
    Bad("NUL in a variable", 400, query("query($n:String){hello(name:$n)}", variables={"n": "\0"})),
    Bad("NUL in a name", 400, query("{hello}", variables={"a\0": 1})),
    Bad("lone high surrogate", 400, b'{"query":"{hello}","variables":{"n":"\\ud840"}}'),
    Bad("lone low surrogate", 400, b'{"query":"{hello}","variables":{"n":"\\udc00"}}'),
    Bad("surrogate in query", 400, b'{"query":"{hello}\\ud800"}'),
    Bad(
        "deep arrays", 400, b'{"query":"{hello}","variables":{"a":' + b"[" * 20_000 + b"]" * 20_000
    ),
    Bad("deep objects", 400, b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    Bad("900 levels", 400, raw_variables("[" * 900 + "]" * 900)),
    Bad("60 levels", 400, raw_variables("[" * 60 + "]" * 60)),
    Bad("5,000 digits", 400, raw_variables(LONG)),
    Bad("400 digits", 400, raw_variables("9" * 400)),
    Bad("5,000 digits negative", 400, raw_variables("-" + LONG)),
    Bad("NaN", 400, raw_variables("NaN")),
    Bad("Infinity", 400, raw_variables("Infinity")),
    Bad("-Infinity", 400, raw_variables("-Infinity")),
    Bad("1e400", 400, raw_variables("1e400")),
    Bad("hexadecimal", 400, raw_variables("0x10")),
    Bad("leading zero", 400, raw_variables("007")),
    Bad("duplicate query", 400, b'{"query":"{hello}","query":"{who}"}'),
    Bad("duplicate variable", 400, b'{"query":"{hello}","variables":{"a":1,"a":2}}'),
    Bad("trailing comma", 400, b'{"query":"{hello}",}'),
    Bad("two values", 400, OK + OK),
    Bad("single quotes", 400, b"{'query':'{hello}'}"),
    Bad("control character", 400, b'{"query":"{hello}\x01"}'),
    Bad("over 1 MB", 413, query("{hello}" + " " * 1_000_000)),
    Bad("no query", 422, b"{}"),
    Bad("misspelt", 422, b'{"qeury":"{hello}"}'),
    Bad("query null", 422, b'{"query":null}'),
    Bad("query number", 422, b'{"query":7}'),
    Bad("query array", 422, b'{"query":["{hello}"]}'),
    Bad("variables array", 422, query("{hello}", variables=[7])),
    Bad("variables string", 422, query("{hello}", variables="{}")),
    Bad("operationName number", 422, query("{hello}", operationName=7)),
    Bad("operationName object", 422, query("{hello}", operationName={})),
    Bad("extensions string", 422, query("{hello}", extensions="x")),
]
DOCUMENTS = [
    Bad("empty document", 400, query("")),
    Bad("blank document", 400, query(" \n\t,")),
    Bad("syntax", 400, query("{")),
    Bad("empty selection", 400, query("{hello(}")),
    Bad("lone surrogate in a literal", 400, query('{hello(name:"\\ud840")}')),
    Bad("NUL in a literal", 422, query('{hello(name:"\\u0000")}')),
    Bad("NUL in a literal, braces", 422, query('{hello(name:"\\u{0}")}')),
    Bad("deep document", 400, query("{again" * 1_000)),
    Bad("deep list literal", 400, query("{number(whole:" + "[" * 900 + "]" * 900 + ")}")),
    Bad("unknown field", 422, query("{helo}")),
    Bad("unknown type in a fragment", 422, query("{...F} fragment F on Nothing{a}")),
    Bad("unknown fragment", 422, query("{...Nothing}")),
    Bad("fragment cycle", 422, query("{...A} fragment A on Query{...B} fragment B on Query{...A}")),
    Bad("unused fragment", 422, query("{hello} fragment F on Query{hello}")),
    Bad("fragments only", 422, query("fragment F on Query{hello}")),
    Bad("a schema", 422, query("type Query{a:Int}")),
    Bad("an extension", 422, query("extend type Query{a:Int}")),
    Bad("two operations", 422, query("query A{hello} query B{hello}")),
    Bad("two anonymous operations", 422, query("{hello} {who}")),
    Bad("unknown operation", 422, query("query A{hello}", operationName="B")),
    Bad("empty operation name", 422, query("query A{hello}", operationName="")),
    Bad("missing variable", 422, query("query($n:String!){hello(name:$n)}")),
    Bad("null variable", 422, query("query($n:String!){hello(name:$n)}", variables={"n": None})),
    Bad("wrong variable", 422, query("query($n:Int!){number(whole:$n)}", variables={"n": "x"})),
    Bad("beyond 32 bits", 422, query("query($n:Int!){number(whole:$n)}", variables={"n": 2**31})),
    Bad("beyond 64 bits", 422, query("query($n:Int!){number(whole:$n)}", variables={"n": 2**70})),
    Bad("5,000-digit literal", 422, query(f"{{number(whole:{LONG})}}")),
    Bad("5,000-digit float literal", 422, query(f"{{number(broken:{LONG})}}")),
    Bad("1e400 literal", 422, query("{number(broken:1e400)}")),
    Bad("defer", 422, query("{...@defer{hello}}")),
    Bad("stream", 422, query("{hello @stream}")),
    Bad(
        "a subscription without a stream",
        406,
        query("subscription{count}"),
        headers={**JSON, "Accept": "application/json"},
    ),
]
ENVELOPES = [
    Bad("no content type", 415, OK, headers={}),
    Bad("text/plain", 415, OK, headers={"Content-Type": "text/plain"}),
    Bad(
        "form", 415, b"query={hello}", headers={"Content-Type": "application/x-www-form-urlencoded"}
    ),
    Bad("multipart", 415, OK, headers={"Content-Type": "multipart/form-data; boundary=x"}),
    Bad("application/graphql", 415, b"{hello}", headers={"Content-Type": "application/graphql"}),
    Bad("latin-1", 415, OK, headers={"Content-Type": "application/json; charset=latin-1"}),
    Bad("gzip", 415, gzip.compress(OK), headers={**JSON, "Content-Encoding": "gzip"}),
    Bad("deflate", 415, OK, headers={**JSON, "Content-Encoding": "deflate"}),
    Bad("not acceptable", 406, OK, headers={**JSON, "Accept": "text/html"}),
    Bad("refused by q", 406, OK, headers={**JSON, "Accept": "application/json;q=0"}),
    Bad("foreign origin", 403, OK, headers={**JSON, "Origin": "https://evil.example"}),
    Bad("null origin", 403, OK, headers={**JSON, "Origin": "null"}),
    Bad("origin as a prefix", 403, OK, headers={**JSON, "Origin": ORIGIN + ".evil.example"}),
    Bad("PUT", 405, OK, method="PUT"),
    Bad("DELETE", 405, method="DELETE"),
    Bad("PATCH", 405, OK, method="PATCH"),
    Bad("WebDAV", 405, method="PROPFIND"),
    Bad("GET without query", 422, method="GET", headers={}),
    Bad("GET with a bad escape", 400, method="GET", url="/graphql?query=%ff"),
    Bad("GET with NUL", 400, method="GET", url="/graphql?query={hello}%00"),
    Bad("GET with two queries", 400, method="GET", url="/graphql?query={hello}&query={who}"),
    Bad("GET with bad variables", 400, method="GET", url="/graphql?query={hello}&variables=[}"),
    Bad("GET with an array", 422, method="GET", url="/graphql?query={hello}&variables=[1]"),
    Bad("GET of a mutation", 405, method="GET", url='/graphql?query=mutation{rename(name:"x")}'),
    Bad(
        "GET of a subscription",
        405,
        method="GET",
        url="/graphql?query=subscription{count}",
        headers={"Accept": "text/event-stream"},
    ),
    Bad("a long URL", 414, method="GET", url="/graphql?query={hello}" + "+" * 20_000),
    Bad("very many parameters", 400, method="GET", url="/graphql?query={hello}" + "&a=1" * 50),
]


@pytest.mark.parametrize("bad", BODIES + DOCUMENTS + ENVELOPES, ids=lambda bad: bad.name)
def test_is_a_coded_refusal(bad: Bad, client: httpx.Client, served: Running) -> None:
    before = list(served.world.executed)
    answer = client.request(
        bad.method, bad.url, content=bad.body, headers={**HEADERS, **bad.headers}
    )
    assert answer.status_code == bad.status, answer.text
    content_type = "application/graphql-response+json; charset=utf-8"
    assert answer.headers["content-type"] == content_type
    assert answer.headers["cache-control"] == "no-store"
    assert not LEAKS.search(answer.content), answer.text
    assert "data" not in answer.json()
    for error in answer.json()["errors"]:
        extensions = error["extensions"]
        assert extensions["code"] in {"BAD_USER_INPUT", "FORBIDDEN"}
        assert extensions["zh"]
        assert extensions["en"] == error["message"]
        assert re.fullmatch("[0-9a-f]{32}", extensions["traceId"])
    if bad.status == 405:
        assert answer.headers["allow"]
    assert served.world.executed == before  # a refusal runs nothing


def test_there_are_enough_cases() -> None:
    assert len(BODIES + DOCUMENTS + ENVELOPES) >= 60


@pytest.mark.parametrize("deep", ["[" * 20_000, '{"a":' * 20_000])
def test_the_server_still_answers_after_deep_json(deep: str, client: httpx.Client) -> None:
    headers = {**HEADERS, **JSON}
    assert client.post("/graphql", content=deep.encode(), headers=headers).status_code == 400
    assert client.post("/graphql", content=OK, headers=headers).json() == {
        "data": {"hello": "hello child"}
    }


def speak(served: Running, text: bytes) -> bytes:
    """Send raw bytes and read until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
        connection.sendall(text)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
        return answer


HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n"
    b"Content-Type: application/json\r\n"
)


def test_a_head_that_does_not_end_is_408(hasty: Running) -> None:
    answer = speak(hasty, HEAD + b"X-A: a")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"BAD_USER_INPUT" in answer


@pytest.mark.parametrize("said", [b"", b"\r\n"], ids=["nothing", "an empty line"])
def test_who_asks_nothing_is_told_nothing_and_let_go(hasty: Running, said: bytes) -> None:
    assert speak(hasty, said) == b""


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"], ids=["unfinished", "finished"])
def test_a_long_head_is_431(served: Running, end: bytes) -> None:
    answer = speak(served, HEAD + b"X-A: " + b"a" * 33_000 + end)
    assert answer.startswith(b"HTTP/1.1 431")
    assert b"BAD_USER_INPUT" in answer
    assert "请求头最多32768字节".encode() in answer


def test_heads_that_are_long_together_are_answered(client: httpx.Client) -> None:
    for _ in range(3):
        headers = {**HEADERS, **JSON, "X-A": "a" * 30_000}
        assert client.post("/graphql", content=OK, headers=headers).status_code == 200


def test_a_body_that_does_not_arrive_is_408(hasty: Running) -> None:
    answer = speak(hasty, HEAD + b'Content-Length: 100\r\n\r\n{"query":')
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"BAD_USER_INPUT" in answer


def test_an_announced_long_body_is_413_before_it_is_sent(served: Running) -> None:
    answer = speak(served, HEAD + b"Content-Length: 900000000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_chunked_long_body_is_413(served: Running) -> None:
    chunk = b"186A0\r\n" + b" " * 100_000 + b"\r\n"
    answer = speak(served, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_client_that_leaves_midway_harms_nobody(served: Running, client: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(HEAD + b'Content-Length: 100\r\n\r\n{"query":')
    answer = client.post("/graphql", content=OK, headers={**HEADERS, **JSON})
    assert answer.status_code == 200
