"""Keys over HTTP: found by discovery, kept, renewed; nothing is followed elsewhere."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc.jwk import ECKey, KeySet

from authz.discovery import ANSWER_MAX, Discovered, UnsafeIssuer, checked
from authz.issuer import KEYS_AGE, KEYS_LAST, REFETCH_AFTER, Issuer, KeysUnavailable

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
FIRST, SECOND = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("first", "second"))
JSON = "application/json"


@dataclass
class Site:
    """An issuer's web site on this machine: what each path answers, and how often it was asked."""

    url: str
    pages: dict[str, tuple[int, str, bytes, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def says(
        self, path: str, value: Any, *, status: int = 200, kind: str = JSON, to: str = ""
    ) -> None:
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.pages[path] = (status, kind, text, to)

    def serves(self, *keys: ECKey, **more: Any) -> None:
        metadata = {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **more}
        self.says("/.well-known/openid-configuration", metadata)
        self.says("/keys", KeySet(list(keys)).as_dict(private=False))


@contextmanager
def site_on_this_machine() -> Iterator[Site]:
    site = Site("")

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, kind, text, to = site.pages.get(self.path, (404, JSON, b"{}", ""))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            if to:
                self.send_header("Location", to)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        site.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        yield site
        server.shutdown()
        thread.join(30)
        assert not thread.is_alive(), "the site does not end"


@pytest.fixture
def site() -> Iterator[Site]:
    with site_on_this_machine() as found:
        yield found


def kids(issuer: Issuer, kid: str, now: datetime = NOW) -> set[str | None]:
    return {key.kid for key in issuer.keys_for(kid, now)}


def test_the_keys_an_issuer_names_are_found_and_kept(site: Site) -> None:
    site.serves(FIRST)
    issuer = Issuer(site.url, Discovered(site.url))
    assert kids(issuer, "first") == kids(issuer, "first") == {"first"}
    assert site.asked == ["/.well-known/openid-configuration", "/keys"]


def test_a_rotated_key_is_found_and_a_withdrawn_one_forgotten(site: Site) -> None:
    site.serves(FIRST)
    issuer = Issuer(site.url, Discovered(site.url))
    assert kids(issuer, "first") == {"first"}
    site.serves(FIRST, SECOND)
    assert kids(issuer, "second") == {"first"}, "not at a stranger's bidding"
    assert kids(issuer, "second", NOW + REFETCH_AFTER) == {"first", "second"}
    site.serves(SECOND)
    assert "first" not in kids(issuer, "first", NOW + REFETCH_AFTER + KEYS_AGE)


def test_an_issuers_outage_is_not_ours_for_a_while(site: Site) -> None:
    site.serves(FIRST)
    issuer = Issuer(site.url, Discovered(site.url))
    assert kids(issuer, "first") == {"first"}
    site.says("/keys", b"down", status=503)
    assert kids(issuer, "first", NOW + KEYS_LAST - timedelta(seconds=1)) == {"first"}
    with pytest.raises(KeysUnavailable):
        issuer.keys_for("first", NOW + KEYS_LAST)
    site.serves(FIRST)
    assert kids(issuer, "first", NOW + KEYS_LAST + REFETCH_AFTER) == {"first"}


BAD: dict[str, dict[str, Any]] = {
    "another issuer's metadata": {"issuer": "https://login.example"},
    "no keys named": {"jwks_uri": None},
    "keys elsewhere over plain HTTP": {"jwks_uri": "http://login.example/keys"},
    "keys in a file": {"jwks_uri": "file:///etc/passwd"},
    "keys under another name of the cloud": {"jwks_uri": "http://169.254.169.254/keys"},
}


@pytest.mark.parametrize("more", BAD.values(), ids=BAD.keys())
def test_metadata_that_point_elsewhere_are_not_followed(site: Site, more: dict[str, Any]) -> None:
    site.serves(FIRST, **more)
    with pytest.raises(KeysUnavailable):
        Issuer(site.url, Discovered(site.url)).keys_for("first", NOW)
    assert "/keys" not in site.asked


def test_no_redirect_no_page_and_nothing_endless_is_taken_for_keys(site: Site) -> None:
    good = KeySet([FIRST]).as_dict(private=False)
    site.serves(FIRST)
    site.says("/moved", good)
    answers: list[dict[str, Any]] = [
        {"value": b"", "status": 302, "to": f"{site.url}/moved"},
        {"value": good, "kind": "text/html"},
        {"value": b"[" * 20_000},
        {"value": [good]},
        {"value": b" " * ANSWER_MAX + json.dumps(good).encode()},
        {"value": {"keys": "first"}},
    ]
    for answer in answers:
        site.says("/keys", **answer)
        with pytest.raises(KeysUnavailable):
            Issuer(site.url, Discovered(site.url)).keys_for("first", NOW)
    assert "/moved" not in site.asked


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example",
        "ftp://login.example",
        "https://login.example?x=1",
        "https://login.example#x",
        "https://user@login.example",
        "https:///path",
        "login.example",
        "",
    ],
)
def test_an_issuer_is_reached_over_https_or_not_at_all(url: str) -> None:
    with pytest.raises(UnsafeIssuer):
        checked(url)
