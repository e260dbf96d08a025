"""An issuer of tokens that we trust: its name, algorithms, clients and keys, fixed here and never taken from a token.

Keys come from a source, are kept for a while, and are asked for again when a token names one we do not know, but not at
a stranger's bidding: at most once a minute. A key that the issuer has withdrawn stops counting within ``KEYS_AGE``.
Times are aware UTC datetimes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

OIDC_ALGORITHMS = ("RS256", "ES256")
LIFETIME = timedelta(minutes=10)
"""The longest a real issuer's token may run: it is not looked up again, so it must end soon."""
REFETCH_AFTER = timedelta(minutes=1)
"""An unknown key id makes us ask the issuer for its keys again, but not more often than this."""
KEYS_AGE = timedelta(minutes=5)
"""Known keys are asked for again after this, so that a withdrawn one is no longer accepted."""
KEYS_LAST = timedelta(hours=1)
"""How long known keys count while the issuer does not answer: its short outage is not ours."""

KeySource = Callable[[], Mapping[str, Any]]
"""Answers a JWK set (RFC 7517), e.g. by fetching an issuer's ``jwks_uri``; raises ``KeysUnavailable``."""


class KeysUnavailable(Exception):
    """The issuer's keys cannot be had now. Not the caller's mistake: try later."""


class Issuer:
    """A trusted issuer. ``clients``: the programs whose tokens count (None: any of this issuer's). ``services``: those
    that may act for themselves, without a person (client credentials). Thread-safe."""

    def __init__(
        self,
        name: str,
        keys: KeySource,
        *,
        algorithms: tuple[str, ...] = OIDC_ALGORITHMS,
        lifetime: timedelta = LIFETIME,
        clients: frozenset[str] | None = None,
        services: frozenset[str] = frozenset(),
        is_demo: bool = False,
    ) -> None:
        self.name, self.algorithms, self.lifetime = name, list(algorithms), lifetime
        self.clients, self.services, self.is_demo = clients, services, is_demo
        self._source = keys
        self._lock = Lock()
        self._keys: KeySet | None = None
        self._asked_at = self._fetched_at = datetime.min.replace(tzinfo=UTC)

    def keys_for(self, kid: str, now: datetime) -> KeySet:
        """The issuer's keys, asked for again when ``kid`` is not among them or they are old.

        Raises ``KeysUnavailable`` when there are none that still count.
        """
        with self._lock:
            known = self._keys is not None and any(key.kid == kid for key in self._keys)
            stale = now - self._fetched_at >= KEYS_AGE
            if (stale or not known) and now - self._asked_at >= REFETCH_AFTER:
                self._asked_at = now
                self._fetch(now)
            if self._keys is None or now - self._fetched_at >= KEYS_LAST:
                raise KeysUnavailable(self.name)
            return self._keys

    def serves(self, client_id: str, subject: str) -> bool:
        """Whether a token of this client counts; one that speaks for itself must be a known service."""
        if subject == client_id:
            return client_id in self.services
        return self.clients is None or client_id in self.clients

    def _fetch(self, now: datetime) -> None:
        try:
            keys = KeySet.import_key_set(dict(self._source()))  # type: ignore[arg-type] # checked there
        except (KeysUnavailable, JoseError, ValueError, TypeError, KeyError):
            return  # the keys we have count for a while yet
        # A symmetric key would let whoever can check a token also make one.
        self._keys = KeySet([key for key in keys if key.key_type != "oct"])
        self._fetched_at = now
