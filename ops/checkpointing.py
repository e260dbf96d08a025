"""Checkpoints: signed Merkle roots over the log, told to a file outside the database as well (law 6), and beside them
the ends of the access journal.

A chain alone does not stop somebody who can rewrite a whole stream; a root that was written elsewhere does. The signing
key follows from the master key, so that it needs no file of its own; keep the anchor file where the database's
administrators cannot write.
"""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Event, Thread

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eventlog import signing
from eventlog.checkpoints import make_checkpoints
from eventlog.master_key import longest_in_force
from ops.journal_anchor import JournalAnchor, journal_anchor_in
from ops.platform import Platform
from ops.secrets_file import Secrets

logger = logging.getLogger("yidang.checkpoints")
EVERY_S = 60.0


def checkpoint_key(master_key: bytes) -> Ed25519PrivateKey:
    """The Ed25519 key that signs this installation's checkpoints (HKDF, RFC 5869, of the master key)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"yidang checkpoint")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(master_key))


def key_in_force(dsn: str, secrets: Secrets) -> Ed25519PrivateKey:
    """The key that signs now: while the master key is changed, that of the old one until it is retired.

    Raises psycopg.Error, ``eventlog.errors.WrongMasterKey``.
    """
    return checkpoint_key(longest_in_force(dsn, (secrets.master_key, *secrets.master_keys())))


def signers(dsn: str, key: Ed25519PrivateKey) -> list[Ed25519PublicKey]:
    """The public keys to check signatures with, in the order in which they signed. Raises psycopg.Error."""
    with psycopg.connect(dsn) as conn:
        return signing.publics(signing.history(conn), key.public_key())


def anchor_in(state: Path) -> Path:
    """The file outside the database that holds every root."""
    return state / "checkpoints.log"


class Checkpointer:
    """A thread that checkpoints whatever is new, each minute and when it stops; where nothing is, it makes none."""

    def __init__(self, platform: Platform, anchor: Path) -> None:
        self._dsn = platform.ways.writer_dsn
        self._secrets, self._anchor = platform.secrets, anchor
        self._journal = JournalAnchor(journal_anchor_in(anchor.parent))
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, with a last checkpoint over what is left."""
        self._stopped.set()
        self._thread.join(timeout=10)
        self.make()

    def make(self) -> int:
        """Checkpoints now; answers how many were made. A lost database only means later."""
        try:
            key = key_in_force(self._dsn, self._secrets)
            made = make_checkpoints(self._dsn, key, self._anchor, rest=True)
            self._journal.tell(self._dsn, key, signers(self._dsn, key))
            return len(made)
        except Exception as error:  # noqa: BLE001 - never stops the server; the next round tries again
            logger.warning("no checkpoint could be made: %s", type(error).__name__)
            return 0

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_S):
            self.make()
