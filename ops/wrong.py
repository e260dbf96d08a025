"""What keeps a command from running is said in a sentence, in both languages; a fault of ours keeps its traceback."""

from __future__ import annotations

import errno
from collections.abc import Callable

import psycopg

from authz.discovery import UnsafeIssuer
from eventlog.errors import OUT_OF_REACH, WrongMasterKey
from migrations.run import MigrationError
from ops.postgres_install import PostgresUnavailableError
from ops.same_release import OlderRelease
from ops.same_secrets import LostMasterKey, OtherSecrets
from ops.secrets_file import SecretsError
from ops.settings import BadManifest, Refused
from ops.sign_in import NobodyCanSignIn

MISUSE = 2
"""The exit status of what stays as it is however often it is tried: settings, secrets, code that does not fit."""
FAILED = 1
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_SAID: dict[type[BaseException], str] = {
    BadManifest: "查询文档清单不可用 · the manifest of documents cannot be used",
    MigrationError: "代码与数据库的迁移历史不符 · code and database do not fit",
    UnsafeIssuer: "身份提供方不可用 · not an issuer to trust",
    WrongMasterKey: "主密钥不符 · not the master key in force",
}


def told(do: Callable[[], int], say: Callable[[str], None]) -> int:
    """The exit status of what is done, and a sentence where it could not be."""
    try:
        return do()
    except (
        LostMasterKey,
        NobodyCanSignIn,
        OlderRelease,
        OtherSecrets,
        Refused,
        SecretsError,
    ) as why:
        say(str(why))
    except (BadManifest, MigrationError, UnsafeIssuer, WrongMasterKey) as why:
        say(f"{_SAID[type(why)]}: {why}")
    except PostgresUnavailableError as why:
        say(f"没有可用的 PostgreSQL · no PostgreSQL to start: {why}")
    except OSError as why:
        if why.filename is None and why.errno not in FULL:
            raise
        say(f"不能读写 · cannot be read or written: {why.filename or ''} {why.strerror}")
    except (psycopg.OperationalError, *OUT_OF_REACH) as why:
        say(f"数据库不应答 · the database does not answer: {type(why).__name__}")
        return FAILED
    return MISUSE
