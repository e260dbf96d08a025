"""Whether this process has the secrets that the database was made ready with: asked before anything in it is changed.

A process with others would lock the running ones out: another password of a role, or another key of the signed scope,
holds for all at once.
"""

from __future__ import annotations

from typing import Any

import psycopg

from authz.scope_db import pads_of
from eventlog.errors import SealError
from eventlog.keyring import Keyring
from eventlog.master_key import IN_FORCE, MasterKey
from ops.secrets_file import Secrets
from ops.turned_away import PASSWORD, answer_of
from ops.ways import Ways


class LostMasterKey(Exception):
    """The keys in the database were wrapped by another master key than this installation holds."""

    def __init__(self) -> None:
        super().__init__(
            "LOST_MASTER_KEY 主密钥与数据库不符,请恢复 secrets.json 或 YIDANG_MASTER_KEY · the master key does not "
            "fit the database: restore secrets.json or YIDANG_MASTER_KEY"
        )


class OtherSecrets(Exception):
    """The database was made ready with other secrets."""

    def __init__(self, names: list[str]) -> None:
        which = ", ".join(f"YIDANG_{name.upper()}" for name in names)
        super().__init__(
            f"OTHER_SECRETS {which} 与数据库不符,各进程所用密钥须相同(见 docs/how-to/operate.md) · not what the "
            "database was made ready with: all processes of an installation have the same secrets "
            "(docs/how-to/operate.md)"
        )


def check_same_secrets(ways: Ways, secrets: Secrets) -> None:
    """Changes nothing, and asks nothing of a database that was not made ready yet.

    Raises ``LostMasterKey``, ``OtherSecrets``, psycopg.Error.
    """
    with psycopg.connect(ways.admin_dsn, autocommit=True) as conn:
        pads = _pads(conn)
        if pads is None:
            return
        in_force = {bytes(row[0]) for row in conn.execute(IN_FORCE)}
    held = {MasterKey(key).id for key in (secrets.master_key, *secrets.master_keys())}
    if in_force and not in_force & held:
        raise LostMasterKey
    other = [] if pads == pads_of(secrets.scope_key) else ["scope_key"]
    doors = {"writer_password": ways.writer_dsn, "reader_password": ways.reader_dsn}
    other += [name for name, dsn in doors.items() if not _opens(dsn)]
    if other:
        raise OtherSecrets(other)


def check_master_key(ways: Ways, secrets: Secrets) -> None:
    """Refuses to start with the wrong master key, one that was retired included: everything would read as lost."""
    keyring = Keyring(ways.writer_dsn, secrets.master_key, more=secrets.master_keys)
    try:
        keyring.seal("installation", b"", b"")
    except SealError as error:
        raise LostMasterKey from error
    finally:
        keyring.close()


def _pads(conn: psycopg.Connection[Any]) -> list[bytes] | None:
    """What the scope is signed with; None: nothing yet."""
    there = conn.execute(
        "select to_regclass('sec.secret') is not null and to_regclass('es.master_key') is not null"
    ).fetchone()
    if not there or not there[0]:
        return None
    conn.execute("set role yidang_owner")
    row = conn.execute("select inner_pad, outer_pad from sec.secret").fetchone()
    return [bytes(pad) for pad in row] if row else None


def _opens(dsn: str) -> bool:
    """Whether the password is right. Raises psycopg.Error for whatever else is the matter."""
    try:
        psycopg.connect(dsn, connect_timeout=10).close()
    except psycopg.OperationalError:
        answer = answer_of(dsn)
        if answer is not None and answer.state == PASSWORD:
            return False
        raise
    return True
