"""Sign-in with a real identity provider: its people and its services at the API, and everything that must not pass."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from authz.issuer import KEYS_AGE, REFETCH_AFTER
from ops.demo_world import BY_KEY, DemoPerson
from ops.settings import OpenId, Settings
from ops.sign_in import NobodyCanSignIn, open_id, trusted
from tests.authz.provider import CALLBACK, Client, Provider, provider_on_this_machine
from tests.database import Database, Postgres, database_of
from tests.journeys.wire import wire
from tests.journeys.world import World, world_on

_post, _get = partial(httpx.post, timeout=60.0), partial(httpx.get, timeout=60.0)
DIRECTOR, GATEWAY = BY_KEY["fj_director"], BY_KEY["citizen"]
VERIFIER = "a-verifier-of-at-least-forty-three-characters"
WHO = "{ viewer { personId role purpose } }"
SECRET = "of-the-gateway"


def wall() -> datetime:
    """The provider's time, which is the machine's."""
    return datetime.fromtimestamp(time.time(), UTC)


@dataclass
class Login:
    """The platform and a provider it trusts. ``now``: the platform's clock follows the wall, as tokens do."""

    world: World
    provider: Provider

    def ask(self, token: str | None, query: str = WHO, **variables: Any) -> httpx.Response:
        self.world.clock.now = wall()
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return _post(
            f"{self.world.url}/graphql",
            json={"query": query, "variables": wire(variables)},
            headers=headers,
        )

    def person(self, who: DemoPerson, client: str = "phone", **more: str) -> dict[str, Any]:
        """The tokens of somebody who signs in at the provider with a public client and PKCE."""
        code = self.code(who, client, **more)
        exchange = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": client,
            "code_verifier": VERIFIER,
        }
        answer = _post(f"{self.provider.url}/token", data=exchange)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def code(self, who: DemoPerson, client: str = "phone", **more: str) -> str:
        challenge = hashlib.sha256(VERIFIER.encode()).digest()
        words = {"acting_as": str(who.assignment_id), "purpose": who.purpose, **more}
        asked = {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": CALLBACK,
            "scope": " ".join(["openid", *(f"{k}:{v}" for k, v in words.items())]),
            "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
            "code_challenge_method": "S256",
            "login_hint": str(who.id),
        }
        answer = _get(f"{self.provider.url}/authorize", params=asked)
        return httpx.URL(answer.headers["location"]).params["code"]

    def service(self, client_id: str, who: DemoPerson, secret: str = SECRET) -> httpx.Response:
        """What the token endpoint answers to client credentials."""
        scope = f"acting_as:{who.assignment_id} purpose:{who.purpose}"
        return _post(
            f"{self.provider.url}/token",
            data={"grant_type": "client_credentials", "scope": scope},
            auth=(client_id, secret),
        )

    def signed(self, change: Callable[[dict[str, Any]], None] = lambda _: None, **head: Any) -> str:
        """A token signed with the provider's key, with claims (or header words) that it would not put there."""
        claims = self.claims(self.person(DIRECTOR)["access_token"])
        change(claims)
        key = self.provider.keys[0]
        header = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid, **head}
        return jwt.encode(header, claims, key, algorithms=["RS256"])

    @staticmethod
    def claims(token: str) -> dict[str, Any]:
        body = token.split(".")[1]
        found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return found


@pytest.fixture(scope="module")
def login(postgres: Postgres, founded_template: Database) -> Iterator[Login]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # Authlib's own word for HTTP in tests
        with provider_on_this_machine("yidang") as provider:
            services = ("client_credentials",)
            gateway = str(GATEWAY.id)
            provider.clients |= {
                "phone": Client("phone"),
                "stranger": Client("stranger"),
                gateway: Client(gateway, SECRET, services),
                str(DIRECTOR.id): Client(str(DIRECTOR.id), SECRET, services),
            }
            known = OpenId(
                issuer=provider.url,
                audience="yidang",
                clients=frozenset({"phone"}),
                services=frozenset({gateway}),
            )
            trust = trusted(Settings(state=Path(), open_id=known))
            with (
                database_of(postgres, founded_template.name) as clone,
                world_on(clone, trust=trust) as world,
            ):
                yield Login(world, provider)


