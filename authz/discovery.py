"""An issuer's keys over HTTPS: OpenID Connect Discovery 1.0 (or RFC 8414), then the JWK set it names.

The issuer's name is configured; what its metadata says must agree with it, exactly. Nothing is followed elsewhere: no
redirect, no plain HTTP beyond this machine, no proxy of the environment, no answer of more than 64 KiB.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from authz.issuer import KeysUnavailable

WELL_KNOWN = "/.well-known/openid-configuration"
TIMEOUT_S = 3.0
ANSWER_MAX = 65_536
UNUSABLE = (OSError, HTTPException, ValueError, KeyError, TypeError, RecursionError)
"""What an issuer, or whoever answers in its place, can provoke."""
JSON_TYPES = frozenset({"application/json", "application/jwk-set+json"})


class UnsafeIssuer(ValueError):
    """Not the name of an issuer one may trust: HTTPS (HTTP on this machine only), no query, no fragment."""


def checked(url: str) -> str:
    """``url`` if keys may be fetched from it; raises ``UnsafeIssuer``."""
    parts = urlsplit(url)
    if parts.username or parts.query or parts.fragment or not parts.hostname:
        raise UnsafeIssuer("an issuer's address has a host and neither user, query nor fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise UnsafeIssuer("an issuer is reached over HTTPS, or over HTTP on this machine alone")
    return url


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Discovered:
    """A key source (``authz.issuer.KeySource``) that looks an issuer up by its name, which is an address."""

    issuer: str

    def __post_init__(self) -> None:
        checked(self.issuer)

    def __call__(self) -> Mapping[str, Any]:
        """The JWK set; raises ``KeysUnavailable`` for whatever goes wrong on the way."""
        try:
            metadata = _fetched(self.issuer.rstrip("/") + WELL_KNOWN)
            if metadata["issuer"] != self.issuer:
                raise KeysUnavailable("the metadata are another issuer's")
            return _fetched(checked(metadata["jwks_uri"]))
        except HTTPError as wrong:
            wrong.close()
            raise KeysUnavailable(self.issuer) from wrong
        except UNUSABLE as wrong:
            raise KeysUnavailable(self.issuer) from wrong


def _fetched(url: str) -> dict[str, Any]:
    request = Request(url, headers={"Accept": "application/json"})  # noqa: S310 - checked above
    with _opener().open(request, timeout=TIMEOUT_S) as answer:
        if answer.headers.get_content_type() not in JSON_TYPES:
            raise ValueError("not JSON")
        text = answer.read(ANSWER_MAX + 1)
    if len(text) > ANSWER_MAX:
        raise ValueError("too long an answer")
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _opener() -> OpenerDirector:
    """Without a handler of redirects, a redirect is an error like any other; without one of proxies, none is used."""
    opener = OpenerDirector()
    for handler in (HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor):
        opener.add_handler(handler())
    return opener
