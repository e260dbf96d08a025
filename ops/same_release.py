"""Whether this program is as new as the release that a database was made ready by: asked before anything is changed.

An older one would tell the read models in its own form, put its own policy in force and set aside every stream with an
event it does not know, under processes of the newer one. It is known by three things, none of which anybody has to keep
in mind: a migration that was applied and is not here, a form of read models that others have followed, and an event, or
a version of one, that is not known.
"""

from __future__ import annotations

import psycopg

from domain.kernel import EVENTS
from migrations.run import unknown
from ops.ways import Ways
from projections import tables


class OlderRelease(Exception):
    """The database was made ready by a newer release."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"OLDER_RELEASE 本程序早于数据库所用的版本({what}),未作任何改动,请启动新版本(见 docs/how-to/operate.md) · "
            f"this program is older than the release the database was made ready by ({what}): nothing was changed; "
            "start the newer one (docs/how-to/operate.md)"
        )


def check_release(ways: Ways, *, forms: bool = True) -> None:
    """Changes nothing. Without ``forms`` read models of a form that was followed are no reason: for whoever tells them
    anew on purpose. Raises ``OlderRelease``, psycopg.Error."""
    with psycopg.connect(ways.admin_dsn) as conn:
        if missing := unknown(conn):
            raise OlderRelease(missing[-1])
        told = tables.release(conn)
    if told is None:
        return
    own = events()
    for name, version in sorted(told.events.items()):
        if version > own.get(name, 0):
            raise OlderRelease(f"{name} v{version}")
    if forms and tables.fingerprint() in told.earlier:
        raise OlderRelease(f"read models {told.form[:8]}")


def sign_release(ways: Ways) -> None:
    """From now on whoever does not know what this release knows is older."""
    with psycopg.connect(ways.admin_dsn) as conn:
        conn.execute("set local role yidang_owner")
        tables.sign(conn, events())


def events() -> dict[str, int]:
    """What this release knows."""
    return {name: event.schema_version for name, event in EVENTS.items()}
