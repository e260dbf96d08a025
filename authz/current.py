"""The policy in force in this process, and how a new one gets here: published in PostgreSQL, heard of, checked.

A new policy is read, checked and compiled beside the one in force, then one reference is replaced: a decision is made
by the old or by the new, never by half of each. What is not wholly understood is refused and the old one stays; that is
told at ``/readyz`` until a good one is published. Times are monotonic seconds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import monotonic
from typing import Any

import psycopg

from authz.gate import Gate
from authz.never import check
from authz.policy import PolicyRefused, load, version_of

logger = logging.getLogger("yidang.policy")
LISTEN = "listen policy; listen rights"
RIGHTS, EVERYBODY = "rights", ""
SINCE = "select no, version, source from sec.policy where no > %s order by no desc limit 10"
PUBLISH = "insert into sec.policy (version, source, origin) values (%s, %s, %s)"
WAIT_S = 0.2
"""How long one wait for news lasts; it bounds how long a stop takes."""
LOOK_S = 5.0
"""We look for ourselves this often, should a word have been lost."""
RETRY_S = 0.5
END_S = 10.0
"""How long a stop waits for the thread: whatever hangs, the process ends, and nothing recorded is lost."""
STALE_S = 60.0
"""After this long without an answer nobody knows whether the policy is still the newest: an alarm."""


@dataclass(frozen=True)
class Refused:
    """A published policy that this process does not follow, and why, in the policy's own words."""

    no: int
    version: str
    why: str


class CurrentPolicy:
    """``gate()`` answers by the newest policy that was understood. ``start``, ``stop``: the thread that listens."""

    def __init__(self, dsn: str, gate: Gate, commands: Collection[str]) -> None:
        self._dsn, self._gate, self._commands = dsn, gate, frozenset(commands)
        self._no = 0
        self._refused: Refused | None = None
        self._heard_at = monotonic()
        self.heed: Callable[[str], None] = lambda _name: None
        """Told the name of whoever's rights moved (migration 0011); an empty name is everybody's."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="policy", daemon=True)

    def gate(self) -> Gate:
        """The gate of the policy in force; ask again for the next request."""
        return self._gate

    @property
    def refused(self) -> Refused | None:
        """The newest policy, if it was refused here."""
        return self._refused

    def told(self) -> dict[str, Any]:
        """For ``/readyz``: the version in force, and whether something is wrong."""
        alarms = []
        if self._refused is not None:
            alarms.append(f"refused {self._refused.version}")
        if monotonic() - self._heard_at > STALE_S:
            alarms.append("out of hearing")
        return {"version": self._gate.policy.version, "alarms": alarms}

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Ends."""
        self._stopped.set()
        self._thread.join(END_S)

    def look(self) -> None:
        """Takes the newest published policy, as a start does. Raises psycopg.Error."""
        with psycopg.connect(self._dsn, autocommit=True) as conn:
            self._take(conn)

    def _take(self, conn: psycopg.Connection[Any]) -> None:
        """The newest policy that is understood, of those published since the one in force."""
        published = conn.execute(SINCE, (self._no,)).fetchall()
        self._heard_at = monotonic()
        refused = None
        for no, version, source in published:
            why = self._taken(source)
            if why is None:
                self._no = no
                break
            refused = refused or Refused(no, version, why)
        if published:
            self._tell(refused)

    def _taken(self, source: str) -> str | None:
        """Puts a text in force here; or why not."""
        if version_of(source) == self._gate.policy.version:
            return None
        try:
            self._gate = Gate(check(load(source), self._commands))
            self.heed(EVERYBODY)
        except PolicyRefused as refused:
            return str(refused)
        except Exception as error:  # noqa: BLE001 - whatever a text provokes, the old policy stays
            return type(error).__name__
        return None

    def _tell(self, refused: Refused | None) -> None:
        if refused is not None and refused != self._refused:
            logger.error(
                "policy %s is refused, %s stays", refused.version, self._gate.policy.version
            )
        self._refused = refused

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(
                    self._dsn,
                    autocommit=True,
                    connect_timeout=2,
                    application_name="yidang policy",
                    options="-c statement_timeout=5000",
                ) as conn:
                    self._follow(conn)
            except psycopg.Error as error:
                logger.warning("the policy is out of hearing: %s", type(error).__name__)
                self._stopped.wait(RETRY_S)

    def _follow(self, conn: psycopg.Connection[Any]) -> None:
        conn.execute(LISTEN)
        self._take(conn)
        self.heed(EVERYBODY)  # whatever was said before this connection
        looked_at = monotonic()
        while not self._stopped.is_set():
            heard = list(conn.notifies(timeout=WAIT_S, stop_after=1))
            for word in heard:
                if word.channel == RIGHTS:
                    self.heed(word.payload)
            if any(w.channel != RIGHTS for w in heard) or monotonic() - looked_at >= LOOK_S:
                self._take(conn)
                looked_at = monotonic()


def publish(admin_dsn: str, source: str, commands: Collection[str], *, origin: str) -> str:
    """Puts a policy in force in every process; answers its version. Raises ``PolicyRefused`` before anything is put."""
    policy = check(load(source), commands)
    with psycopg.connect(admin_dsn) as conn:
        conn.execute("SET ROLE yidang_owner")
        conn.execute(PUBLISH, (policy.version, source, origin))
    return policy.version


def publish_release(admin_dsn: str, source: str, commands: Collection[str]) -> str | None:
    """Publishes the policy this version of the platform came with, unless the last release brought the same."""
    with psycopg.connect(admin_dsn) as conn:
        row = conn.execute(
            "select version from sec.policy where origin = 'RELEASE' order by no desc limit 1"
        ).fetchone()
    if row is not None and row[0] == load(source).version:
        return None
    return publish(admin_dsn, source, commands, origin="RELEASE")