def refusal(answer: httpx.Response) -> tuple[int, Any]:
    """Status and body but for the trace id."""
    body = answer.json()
    for error in body["errors"]:
        del error["extensions"]["traceId"]
    return answer.status_code, body


def test_somebody_signs_in_at_the_provider_and_is_who_they_are(login: Login) -> None:
    answer = login.ask(login.person(DIRECTOR)["access_token"])
    assert answer.json()["data"]["viewer"] == {
        "personId": str(DIRECTOR.id),
        "role": "child_director",
        "purpose": "casework",
    }


def test_a_socket_is_opened_with_the_providers_token(login: Login) -> None:
    token = login.person(DIRECTOR)["access_token"]
    login.world.clock.now = wall()
    url = login.world.url.replace("http", "ws", 1) + "/graphql"
    with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        payload = {"Authorization": f"Bearer {token}"}
        socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(socket.recv(timeout=60)) == {"type": "connection_ack"}


def test_a_service_signs_in_for_itself_where_it_is_named(login: Login) -> None:
    answer = login.service(str(GATEWAY.id), GATEWAY)
    viewer = login.ask(answer.json()["access_token"]).json()["data"]["viewer"]
    assert viewer == {"personId": str(GATEWAY.id), "role": "citizen", "purpose": "casework"}
    assert login.service(str(GATEWAY.id), GATEWAY, secret="guessed").status_code == 401


def test_a_client_that_is_not_named_signs_nobody_in(login: Login) -> None:
    nobody = refusal(login.ask(None))
    assert nobody[0] == 401
    stranger = login.person(DIRECTOR, client="stranger")["access_token"]
    assert refusal(login.ask(stranger)) == nobody
    itself = login.service(str(DIRECTOR.id), DIRECTOR).json()["access_token"]
    assert refusal(login.ask(itself)) == nobody, "a service nobody named, acting as a person"


def test_an_id_token_opens_nothing(login: Login) -> None:
    """Negative list 51."""
    assert login.ask(login.person(DIRECTOR)["id_token"]).status_code == 401


def test_a_code_is_good_for_one_exchange(login: Login) -> None:
    """Negative list 52, as far as it is the provider's."""
    code = login.code(DIRECTOR)
    exchange = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": "phone",
        "code_verifier": VERIFIER,
    }
    assert _post(f"{login.provider.url}/token", data=exchange).status_code == 200
    assert _post(f"{login.provider.url}/token", data=exchange).status_code == 400


def test_nobody_acts_in_anothers_capacity(login: Login) -> None:
    other = BY_KEY["fj_police"]
    worn = login.person(DIRECTOR, acting_as=str(other.assignment_id), purpose=other.purpose)
    assert login.ask(worn["access_token"]).status_code == 401


def test_a_purpose_counts_only_where_the_role_has_it(login: Login) -> None:
    """Negative list 25."""
    judicial = login.person(DIRECTOR, purpose="judicial")["access_token"]
    assert login.ask(judicial).status_code == 403
    curious = login.person(DIRECTOR, purpose="curiosity")["access_token"]
    assert login.ask(curious).status_code == 401


