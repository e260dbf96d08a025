"""The journal against somebody who owns the database: what was told outside does not change with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ops.checkpointing import checkpoint_key
from ops.journal_anchor import JournalAnchor, anchor_faults, journal_anchor_in
from projections.journal import faults
from tests.journeys.children import left_behind_girl
from tests.journeys.world import SECRETS, World

KEY = checkpoint_key(SECRETS.master_key)
SIGNERS = [KEY.public_key()]


@pytest.fixture(scope="module")
def seen(story: World) -> World:
    """Somebody looked at a child."""
    child = left_behind_girl(story)
    for key in ("fj_director", "fj_township", "fj_ca", "fj_teacher"):
        assert story.as_(key).child(child.id) is not None
    return story


def rewritten(world: World) -> None:
    """A look disappears, and the rest of its lane and its head are made to fit: no fault is left in the database."""
    with psycopg.connect(world.platform.ways.admin_dsn) as conn:
        conn.execute("alter table sec.access_journal disable trigger all")
        conn.execute(
            "delete from sec.access_journal where (lane, seq) in (select lane, seq from sec.journal_head)"
        )
        conn.execute(
            "update sec.journal_head h set seq = coalesce(l.seq, 0), hash = coalesce(l.hash, '') from "
            "sec.journal_head g left join lateral (select seq, hash from sec.access_journal j "
            "where j.lane = g.lane order by seq desc limit 1) l on true where g.lane = h.lane"
        )
        conn.execute("alter table sec.access_journal enable trigger all")


def test_what_was_told_outside_finds_a_lane_made_to_fit(seen: World, tmp_path: Path) -> None:
    writer, anchor = seen.platform.ways.writer_dsn, journal_anchor_in(tmp_path)
    assert anchor_faults(writer, SIGNERS, anchor) == [], "nothing was told yet"
    assert JournalAnchor(anchor).tell(writer, KEY) > 0
    assert JournalAnchor(anchor).tell(writer, KEY) == 0, "nothing moved"
    assert anchor_faults(writer, SIGNERS, anchor) == []
    rewritten(seen)
    assert faults(writer) == [], "the database alone does not know"
    found = anchor_faults(writer, SIGNERS, anchor)
    assert found
    assert all(fault.endswith("not what was told outside") for fault in found)


def test_a_line_that_was_not_signed_here_is_found(seen: World, tmp_path: Path) -> None:
    writer, anchor = seen.platform.ways.writer_dsn, journal_anchor_in(tmp_path)
    assert JournalAnchor(anchor).tell(writer, KEY) > 0
    line = anchor.read_text(encoding="ascii")
    anchor.write_text(line.replace('"', "'", 1) + '[[1,1,"00"]] 00\n', encoding="ascii")
    assert anchor_faults(writer, SIGNERS, anchor) == [
        "journal.log line 1: not signed here",
        "journal.log line 2: not signed here",
    ]


def test_half_a_line_is_written_again(seen: World, tmp_path: Path) -> None:
    """The disk was full, or the power went, while it was written."""
    writer, anchor = seen.platform.ways.writer_dsn, journal_anchor_in(tmp_path)
    assert JournalAnchor(anchor).tell(writer, KEY) > 0
    line = anchor.read_text(encoding="ascii")
    anchor.write_text(line[:-30], encoding="ascii")
    assert JournalAnchor(anchor).tell(writer, KEY) > 0
    assert anchor.read_text(encoding="ascii") == line


class Counted:
    """A public key that counts how often it is asked."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key, self.asked = key, 0

    def verify(self, signature: bytes, text: bytes) -> None:
        self.asked += 1
        self._key.verify(signature, text)


def test_a_process_checks_what_was_told_once(seen: World, tmp_path: Path) -> None:
    """A year has half a million minutes: what was checked in one is not checked again in the next."""
    writer, anchor = seen.platform.ways.writer_dsn, journal_anchor_in(tmp_path)
    counted = Counted(KEY.public_key())
    signers = [cast("Ed25519PublicKey", counted)]
    running, other = JournalAnchor(anchor), JournalAnchor(anchor)
    assert running.tell(writer, KEY, signers) > 0
    for looks in (1, 2):
        left_behind_girl(seen)
        assert other.tell(writer, KEY) > 0
        assert running.tell(writer, KEY, signers) == 0, "another process told it"
        assert counted.asked == looks + 1
    assert anchor_faults(writer, signers, anchor) == []
    assert counted.asked == 6, "every line, from the first one on"
    anchor.rename(anchor.with_suffix(".before"))
    assert running.tell(writer, KEY, signers) > 0, "another file in its place is told everything"
    assert anchor_faults(writer, SIGNERS, anchor) == []


def test_a_row_told_twice_is_what_it_was_at_first(seen: World, tmp_path: Path) -> None:
    writer, anchor = seen.platform.ways.writer_dsn, journal_anchor_in(tmp_path)
    assert JournalAnchor(anchor).tell(writer, KEY) > 0
    told = json.loads(anchor.read_text(encoding="ascii").rpartition(" ")[0])
    text = json.dumps([[*told[0][:2], "00" * 32]])
    with anchor.open("a", encoding="ascii") as file:
        file.write(f"{text} {KEY.sign(text.encode()).hex()}\n")
    assert anchor_faults(writer, SIGNERS, anchor) == [
        "journal.log line 2: not what was told before"
    ]


def test_lines_of_the_keys_there_were_count_in_their_order(seen: World, tmp_path: Path) -> None:
    writer, anchor = seen.platform.ways.writer_dsn, journal_anchor_in(tmp_path)
    following = Ed25519PrivateKey.generate()
    both = [*SIGNERS, following.public_key()]
    assert JournalAnchor(anchor).tell(writer, KEY) > 0
    assert JournalAnchor(anchor).tell(writer, following, both) == 0, "nothing moved"
    line = anchor.read_text(encoding="ascii")
    text = line.rpartition(" ")[0]
    signed = f"{text} {following.sign(text.encode()).hex()}\n"
    anchor.write_text(line + signed + line, encoding="ascii")
    assert anchor_faults(writer, both, anchor) == ["journal.log line 3: not signed here"]
