"""Who is asking: access tokens (RFC 9068 profile of JWT), verified strictly or refused without a
reason.

A token says who (``sub``), in which capacity (``acting_as``, an assignment) and what for
(``purpose``). It carries no role and no reach: those are looked up, so a token can claim nothing.
The claim set is documented in ``docs/how-to/tokens.md``. Every failure is the same
``Unauthenticated``: what was wrong is for the server's log, not for a guesser.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64decode

from authz.discovery import is_loopback
from authz.issuer import Issuer
from authz.words import PURPOSES, Purpose

TOKEN_TYPES = frozenset({"at+jwt", "application/at+jwt"})
HEADER = frozenset({"alg", "kid", "typ"})
"""Nothing else is understood: no ``jwk``, ``jku``, ``x5u``, ``x5c``, ``crit``, ``b64``."""
DEMO_ALGORITHM = "Ed25519"
"""RFC 9864; the polymorphic name EdDSA is deprecated there."""
DEMO_LIFETIME = timedelta(days=7)
MAX_TOKEN = 4096
"""Characters; longer tokens are refused unread."""
REQUIRED = (
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

MALFORMED = (
    JoseError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What a token made by a stranger can provoke while it is taken apart."""


class Unauthenticated(Exception):
    """The token does not count. ``code`` is all a caller may learn; ``__cause__`` is for the
    log."""

    code = "UNAUTHENTICATED"

    def __init__(self) -> None:
        super().__init__(self.code)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a verified token says. The assignment is looked up anew at every request."""

    person_id: UUID
    acting_as: UUID
    purpose: Purpose
    issuer: str
    token_id: str
    expires_at: datetime
    client_id: str
    issued_at: datetime
    signed_in_at: datetime | None = None
    """When the person last proved who they are (``auth_time``); None for a service client."""
    is_service: bool = False
    is_demo: bool = False

    @property
    def digest(self) -> bytes:
        """What the list of those signed out knows the token by (``sec.signed_out``): 32 bytes that tell nothing."""
        return sha256(f"{self.issuer}\n{self.token_id}".encode()).digest()

    @property
    def since(self) -> datetime:
        """When the session began: a token that is refreshed belongs to the sign-in it came from."""
        return self.signed_in_at or self.issued_at


class Signin:
    """Verifies tokens of a fixed list of issuers for one audience."""

    def __init__(self, audience: str, *issuers: Issuer, leeway: timedelta = timedelta(0)) -> None:
        self.audience, self.leeway = audience, leeway
        self._issuers = {issuer.name: issuer for issuer in issuers}

    def verify(self, token: str, now: datetime) -> Identity:
        """The identity a token stands for at ``now`` (aware); raises ``Unauthenticated``.

        ``KeysUnavailable`` passes through: that the issuer does not answer is not the caller's mistake.
        """
        try:
            return self._identity(token, now)
        except MALFORMED as wrong:
            raise Unauthenticated from wrong

    def _identity(self, token: str, now: datetime) -> Identity:
        issuer, kid = self._addressed(token)
        verified = jwt.decode(token, issuer.keys_for(kid, now), algorithms=issuer.algorithms)
        claims = verified.claims
        options: dict[str, jwt.ClaimsOption] = {name: {"essential": True} for name in REQUIRED}
        options["iss"] = {"essential": True, "value": issuer.name}
        options["aud"] = {"essential": True, "value": self.audience}
        seconds, leeway = int(now.timestamp()), int(self.leeway.total_seconds())
        rules = jwt.JWTClaimsRegistry(now=seconds, leeway=leeway, **options)
        rules.validate(claims)
        issued, ends = int(claims["iat"]), int(claims["exp"])
        if ends - issued > issuer.lifetime.total_seconds():
            raise ValueError("the token runs longer than its issuer may let it")
        subject, client_id, jti = claims["sub"], claims["client_id"], claims["jti"]
        if not all(isinstance(text, str) and text for text in (subject, client_id, jti)):
            raise TypeError("a name is not a text")
        if not issuer.serves(client_id, subject):
            raise ValueError("a client we do not know")
        if "cnf" in claims:
            # RFC 7800, RFC 9449 §7.2: bound to a key we ask no proof of, so it is not taken for a bearer's.
            raise ValueError("a token bound to a key")
        proved = claims.get("auth_time")
        return Identity(
            person_id=UUID(subject),
            acting_as=UUID(claims["acting_as"]),
            purpose=PURPOSES[claims["purpose"]],
            issuer=issuer.name,
            token_id=jti,
            expires_at=datetime.fromtimestamp(ends, UTC),
            client_id=client_id,
            issued_at=datetime.fromtimestamp(issued, UTC),
            signed_in_at=None if proved is None else datetime.fromtimestamp(int(proved), UTC),
            is_service=subject == client_id,
            is_demo=issuer.is_demo,
        )

    def _addressed(self, token: str) -> tuple[Issuer, str]:
        """Whose token it claims to be and under which key, by its unverified words; only trusted
        names pass."""
        if len(token) > MAX_TOKEN or token.count(".") != 2:  # noqa: PLR2004 - header.payload.signature
            raise ValueError("not a compact token")
        head, body, _ = token.encode("ascii").split(b".")
        header, claims = (json.loads(urlsafe_b64decode(part)) for part in (head, body))
        if set(header) != HEADER or header["typ"].lower() not in TOKEN_TYPES:
            raise ValueError("a header we do not understand")
        issuer = self._issuers[claims["iss"]]
        if header["alg"] not in issuer.algorithms or not header["kid"]:
            raise ValueError("not an algorithm of this issuer")
        return issuer, header["kid"]


class DemoIssuer:
    """Makes tokens for the demo's people, with a key of its own.

    Only in demo mode and only when the server listens on this machine alone; otherwise it refuses
    to exist. ``seed`` (32 bytes) makes the same key again, so that tokens outlive a restart.
    """

    NAME = "urn:yidang:demo"

    def __init__(self, *, demo: bool, host: str, audience: str, seed: bytes | None = None) -> None:
        if not demo:
            raise PermissionError("the demo issuer exists in demo mode only")
        if not is_loopback(host):
            raise PermissionError(
                f"the demo issuer exists on a loopback address only, not on {host}"
            )
        self.audience = audience
        self._key = _ed25519(seed)
        self._key.ensure_kid()

    @property
    def issuer(self) -> Issuer:
        """How ``Signin`` trusts it: its public key."""
        public = {"keys": [self._key.as_dict(private=False)]}
        return Issuer(
            self.NAME,
            lambda: public,
            algorithms=(DEMO_ALGORITHM,),
            lifetime=DEMO_LIFETIME,
            is_demo=True,
        )

    def mint(
        self,
        person_id: UUID,
        acting_as: UUID,
        purpose: str,
        now: datetime,
        lifetime: timedelta = DEMO_LIFETIME,
        token_id: str | None = None,
    ) -> str:
        """A token for a person in one assignment and for one purpose, valid from ``now``
        (aware)."""
        begins = int(now.timestamp())
        claims = {
            "iss": self.NAME,
            "aud": self.audience,
            "sub": str(person_id),
            "acting_as": str(acting_as),
            "purpose": purpose,
            "client_id": "demo",
            "iat": begins,
            "nbf": begins,
            "exp": begins + int(lifetime.total_seconds()),
            "auth_time": begins,
            "jti": token_id or f"demo-{acting_as}-{begins}",
        }
        header = {"alg": DEMO_ALGORITHM, "kid": self._key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, self._key, algorithms=[DEMO_ALGORITHM])


def _ed25519(seed: bytes | None) -> OKPKey:
    if seed is None:
        return OKPKey.generate_key("Ed25519")
    return OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))
