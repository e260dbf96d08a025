"""A headless Chromium, spoken to over its DevTools protocol."""

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from websockets.sync.client import ClientConnection, connect

START_S = 60.0
END_S = 20.0
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Page:
    """One open page; `value` waits for a JavaScript expression, also for its promise."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self._session: dict[str, object] = {}
        self.complaints: list[str] = []  # errors and refusals that the browser logged

    def open(self, url: str) -> None:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {
            "sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)[
                "sessionId"
            ]
        }
        for method in ("Log.enable", "Runtime.enable", "Page.enable"):
            self.call(method)
        self.call("Page.navigate", url=url)

    def call(self, method: str, **parameters: object) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters, **self._session}
        self._connection.send(json.dumps(message))
        while True:
            heard = json.loads(self._connection.recv(timeout=60))
            if heard.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}:
                self.complaints.append(json.dumps(heard["params"]))
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return heard["result"]

    def value(self, expression: str) -> Any:
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until a JavaScript condition on the page holds."""
        self.value(
            "new Promise((done, fail) => {"
            f"  const look = setInterval(() => {{ if ({condition}) {{ clearInterval(look); done(); }} }});"
            "  setTimeout(() => fail(new Error(document.body.innerText.slice(0, 2000))), 40000);"
            "})"
        )


@contextmanager
def chromium_at(url: str) -> Iterator[Page]:
    """Open a page in a fresh profile."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        options += ["--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
        with subprocess.Popen(
            [CHROMIUM, *options], stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as browser:
            try:
                with connect(_devtools(browser), max_size=None, close_timeout=5) as connection:
                    page = Page(connection)
                    page.open(url)
                    yield page
            finally:
                _end(browser)


def _end(browser: subprocess.Popen[str]) -> None:
    """Told to end, and if it does not, killed with all that it started: they hold its output open."""
    os.killpg(browser.pid, signal.SIGTERM)
    try:
        browser.wait(END_S)
    except subprocess.TimeoutExpired:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait(END_S)


def _devtools(browser: subprocess.Popen[str]) -> str:
    """Where it listens. Its further complaints are read and dropped, so that it never waits for a reader."""
    assert browser.stderr is not None
    lines, found = browser.stderr, queue.Queue[str]()

    def read() -> None:
        with suppress(ValueError, OSError):  # closed while it is read
            for line in lines:
                if where := re.search(r"DevTools listening on (ws://\S+)", line):
                    found.put(where[1])

    threading.Thread(target=read, daemon=True).start()
    try:
        return found.get(timeout=START_S)
    except queue.Empty:
        raise AssertionError("Chromium did not start") from None
