"""The verbs about the log and what is told from it: told anew, verified, handed over, taken back once set aside."""

from __future__ import annotations

import argparse
from uuid import UUID

import psycopg

from eventlog.verify import Report, verify
from ops import handing_over
from ops.checkpointing import anchor_in, key_in_force, signers
from ops.journal_anchor import anchor_faults, journal_anchor_in
from ops.platform import NotParked, Ways, compose, release, retell_all
from ops.saying import say, say_wrong
from ops.secrets_file import Secrets
from ops.settings import Settings
from projections.journal import faults
from projections.resuming import UnderWay
from projections.retell import Manner

Arguments = argparse.Namespace


def retell(given: Arguments, _settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """All read models anew from the log, beside the live ones, then swapped in; from where the last was cut short."""
    try:
        told = retell_all(ways, secrets, say, Manner(anew=given.anew))
    except UnderWay as other:
        say(str(other))
        return 2
    say(
        f"已重述 {told.events} 个事件,用时 {told.seconds:.1f} 秒,搁置 {told.parked} · "
        f"retold {told.events} events in {told.seconds:.1f} s, parked {told.parked}"
        + (f" · 此前已述 told before {told.before}" if told.before else "")
    )
    return 1 if told.parked else 0


def verify_log(given: Arguments, settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """Every stream's hash chain, every checkpoint, its signature, the roots kept outside the database; and the chain
    of the access journal."""
    report, looks = _verified(given, settings, ways, secrets)
    say(
        f"{report.events} 个事件、{report.streams} 条流、{report.checkpoints} 个检查点 · "
        f"{report.events} events, {report.streams} streams, {report.checkpoints} checkpoints"
    )
    say(f"  签名密钥 · signing key: {report.signing_key}")
    say(f"  库外最后一个检查点 · the last checkpoint told outside: {report.told_to or '无 none'}")
    for fault in (*report.faults, *looks):
        say(f"  {fault}")
    say(
        "日志完好 · the log holds"
        if report.ok
        else "日志已被改动,或无从证明完好 · the log was changed, or cannot be shown to be whole"
    )
    say(
        "查阅记录已被改动 · the journal was changed"
        if looks
        else "查阅记录完好 · the journal holds"
    )
    return 0 if report.ok and not looks else 1


def _verified(
    given: Arguments, settings: Settings, ways: Ways, secrets: Secrets
) -> tuple[Report, list[str]]:
    """What was found by the key in force; once more if that was changed meanwhile: the next one vouches for it, not it
    for the next."""
    key = key_in_force(ways.writer_dsn, secrets)
    anchor, outside = given.anchor or anchor_in(settings.state), journal_anchor_in(settings.state)
    while True:
        report = verify(ways.writer_dsn, public_key=key.public_key(), anchor=anchor)
        known = signers(ways.writer_dsn, key)
        looks = faults(ways.writer_dsn) + anchor_faults(ways.writer_dsn, known, outside)
        before, key = key, key_in_force(ways.writer_dsn, secrets)
        if key.public_key() == before.public_key():
            return report, looks


def export_stream(given: Arguments, _settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """One stream with what shows that it is whole, for one capacity and on record (``ops.check_export``)."""
    platform = compose(ways, secrets)
    try:
        return handing_over.export_for(given, platform, say, say_wrong)
    finally:
        platform.close()


def parked(given: Arguments, _settings: Settings, ways: Ways, secrets: Secrets) -> int:
    """What projections have set aside; with ``--release`` one stream is taken back first."""
    if given.release:
        projection, stream_id = given.release
        try:
            ended = release(ways, secrets, projection, UUID(stream_id), say)
        except (NotParked, ValueError):
            say("没有这一项搁置 · nothing of that name is parked")
            return 2
        except UnderWay as other:
            say(str(other))
            return 2
        say("已恢复 · released" if ended else "仍不能读取,继续搁置 · still cannot be read")
    with psycopg.connect(ways.admin_dsn) as conn:
        rows = conn.execute(
            "select projection, stream, stream_id, from_position, event_name, error "
            "from read.parked order by from_position"
        ).fetchall()
    for row in rows:
        say(" · ".join(str(value) for value in row))
    say(f"{len(rows)} 项搁置 · parked")
    return 1 if rows else 0
