"""GraphQL over HTTP, September 2026: negotiation, status codes, sign-in, masking."""

import logging

import httpx
import pytest

from schema.transport import Settings
from tests.patience import PATIENT_S

from .world import HEADERS, ORIGIN, SECRET, Running, running

MODERN = "application/graphql-response+json; charset=utf-8"
LEGACY = "application/json; charset=utf-8"
INTROSPECTION = "{__schema{queryType{name}}}"


def post(
    client: httpx.Client, query: str, accept: str | None = None, **more: object
) -> httpx.Response:
    headers = dict(HEADERS) if accept is None else {**HEADERS, "Accept": accept}
    return client.post("/graphql", json={"query": query, **more}, headers=headers)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", MODERN),
        ("*/*", MODERN),
        ("application/*", MODERN),
        ("application/graphql-response+json", MODERN),
        ("application/graphql-response+json; charset=utf-8", MODERN),
        ("application/json", LEGACY),
        ("APPLICATION/JSON", LEGACY),
        ("application/json; charset=utf-8", LEGACY),
        ("text/html, application/json;q=0.1", LEGACY),
        ("application/graphql-response+json, application/json;q=0.9", MODERN),
        ("application/json, application/graphql-response+json;q=0.9", LEGACY),
        ("application/json, application/graphql-response+json", MODERN),
        ("*/*, application/graphql-response+json;q=0", LEGACY),
        ("application/json;q=nan, application/graphql-response+json;q=0.1", MODERN),
        ("application/graphql-response+json, text/event-stream", MODERN),
    ],
)
def test_the_media_type_is_the_one_wanted(accept: str, media: str, client: httpx.Client) -> None:
    answer = post(client, "{hello}", accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    assert answer.json() == {"data": {"hello": "hello child"}}
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_a_legacy_client_gets_the_same_status_but_errors_say_where_they_come_from(
    client: httpx.Client,
) -> None:
    answer = post(client, "{helo}", "application/json")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == MODERN


@pytest.mark.parametrize("operation_name", ["A", None])
def test_a_single_named_operation_runs_with_and_without_its_name(
    operation_name: str | None, client: httpx.Client
) -> None:
    answer = post(client, "query A{hello}", operationName=operation_name, variables=None)
    assert answer.json()["data"] == {"hello": "hello child"}


SEVERAL = """
query A($n: String) { ...Greeting }
query B { who }
mutation C { rename(name: "x") }
fragment Greeting on Query { hello(name: $n) }
"""
"""GraphQL specification, 6.1: which of them runs is what operationName says."""


@pytest.mark.parametrize(
    ("name", "data"), [("A", {"hello": "hello 娃"}), ("B", {"who": "good"}), ("C", {"rename": "x"})]
)
def test_of_several_operations_the_one_that_is_named_runs(
    name: str, data: dict[str, str], client: httpx.Client
) -> None:
    answer = post(client, SEVERAL, operationName=name, variables={"n": "娃"})
    assert (answer.status_code, answer.json()) == (200, {"data": data})


@pytest.mark.parametrize(("name", "status"), [("B", 200), ("C", 405)])
def test_get_runs_a_named_query_among_others(name: str, status: int, client: httpx.Client) -> None:
    params = {"query": SEVERAL, "operationName": name}
    assert client.get("/graphql", params=params, headers=HEADERS).status_code == status


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "Of several operations operationName says which"),
        ("D", "No operation of this name is in the document"),
    ],
)
def test_of_several_operations_none_is_guessed(
    name: str | None, message: str, client: httpx.Client
) -> None:
    answer = post(client, SEVERAL, operationName=name)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["message"]) == (422, message)
    assert error["extensions"]["field"] == "operationName"


def test_unknown_properties_and_extensions_are_ignored(client: httpx.Client) -> None:
    answer = post(client, "{hello}", extensions={"a": [1]}, anything=True)
    assert answer.status_code == 200


def test_variables_arrive_whole(client: httpx.Client) -> None:
    answer = post(client, "query($n:String!){hello(name:$n)}", variables={"n": "娃😀\n"})
    assert answer.json()["data"] == {"hello": "hello 娃😀\n"}


def test_get_runs_a_query(client: httpx.Client) -> None:
    query = "query A($n:String){hello(name:$n)}"
    url = httpx.URL("/graphql", params={"query": query, "variables": '{"n":"a+b"}'})
    answer = client.get(url.copy_add_param("operationName", ""), headers=HEADERS)
    assert answer.status_code == 200
    assert answer.json() == {"data": {"hello": "hello a+b"}}
    assert answer.headers["cache-control"] == "no-store"


