"""PostgreSQL's advisory locks of the platform: one number a purpose, of one database.

Two purposes under one number would wait for each other, or take each other for themselves, and nothing would say so.
Each later projection has one of its own, the hash of its name (``projections.runner``); the migrations, which know
nothing of this package, write theirs out (``tests/contracts/test_locks.py`` holds all of them together).
"""

from __future__ import annotations

from enum import IntEnum


class AdvisoryLock(IntEnum):
    """Who holds it."""

    MIGRATING = 6_573_000
    """Whoever migrates (``migrations.run``)."""
    APPENDING = 6_573_001
    """Whoever appends to the log, to the end of the transaction (``es.lock_append``)."""
    CHECKPOINTS = 6_573_002
    """Whoever makes checkpoints."""
    PREPARING = 7_911_300
    """Whoever makes the database ready."""
    CLOCKS = 7_911_301
    """Whoever fires clocks."""
    RETELLING = 7_911_310
    """Whoever retells; ``es.drop_overtaken_retelling`` asks for it too."""
    REFERENCE = 0x7965_6461
    """Whoever loads divisions and calendar."""
