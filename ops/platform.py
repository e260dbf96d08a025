"""The platform: everything wired, once a process. ``compose`` is called by ``app.py`` and by the tests, with values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from authz.current import CurrentPolicy, publish_release
from authz.gate import Gate, released
from authz.policy import SOURCE
from authz.scope_db import check_roles, install_secret
from authz.sealing import seal_of
from domain.access.erasure import ChildErased
from domain.access.state import AccessOrder
from domain.divisions import Divisions
from domain.kernel import COMMANDS
from domain.rulebook import Rulebook
from domain.workdays import Workdays
from eventlog.casebook import Casebook
from eventlog.connections import Timeouts, connect
from eventlog.factory import environment
from eventlog.keyring import Keyring
from eventlog.locks import AdvisoryLock
from eventlog.log_clock import LogClock
from eventlog.recorded import Recorded
from eventlog.rulebook import RulebookSource
from eventlog.store import EventStore
from migrations.run import ensure_roles, migrate
from ops.elsewhere import Elsewhere
from ops.load_reference import load_reference
from ops.same_release import check_release, sign_release
from ops.same_secrets import check_master_key, check_same_secrets
from ops.secrets_file import Secrets
from ops.ways import Ways
from projections import retell, tables
from projections.exposure import check_exposure
from projections.feed import Feed
from projections.inline import Inline
from projections.lookup import Lookup
from projections.reader import Row, reader_pool
from projections.registry import INLINE, LATER
from projections.resuming import UnderWay, drop_overtaken
from projections.runner import Runner
from projections.together import together
from projections.units import DirectorySource
from schema.context import Services

__all__ = ["NotParked", "Platform", "Ways", "check_master_key", "compose", "prepare"]
Compare = Callable[[psycopg.Connection[Any]], None]
LOCK_LOG = "select es.lock_append()"
PATIENT = Timeouts(connect_s=10, statement_s=120.0, lock_s=60.0, answer_s=300.0)
"""Limits where nobody waits for an answer; those of commands would end a long read on a busy machine."""


@dataclass(kw_only=True)
class Platform:
    """One process's parts."""

    ways: Ways
    secrets: Secrets
    store: EventStore
    casebook: Casebook
    lookup: Lookup
    directory: DirectorySource
    inline: Inline
    policy: CurrentPolicy
    services: Services
    pool: AsyncConnectionPool[AsyncConnection[Row]]
    feed: Feed
    runner: Runner
    elsewhere: Elsewhere
    looked_through_on: date | None = None
    """The day of the last daily look (``ops.daily``) of this process."""

    @property
    def gate(self) -> Gate:
        """The gate of the policy in force now."""
        return self.policy.gate()

    def close(self) -> None:
        """Gives every connection back."""
        self.lookup.close()
        self.store.close()