def test_get_of_a_mutation_says_what_is_allowed(client: httpx.Client) -> None:
    params = {"query": 'mutation{rename(name:"x")}'}
    answer = client.get("/graphql", params=params, headers=HEADERS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_post_runs_a_mutation(client: httpx.Client, served: Running) -> None:
    answer = post(client, 'mutation{rename(name:"petal")}')
    assert answer.json() == {"data": {"rename": "petal"}}
    assert "rename petal" in served.world.executed


def test_an_error_of_a_field_is_a_partial_success(client: httpx.Client) -> None:
    answer = post(client, "{hello conflict}")
    assert answer.status_code == 294
    error = answer.json()["errors"][0]
    assert answer.json()["data"] == {"hello": "hello child", "conflict": None}
    assert (error["path"], error["locations"]) == (["conflict"], [{"line": 1, "column": 8}])
    extensions = error["extensions"]
    assert extensions.pop("traceId")
    assert extensions == {
        "code": "CONFLICT",
        "zh": "数据已被他人更新",
        "en": "Changed by somebody else meanwhile",
        "field": "expectedVersion",
        "clauses": ["SH2020-1"],
        "currentVersion": 7,
    }


@pytest.mark.parametrize(
    ("query", "status", "data"),
    [
        ("{faulty}", 294, {"data": {"faulty": None}}),
        ("{faultyRequired}", 294, {"data": None}),
        ("{unspeakable}", 500, {}),
    ],
)
def test_a_fault_is_masked_with_a_trace_id_that_the_log_has(
    query: str,
    status: int,
    data: object,
    client: httpx.Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG, logger="yidang.transport"):
        answer = post(client, query + "#planted-in-the-query")
    body = answer.json()
    (error,) = body.pop("errors")
    assert (answer.status_code, body) == (status, data)
    assert error["message"] == "Internal error"
    assert error["extensions"]["code"] == "INTERNAL"
    assert SECRET not in answer.text
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name == "yidang.transport")
    assert f"code=INTERNAL trace={error['extensions']['traceId']}" in ours
    assert SECRET not in caplog.text
    assert "planted" not in caplog.text


def test_suggestions_are_kept_for_the_demo_only(client: httpx.Client) -> None:
    assert "Did you mean" not in post(client, "{helo}").text
    bad_enum = post(client, "query($a:Strin){hello}")
    assert "Did you mean" not in bad_enum.text
    with (
        running(Settings(demo=True)) as demo,
        httpx.Client(base_url=demo.url, timeout=PATIENT_S) as visitor,
    ):
        assert "Did you mean 'held' or 'hello'?" in post(visitor, "{helo}").text


STRANGERS = [
    {"query": "{hello}"},
    {"query": "{helo}"},
    {"query": "{"},
    {"query": INTROSPECTION},
    {"query": "{__typename}"},
    {"query": "{again" * 1_000},
    {"query": 7},
    {},
    [],
    {"query": 'mutation{rename(name:"x")}'},
]


@pytest.mark.parametrize("body", STRANGERS, ids=str)
@pytest.mark.parametrize(
    "token", [None, "Bearer bad", "Bearer expired", "Basic good", "good", "Bearer good good"]
)
def test_a_stranger_gets_one_answer_whatever_the_document(
    body: object, token: str | None, client: httpx.Client
) -> None:
    headers = {} if token is None else {"Authorization": token}
    answer = client.post("/graphql", json=body, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    (error,) = answer.json()["errors"]
    assert error["extensions"].pop("traceId")
    assert error == {
        "message": "Sign in first",
        "extensions": {"code": "UNAUTHENTICATED", "zh": "请先登录", "en": "Sign in first"},
    }


def test_a_token_sent_twice_is_no_token(client: httpx.Client) -> None:
    headers = [("Authorization", "Bearer good"), ("Authorization", "Bearer good")]
    assert client.post("/graphql", json={"query": "{hello}"}, headers=headers).status_code == 401


def test_headers_that_claim_an_identity_are_nothing(client: httpx.Client) -> None:
    headers = {"X-User-Id": "good", "X-Hasura-Role": "admin", "Cookie": "token=good"}
    assert client.post("/graphql", json={"query": "{who}"}, headers=headers).status_code == 401


def test_a_sign_in_that_cannot_be_checked_is_unavailable(client: httpx.Client) -> None:
    headers = {"Authorization": "Bearer busy"}
    answer = client.post("/graphql", json={"query": "{who}"}, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


def test_a_fault_while_signing_in_is_masked(client: httpx.Client) -> None:
    headers = {"Authorization": "Bearer fault"}
    answer = client.post("/graphql", json={"query": "{who}"}, headers=headers)
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (INTROSPECTION, 200),
        ('{__typename ...{__type(name:"Query"){name}}}', 200),
        ("{...F} fragment F on Query{__schema{queryType{name}}}", 200),
        ("{__typename hello}", 401),
        ("{...F} fragment F on Query{who}", 401),
        ("{helo}", 401),
        ("{", 401),
        ("mutation{__typename}", 401),
        ("subscription{__typename}", 401),
    ],
)
def test_in_demo_mode_a_stranger_may_read_the_schema_and_no_more(query: str, status: int) -> None:
    settings = Settings(stranger_introspection=True)
    with running(settings) as demo, httpx.Client(base_url=demo.url, timeout=PATIENT_S) as visitor:
        assert visitor.post("/graphql", json={"query": query}).status_code == status
        assert demo.world.executed == []


def test_nobody_is_sent_to_the_host_they_name(client: httpx.Client) -> None:
    headers = {**HEADERS, "Host": "evil.example"}
    answer = client.post("/graphql/", json={"query": "{hello}"}, headers=headers)
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_an_allowed_origin_is_let_in_and_told_so(client: httpx.Client) -> None:
    headers = {**HEADERS, "Origin": ORIGIN}
    answer = client.post("/graphql", json={"query": "{hello}"}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers["vary"]


def test_a_preflight_of_an_allowed_origin_passes(client: httpx.Client) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = client.options("/graphql", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"


def test_a_preflight_of_another_origin_does_not(client: httpx.Client) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/graphql", headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_an_operation_that_takes_too_long_is_unavailable() -> None:
    settings = Settings(operation_timeout=0)
    with (
        running(settings) as hurried,
        httpx.Client(base_url=hurried.url, timeout=PATIENT_S) as visitor,
    ):
        answer = post(visitor, "{slow}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
