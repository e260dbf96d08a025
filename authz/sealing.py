"""Sealed tokens: a relation that names what a class protects, as rows carry it that others read, too.

Who sees a row reads its tokens with it. Those of four relations are told under a key, as ``sec.sealed`` says in
PostgreSQL (``migrations/0019``): who reported, where a child is placed, who corrects its conduct, who is kept away. An
assignment seals what it holds in the same way, so that both are compared without either being named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

import psycopg

from authz.words import Prefix

SEALED = frozenset({Prefix.OWN_REPORT, Prefix.PLACED, Prefix.CORRECTOR, Prefix.CONFLICT})
"""The relations whose tokens are told under the key."""
OPAQUE = "S"
"""What stands before a sealed token in the place of its kind; a conflict stays one, for rows are told by it."""
DIGITS = 32


def plain(token: str) -> str:
    """The token as it is: where nothing is told under a key (a gate asked about rows made up)."""
    return token


@dataclass(frozen=True)
class Seal:
    """The key of one database; calling it gives a token as that database's rows carry it."""

    inner_pad: bytes = field(repr=False)
    outer_pad: bytes = field(repr=False)

    def __call__(self, token: str) -> str:
        """The token, sealed where its relation is one of ``SEALED``."""
        kind = token.partition(":")[0]
        return _sealed(self, token) if kind in SEALED else token


@lru_cache(maxsize=10_000)
def _sealed(seal: Seal, token: str) -> str:
    kind = Prefix.CONFLICT if token.startswith(f"{Prefix.CONFLICT}:") else OPAQUE
    inner = sha256(seal.inner_pad + token.encode()).digest()
    return f"{kind}:{sha256(seal.outer_pad + inner).hexdigest()[:DIGITS]}"


def seal_of(writer_dsn: str) -> Seal:
    """The seal of a database whose migrations have run, read as the writer: the API role cannot."""
    with psycopg.connect(writer_dsn) as connection:
        found = connection.execute("SELECT inner_pad, outer_pad FROM sec.relation_key").fetchone()
    assert found is not None, "made by the migration that made its table"
    return Seal(bytes(found[0]), bytes(found[1]))
