"""GraphiQL comes from the package alone, and works in a browser."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from schema.transport import Settings
from schema.transport.graphiql import CONTENT_SECURITY_POLICY
from web import vendor_graphiql

from .chromium import CHROMIUM, Page, chromium_at
from .world import Running, running

OWN = ["index.html", "page.css", "page.js", "fetcher.js"]
FOLDER = Path(vendor_graphiql.HERE)
NAMES = [
    *OWN,
    *(f"vendor/{p.name}" for p in vendor_graphiql.VENDOR.iterdir() if p.suffix != ".txt"),
]


def test_the_page_names_no_other_host() -> None:
    for name in OWN:
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert not re.search(r"(?:src|href|url|import|from|fetch)\W{1,3}(?:https?:)?//", text), name
        assert "http:" not in text
        assert "https:" not in text
    vendored = (vendor_graphiql.VENDOR / "graphiql-3.8.3.min.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(['\"]?(?:https?:)?//", vendored)


def test_everything_the_page_refers_to_is_here() -> None:
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    wanted = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert set(wanted) - {"data:,"} <= set(NAMES)
    assert len(wanted) >= 6


def test_the_page_has_no_inline_script_and_speaks_both_languages() -> None:
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script[^>]*>([^<]*)</script>", page) == [""] * page.count("<script")
    assert " on" not in re.sub(r">[^<]*<", "><", page)  # no handler in an attribute
    for word in ("令牌", "Token", "登录", "Sign in", "订阅方式", "Subscriptions"):
        assert word in page


def test_the_policy_allows_no_remote_host() -> None:
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "script-src 'self';" in CONTENT_SECURITY_POLICY
    assert not re.search(r"https?:|\*|unsafe-eval", CONTENT_SECURITY_POLICY)


def test_the_vendored_files_are_those_recorded() -> None:
    assert vendor_graphiql.main(["--check"]) == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_served_with_its_type_and_policy(name: str, client: httpx.Client) -> None:
    answer = client.get(f"/graphiql/{name}")
    assert answer.status_code == 200
    assert answer.content == (FOLDER / name).read_bytes()
    kind = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}[Path(name).suffix]
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    lasting = "immutable" in answer.headers["cache-control"]
    assert lasting == name.startswith("vendor/")
    again = client.get(f"/graphiql/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_client_without_gzip_gets_the_bytes(client: httpx.Client) -> None:
    plain = client.get("/graphiql/page.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    digest = hashlib.sha256(plain.content).hexdigest()
    assert plain.headers["etag"] == f'"{digest[:32]}"'


@pytest.mark.parametrize(
    "path",
    ["../vendor_graphiql.py", "%2e%2e/vendor_graphiql.py", "VENDORED.md", "vendor", "nothing"],
)
def test_nothing_else_is_served(path: str, client: httpx.Client) -> None:
    assert client.get(f"/graphiql/{path}").status_code == 404


def test_without_the_slash_the_page_is_found(client: httpx.Client) -> None:
    answer = client.get("/graphiql")
    assert (answer.status_code, answer.headers["location"]) == (308, "/graphiql/")
    assert "一档" in client.get("/graphiql/").text


SAID_OF = {
    "barred": "Not permitted",
    "throttled": "Too many requests",
    "busy": "Unavailable",
    "good": "Connected",
}
"""By token: what the page says beside it. The last one stays signed in."""
REFUSED = re.compile(r"the server responded with a status of (?:401|403|429|503)")
UNNAMED = "document.querySelectorAll('.graphiql-container textarea:not([aria-label])')"
EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"


def write(page: Page, query: str) -> None:
    page.value(f"{EDITOR}.setValue({json.dumps(query)})")


def run(page: Page) -> None:
    """Press Ctrl-Enter."""
    page.value(f"{EDITOR}.focus()")
    press(page, "Enter", 13, modifiers=2)


def press(page: Page, key: str, number: int, modifiers: int = 0) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        page.call(
            "Input.dispatchKeyEvent",
            type=kind,
            modifiers=modifiers,
            key=key,
            code=key,
            windowsVirtualKeyCode=number,
        )


def ask(page: Page, query: str, line: int = 0) -> None:
    """Write a query, wait until GraphiQL has read it, run the operation on a line of it."""
    write(page, query)
    page.until(f"{EDITOR}.documentAST?.loc.source.body === {json.dumps(query)}")
    page.value(f"{EDITOR}.setCursor({line}, 0)")
    run(page)


def answered(text: str) -> str:
    return f"document.querySelector('.result-window')?.innerText.includes({text!r})"


@pytest.fixture
def own() -> Iterator[Running]:
    """A server that allows the pages it serves itself, and tells a stranger the schema, as the demo does."""
    with running(Settings(stranger_introspection=True), own_origin=True) as server:
        yield server


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_page_works_in_a_browser(own: Running) -> None:
    """Signs in, reads the schema, asks a query and holds subscriptions both ways."""
    with chromium_at(f"{own.url}/graphiql/") as page:
        page.until("document.querySelector('#status')?.textContent.includes('Not signed in')")
        for token, said in SAID_OF.items():
            page.value(f"document.querySelector('#token').value = '{token}'")
            page.value("document.querySelector('#signin button').click()")
            page.until(f"document.querySelector('#status').textContent.includes('{said}')")
        page.until(f"{EDITOR}.options.lint?.schema?.getQueryType().name === 'Query'")
        ask(page, "{hello}")
        page.until(answered("hello child"))
        ask(page, "query A{hello}\nquery B{...F}\nfragment F on Query{who}", line=1)
        page.until(answered('"good"'))
        for transport in ("sse", "ws"):
            page.value(f"document.querySelector('#transport').value = '{transport}'")
            ask(page, "subscription{count(to:3)}")
            page.until(answered('"count": 2'))
            hold_and_stop(page, own, transport)
            ask(page, "subscription{refusing}")
            page.until(answered("NOT_FOUND_OR_FORBIDDEN"))
        complaints = [text for text in page.complaints if not REFUSED.search(text)]
        assert complaints == []
        assert page.value("localStorage.length + sessionStorage.length") == 0
        hosts = page.value(
            "performance.getEntriesByType('resource').map(r => new URL(r.name).origin)"
        )
        assert set(hosts) == {own.url}


def hold_and_stop(page: Page, server: Running, key: str) -> None:
    """Run at once after writing, before GraphiQL has read the text; stop by the button."""
    write(page, f'subscription{{forever(key:"{key}")}}')
    run(page)
    page.until(answered('"first"'))
    page.value("document.querySelector('.graphiql-execute-button').click()")
    assert server.world.closed[key].wait(20)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_token_in_the_address_signs_in_and_is_removed_from_it(own: Running) -> None:
    with chromium_at(f"{own.url}/graphiql/#token=good") as page:
        page.until("document.querySelector('#status')?.textContent.includes('Connected')")
        assert page.value("location.href") == f"{own.url}/graphiql/"
        # For whoever hears the page and has a keyboard only: each editor has a name, and Escape lets Tab out of it.
        page.until(f"{UNNAMED}.length === 0")
        page.value(f"{EDITOR}.focus()")
        press(page, "Tab", 9)
        assert page.value("document.activeElement.closest('.CodeMirror') !== null")
        press(page, "Escape", 27)
        press(page, "Tab", 9)
        page.until("document.activeElement.closest('.CodeMirror') === null")