@contextmanager
def preparing(ways: Ways) -> Iterator[None]:
    """One process at a time makes a database ready; others that start with it wait, and then find it so."""
    with psycopg.connect(ways.admin_dsn, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(%s)", (AdvisoryLock.PREPARING,))
        yield


def prepare(ways: Ways, secrets: Secrets, report: Callable[[str], None]) -> None:
    """Makes the database ready: roles, migrations, divisions, the signing key, the read models. Safe to repeat.

    Raises ``OlderRelease``, ``LostMasterKey``, ``OtherSecrets``, ``MigrationError``, psycopg.Error."""
    with preparing(ways):
        _prepare(ways, secrets, report)


def _prepare(ways: Ways, secrets: Secrets, report: Callable[[str], None]) -> None:
    check_same_secrets(ways, secrets)
    check_release(ways)
    ensure_roles(ways.admin_dsn, secrets.writer_password, secrets.reader_password)
    for name in migrate(ways.admin_dsn, report=lambda _: None):
        report(f"迁移 migrated {name}")
    with psycopg.connect(ways.admin_dsn, autocommit=True) as conn:
        loaded = load_reference(conn)
        if loaded.loaded:
            report(f"区划与日历 divisions and calendar loaded: {loaded.rows}")
    check_master_key(ways, secrets)
    if version := publish_release(ways.admin_dsn, SOURCE.read_text(encoding="utf-8"), COMMANDS):
        report(f"权限总表 policy {version}")
    install_secret(ways.admin_dsn, secrets.scope_key)
    told = ensure_read_models(ways, secrets, report)
    if told:
        report(f"读模型 read models told from {told.events} events in {told.seconds:.1f} s")
    sign_release(ways)
    with psycopg.connect(ways.admin_dsn, autocommit=True) as conn:
        drop_overtaken(conn)
    check_roles(ways.reader_dsn)
    check_exposure(ways.reader_dsn)


def ensure_read_models(
    ways: Ways, secrets: Secrets, report: Callable[[str], None]
) -> retell.Told | None:
    """Retells the read models if the declarations changed since they were told; waits for another that is at it."""
    while True:
        with psycopg.connect(ways.admin_dsn) as conn:
            if tables.is_current(conn):
                return None
        try:
            return retell_all(ways, secrets, report)
        except UnderWay as other:
            report(str(other))


def retell_all(
    ways: Ways,
    secrets: Secrets,
    report: Callable[[str], None],
    manner: retell.Manner = retell.USUAL,
) -> retell.Told:
    """Builds every read model anew from the log and swaps it in. Raises ``UnderWay``."""
    with patient_store(ways, secrets) as store:
        return retell.retell(
            ways.admin_dsn,
            INLINE,
            store.read_on,
            lock_log=LOCK_LOG,
            later=LATER,
            manner=manner,
            report=report,
        )


@contextmanager
def patient_store(ways: Ways, secrets: Secrets) -> Iterator[EventStore]:
    """The log for whoever reads it from end to end: a page that is slow for once must not end an hour's work, and
    what is told anew is told from the events alone."""
    keyring = Keyring(
        ways.writer_dsn, secrets.master_key, more=secrets.master_keys, timeouts=PATIENT
    )
    store = EventStore(environment(ways.writer_dsn, PATIENT), keyring, long=None)
    store.rulebook = RulebookSource(store, Rulebook.load(), Divisions.load())
    try:
        yield store
    finally:
        store.close()


class NotParked(LookupError):
    """No projection of this name has set this stream aside."""


def release(
    ways: Ways, secrets: Secrets, projection: str, stream_id: UUID, report: Callable[[str], None]
) -> bool:
    """Takes a stream back from where a projection set it aside, once its fault is mended.

    Read models look things up in each other, so everything is retold beside the live ones and swapped in; a running
    process heeds it at the stream's next event. Answers whether the projection reads the stream now.
    Raises ``NotParked``, ``UnderWay``.
    """
    if not _is_parked(ways, projection, stream_id):
        raise NotParked(projection, stream_id)
    retell_all(ways, secrets, report, retell.Manner(anew=True))  # what was cut short has it parked
    return not _is_parked(ways, projection, stream_id)


def _is_parked(ways: Ways, projection: str, stream_id: UUID) -> bool:
    with psycopg.connect(ways.admin_dsn) as conn:
        found = conn.execute(
            "select from read.parked where projection = %s and stream_id = %s",
            (projection, stream_id),
        ).fetchone()
    return found is not None


def compose(ways: Ways, secrets: Secrets, *, now: Callable[[], datetime] | None = None) -> Platform:
    """Wires the parts over a prepared database. ``now`` is the platform's only clock; without it, the log's own."""
    clock, compare = (now, _nothing_to_compare) if now else _log_clock(ways)
    keyring = Keyring(ways.writer_dsn, secrets.master_key, more=secrets.master_keys)
    store = EventStore(environment(ways.writer_dsn, pool_size=8), keyring)
    lookup = Lookup.open(ways.writer_dsn)
    directory = DirectorySource(lookup)
    inline = Inline(INLINE, parked=lookup.parked(), look=lookup.parked)
    store.on_caught_up = inline.moved_elsewhere
    store.appending.together = together
    divisions = Divisions.load()
    rulebook = RulebookSource(store, Rulebook.load(), divisions)
    store.rulebook = rulebook
    casebook = Casebook(
        store=store,
        rulebook=rulebook,
        workdays=Workdays.load(),
        divisions=divisions,
        directory=directory,
        links=lookup,
        inline=inline,
        now=clock,
        digest_key=secrets.scope_key,
    )
    casebook.on_recorded.append(lambda new: directory.heard({r.event.name for r in new}))
    casebook.on_recorded.append(lambda new: _destroy_keys(keyring, lookup, new))
    keyring.destroy(_erased_scopes(lookup.erased()))  # in case the last stop cut an erasure short
    policy = CurrentPolicy(ways.writer_dsn, released(), COMMANDS)
    policy.look()
    runner = Runner(ways.writer_dsn, LATER, store.read_on)
    casebook.on_recorded.append(lambda _new: runner.poke())
    elsewhere = Elsewhere(ways.writer_dsn, directory.heard, runner.poke, compare)
    pool, feed = reader_pool(ways.reader_dsn), Feed(ways.reader_dsn, lookup)
    services = Services(
        casebook=casebook,
        gate=policy.gate,
        rulebook=rulebook,
        divisions=divisions,
        lookup=lookup,
        pool=pool,
        scope_key=secrets.scope_key,
        seal=seal_of(ways.writer_dsn),
        now=clock,
        feed=feed,
    )
    return Platform(
        ways=ways,
        secrets=secrets,
        store=store,
        casebook=casebook,
        lookup=lookup,
        directory=directory,
        inline=inline,
        policy=policy,
        services=services,
        pool=pool,
        feed=feed,
        runner=runner,
        elsewhere=elsewhere,
    )


def _log_clock(ways: Ways) -> tuple[Callable[[], datetime], Compare]:
    """The log's hour, and how it is compared again."""
    with connect(ways.writer_dsn) as conn:
        clock = LogClock(conn)
    return clock, clock.compare


def _nothing_to_compare(_conn: psycopg.Connection[Any]) -> None:
    """A clock that was given goes as it goes."""


def _destroy_keys(keyring: Keyring, lookup: Lookup, new: Sequence[Recorded]) -> None:
    """Erasure: once the fact is recorded, the keys it names go, and with them every value they sealed.

    The matters of access of an erased child lose theirs when they are over (``projections.erasure``).
    """
    for recorded in new:
        event = recorded.event
        if isinstance(event, ChildErased):
            gone = (*event.key_scopes, *lookup.erased(event.child_id))
        elif isinstance(recorded.after, AccessOrder) and recorded.after.settled:
            gone = tuple(lookup.erased(stream_id=recorded.stream_id))
        else:
            continue
        if gone:
            keyring.destroy(_erased_scopes(gone))
            lookup.drop_overtaken()


ERASED_KINDS = ("child", "case", "reporter", "access")


def _erased_scopes(streams: Iterable[UUID]) -> list[str]:
    """The key scopes of erased streams, whatever kind each is."""
    return [f"{kind}:{i}" for i in streams for kind in ERASED_KINDS]
