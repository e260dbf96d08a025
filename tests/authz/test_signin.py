"""Tokens: one shape is accepted; everything else is the same refusal."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from authz.issuer import REFETCH_AFTER, Issuer
from authz.signin import DemoIssuer, Identity, Signin, Unauthenticated
from tests.authz.people import named

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BEGIN = int(NOW.timestamp())
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1"})
OTHER = RSAKey.generate_key(2048, {"kid": "rsa-9"})
PUBLIC = KeySet([RSA, EC]).as_dict(private=False)
ISSUER = "https://login.example"
CLAIMS: Mapping[str, Any] = {
    "iss": ISSUER,
    "aud": "yidang",
    "sub": str(named("person")),
    "acting_as": str(named("assignment")),
    "purpose": "casework",
    "client_id": "phone",
    "iat": BEGIN,
    "nbf": BEGIN,
    "exp": BEGIN + 600,
    "jti": "t-1",
}
HEADER: Mapping[str, Any] = {"alg": "RS256", "kid": "rsa-1", "typ": "at+jwt"}


def signin() -> Signin:
    return Signin("yidang", Issuer(ISSUER, lambda: PUBLIC))


def token(
    header: Mapping[str, Any] = HEADER,
    claims: Mapping[str, Any] = CLAIMS,
    key: RSAKey | ECKey = RSA,
) -> str:
    return jwt.encode(dict(header), dict(claims), key, algorithms=["RS256", "RS512", "ES256"])


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: Mapping[str, Any], signature: Callable[[bytes], bytes] = lambda _: b"") -> str:
    signed = f"{b64(header)}.{b64(dict(CLAIMS))}"
    return f"{signed}.{b64(signature(signed.encode()))}"


def hmac_with_public_key(signed: bytes) -> bytes:
    return hmac.new(RSA.as_pem(private=False), signed, hashlib.sha256).digest()


def without(claim: str) -> dict[str, Any]:
    return {k: v for k, v in CLAIMS.items() if k != claim}


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_a_good_token_says_who_in_which_capacity_and_what_for(typ: str) -> None:
    assert signin().verify(token({**HEADER, "typ": typ}), NOW) == Identity(
        person_id=named("person"),
        acting_as=named("assignment"),
        purpose="casework",  # type: ignore[arg-type] # a purpose is its word
        issuer=ISSUER,
        token_id="t-1",
        expires_at=NOW + timedelta(minutes=10),
        client_id="phone",
        issued_at=NOW,
    )


def test_es256_is_taken_too() -> None:
    good = token({"alg": "ES256", "kid": "ec-1", "typ": "at+jwt"}, key=EC)
    assert signin().verify(good, NOW).issuer == ISSUER


HEADERS = {
    "alg none": forged({**HEADER, "alg": "none"}),
    "alg NoNe": forged({**HEADER, "alg": "NoNe"}),
    "HS256 with the public key": forged({**HEADER, "alg": "HS256"}, hmac_with_public_key),
    "HS256 named RS256": forged(HEADER, hmac_with_public_key),
    "no signature": token().rpartition(".")[0] + ".",
    "an algorithm not on the list": token({**HEADER, "alg": "RS512"}),
    "the algorithm of another key": token({**HEADER, "kid": "ec-1"}),
    "typ JWT": token({**HEADER, "typ": "JWT"}),
    "typ of an id token": token({**HEADER, "typ": "id+jwt"}),
    "no typ": forged({"alg": "RS256", "kid": "rsa-1"}),
    "no kid": forged({"alg": "RS256", "typ": "at+jwt"}),
    "an empty kid": token({**HEADER, "kid": ""}),
    "an unknown kid": token({**HEADER, "kid": "rsa-9"}, key=OTHER),
    "a kid that is a path": token({**HEADER, "kid": "../../dev/null"}),
    "a kid that is SQL": token({**HEADER, "kid": "' OR 1=1 --"}),
    "a kid that is a list": forged({**HEADER, "kid": ["rsa-1"]}),
    "another's key under a known kid": token(key=OTHER),
    "an embedded key": token(
        {**HEADER, "jwk": OTHER.as_dict(private=False)},
        key=OTHER,
    ),
    "a key to be fetched": token({**HEADER, "jku": "https://evil.example/keys"}, key=OTHER),
    "a certificate to be fetched": token({**HEADER, "x5u": "https://evil.example/c"}, key=OTHER),
    "crit b64": forged({**HEADER, "crit": ["b64"], "b64": False}),
    "an unknown crit": forged({**HEADER, "crit": ["exp"]}),
    "a header that is a list": forged([1]),  # type: ignore[arg-type] # what a forger sends
}
TEXTS = {
    "nothing": "",
    "words": "not a token",
    "two parts": "a.b",
    "five parts": "a.b.c.d.e",
    "not base64": "%%.%%.%%",
    "not JSON": f"{b64(b'{')}.{b64(b'{')}.x",
    "letters beyond ASCII": "一.档.签",
    "nested too deep": f"{b64(b'[' * 2900)}.{b64(b'[')}.x",
    "too long": token(claims={**CLAIMS, "note": "x" * 5000}),
    "changed claims": token().replace(token().split(".")[1], b64({**CLAIMS, "sub": "x"})),
}
BAD_CLAIMS = {
    "another issuer": {**CLAIMS, "iss": "https://evil.example"},
    "another audience": {**CLAIMS, "aud": "another"},
    "a list without us": {**CLAIMS, "aud": ["another"]},
    "ended": {**CLAIMS, "iat": BEGIN - 700, "nbf": BEGIN - 700, "exp": BEGIN - 100},
    "ends now": {**CLAIMS, "exp": BEGIN},
    "not yet": {**CLAIMS, "nbf": BEGIN + 60},
    "issued in the future": {**CLAIMS, "iat": BEGIN + 60},
    "runs too long": {**CLAIMS, "exp": BEGIN + 601},
    "ends never": {**CLAIMS, "exp": 10**400},
    "an end in words": {**CLAIMS, "exp": "later"},
    "a person that is none": {**CLAIMS, "sub": "role:police"},
    "an assignment that is none": {**CLAIMS, "acting_as": "1"},
    "an assignment list": {**CLAIMS, "acting_as": [CLAIMS["acting_as"]]},
    "bound to a key of which we ask no proof": {**CLAIMS, "cnf": {"jkt": "a" * 43}},
    "an unknown purpose": {**CLAIMS, "purpose": "curiosity"},
    **{
        f"no {name}": without(name)
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
REFUSED = HEADERS | TEXTS | {name: token(claims=claims) for name, claims in BAD_CLAIMS.items()}


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED.keys())
def test_anything_else_is_refused_without_a_reason(bad: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        signin().verify(bad, NOW)
    assert str(refused.value) == refused.value.code == "UNAUTHENTICATED"


def test_a_symmetric_key_of_an_issuer_is_never_used() -> None:
    shared = OctKey.generate_key(256, {"kid": "rsa-1"})
    careless = Issuer(
        ISSUER, lambda: {"keys": [shared.as_dict(private=True)]}, algorithms=("HS256", "RS256")
    )
    bad = jwt.encode({**HEADER, "alg": "HS256"}, dict(CLAIMS), shared, algorithms=["HS256"])
    with pytest.raises(Unauthenticated):
        Signin("yidang", careless).verify(bad, NOW)


def test_new_keys_of_an_issuer_are_fetched_but_not_at_a_strangers_bidding() -> None:
    served = [PUBLIC]
    asked: list[int] = []

    def source() -> Mapping[str, Any]:
        asked.append(1)
        return served[-1]

    door = Signin("yidang", Issuer(ISSUER, source))
    door.verify(token(), NOW)
    rotated = token({**HEADER, "kid": "rsa-9"}, key=OTHER)
    served.append(KeySet([OTHER]).as_dict(private=False))
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            door.verify(rotated, NOW)
    assert len(asked) == 1
    later = NOW + REFETCH_AFTER
    assert door.verify(rotated, later).issuer == ISSUER
    assert len(asked) == 2
    with pytest.raises(Unauthenticated):
        door.verify(token(), later)  # the old key is gone


def demo(host: str = "127.0.0.1", seed: bytes | None = None) -> DemoIssuer:
    return DemoIssuer(demo=True, host=host, audience="yidang", seed=seed)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_demo_tokens_on_this_machine(host: str) -> None:
    mint = demo(host)
    door = Signin("yidang", mint.issuer)
    made = mint.mint(named("person"), named("assignment"), "schooling", NOW)
    identity = door.verify(made, NOW + timedelta(days=6))
    assert (identity.person_id, identity.purpose) == (named("person"), "schooling")
    assert identity.is_demo
    with pytest.raises(Unauthenticated):
        door.verify(made, NOW + timedelta(days=7))


def test_a_seed_makes_the_same_key_so_tokens_outlive_a_restart() -> None:
    before, after = demo(seed=b"s" * 32), demo(seed=b"s" * 32)
    made = before.mint(named("person"), named("assignment"), "casework", NOW)
    assert Signin("yidang", after.issuer).verify(made, NOW).is_demo
    with pytest.raises(Unauthenticated):
        Signin("yidang", demo().issuer).verify(made, NOW)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "127.0.0.1.x"])  # noqa: S104
def test_no_demo_issuer_beyond_loopback(host: str) -> None:
    with pytest.raises(PermissionError):
        demo(host)


def test_no_demo_issuer_outside_demo_mode() -> None:
    with pytest.raises(PermissionError):
        DemoIssuer(demo=False, host="127.0.0.1", audience="yidang")


def test_a_real_platform_does_not_trust_demo_tokens() -> None:
    made = demo().mint(named("person"), UUID(int=1), "casework", NOW)
    with pytest.raises(Unauthenticated):
        signin().verify(made, NOW)