def _set(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.__setitem__(name, value)


def _drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.__delitem__(name)


def _shifted(**names: int) -> Callable[[dict[str, Any]], None]:
    """Times moved by so many seconds."""
    return lambda claims: claims.update({n: claims[n] + by for n, by in names.items()})


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "another issuer": _set("iss", "https://login.example"),
    "another audience": _set("aud", "another"),
    "ended": _shifted(iat=-400, nbf=-400, exp=-400),
    "runs too long": _shifted(exp=400),
    "not yet": _shifted(nbf=120),
    "issued tomorrow": _shifted(iat=86_400, exp=86_400),
    "another person": _set("sub", str(BY_KEY["fj_police"].id)),
    **{
        f"no {name}": _drop(name)
        for name in (
            "iss",
            "aud",
            "exp",
            "nbf",
            "iat",
            "sub",
            "jti",
            "client_id",
            "acting_as",
            "purpose",
        )
    },
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_even_the_providers_own_signature_saves_no_wrong_claim(
    login: Login, change: Callable[[dict[str, Any]], None]
) -> None:
    """Negative list 51, each answered as no token is."""
    assert refusal(login.ask(login.signed(change))) == refusal(login.ask(None))
    assert login.ask(login.signed()).status_code == 200, "the same token without the change"


@pytest.mark.parametrize(
    "head",
    [
        {"typ": "JWT"},
        {"kid": "../../dev/null"},
        {"kid": "' or 1=1 --"},
        {"kid": "unknown"},
        {"jku": "http://127.0.0.1:1/keys"},
        {"x5u": "http://127.0.0.1:1/cert"},
        {"jwk": RSAKey.generate_key(2048).as_dict(private=False)},
    ],
    ids=["typ", "kid-path", "kid-sql", "kid-unknown", "jku", "x5u", "jwk"],
)
def test_no_header_leads_elsewhere(login: Login, head: dict[str, Any]) -> None:
    """Negative list 49 and 50."""
    assert login.ask(login.signed(**head)).status_code == 401


def test_a_token_in_the_address_is_not_looked_at(login: Login) -> None:
    token = login.person(DIRECTOR)["access_token"]
    for name in ("access_token", "token", "authorization"):
        address = f"{login.world.url}/graphql"
        answer = _get(address, params={"query": WHO, name: token})
        assert answer.status_code == 401
        answer = _get(address, params={"query": WHO}, cookies={name: token})
        assert answer.status_code == 401


def test_keys_rotate_and_a_withdrawn_key_is_over(login: Login) -> None:
    before = login.signed(_shifted(exp=300))
    unseen = [login.signed(_shifted(exp=300)) for _ in range(3)]  # none is known from before
    began = wall() + REFETCH_AFTER

    def asked_after(span: timedelta, token: str) -> int:
        login.world.clock.now = began + span
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{login.world.url}/graphql"
        return _post(url, json={"query": WHO}, headers=headers).status_code

    # An unknown key has the keys asked for at this very moment, however long ago that was done.
    assert asked_after(timedelta(0), login.signed(kid="unknown")) == 401
    assert asked_after(timedelta(0), before) == 200
    login.provider.rotate()
    after = login.signed(_shifted(iat=-60, nbf=-60, exp=240))
    assert asked_after(timedelta(0), after) == 401, "not at a stranger's bidding"
    assert asked_after(REFETCH_AFTER, after) == 200
    assert asked_after(REFETCH_AFTER, before) == 200, "the old key is still published"
    login.provider.rotate(withdraw=True)
    # Should the provider be slow to answer once, its keys count until the next time it is asked.
    spans = [KEYS_AGE + timedelta(seconds=5) + n * REFETCH_AFTER for n in (1, 2, 3)]
    tried = zip(spans, unseen, strict=True)
    over = next((span for span, token in tried if asked_after(span, token) == 401), None)
    assert over is not None
    assert asked_after(over, login.signed(_shifted(exp=300))) == 200, "the new key counts"


def test_while_the_provider_never_answered_sign_in_is_unavailable(
    login: Login, postgres: Postgres, founded_template: Database
) -> None:
    token = login.signed(_set("iss", "http://127.0.0.1:1"))
    known = OpenId(issuer="http://127.0.0.1:1", audience="yidang")
    trust = trusted(Settings(state=Path(), open_id=known))
    with (
        database_of(postgres, founded_template.name) as clone,
        world_on(clone, trust=trust) as world,
    ):
        answer = Login(world, login.provider).ask(token)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "60"


def test_outside_the_demo_a_provider_must_be_named() -> None:
    """Negative list 53: no demo issuer, and so no way in without a provider."""
    with pytest.raises(NobodyCanSignIn):
        trusted(Settings(state=Path(), demo=False))
    assert trusted(Settings(state=Path(), demo=True)).issuers == ()


def test_the_provider_is_named_in_the_environment() -> None:
    environ = {
        "YIDANG_OIDC_ISSUER": "https://login.example",
        "YIDANG_OIDC_CLIENTS": "phone desk",
        "YIDANG_OIDC_SERVICES": "gateway",
    }
    assert open_id({}) is None
    known = open_id(environ)
    assert known == OpenId(
        issuer="https://login.example",
        audience="yidang",
        clients=frozenset({"phone", "desk"}),
        services=frozenset({"gateway"}),
    )
    (issuer,) = trusted(Settings(state=Path(), open_id=known)).issuers
    assert issuer.serves("phone", "somebody")
    assert issuer.serves("gateway", "gateway")
    assert not issuer.serves("phone", "phone")
    assert not issuer.serves("gateway", "somebody"), "a service does not speak for people"
