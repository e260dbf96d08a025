"""The keys and passwords of one installation.

Whoever runs the platform gives them (the composition root reads the environment); what is not
given is made once and kept in a file only its owner can read. Losing `master_key` loses every
sealed personal value: back the file up apart from the database, or give the key from a vault.
"""

import base64
import binascii
import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

KEY_BYTES = 32  # AES-256 and HMAC-SHA-256


@dataclass(frozen=True)
class Secrets:
    """No value shows in a repr, and so in no log or traceback."""

    master_key: bytes = field(repr=False)  # wraps the key of each child (RFC 3394 / AES-256)
    scope_key: bytes = field(repr=False)  # signs the scope that row-level security trusts
    token_key: bytes = field(repr=False)  # signs access tokens of the demo issuer
    writer_password: str = field(repr=False)
    reader_password: str = field(repr=False)


NAMES = tuple(each.name for each in fields(Secrets))


class SecretsError(ValueError):
    """A given secret is not usable; the message names it and never shows it."""


def secrets_in(path: Path, given: Mapping[str, str] | None = None) -> Secrets:
    """The secrets `given` by name (keys as base64 of 32 bytes), the others from the file `path`.

    What neither has is made and written to the file.
    """
    given = {name: value for name, value in (given or {}).items() if value}
    if unknown := given.keys() - set(NAMES):
        raise SecretsError(f"未知的密钥名 · unknown secret: {', '.join(sorted(unknown))}")
    kept = {} if len(given) == len(NAMES) else _kept(path)
    values = {**kept, **given}
    return Secrets(
        master_key=_key("master_key", values),
        scope_key=_key("scope_key", values),
        token_key=_key("token_key", values),
        writer_password=values["writer_password"],
        reader_password=values["reader_password"],
    )


def _key(name: str, values: Mapping[str, str]) -> bytes:
    try:
        key = base64.b64decode(values[name], validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretsError(f"{name} 应为 32 字节的 base64 · {name} must be 32 bytes as base64")
    return key


def _made() -> dict[str, str]:
    keys = ("master_key", "scope_key", "token_key")
    made = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in keys}
    return made | {name: secrets.token_urlsafe(24) for name in NAMES if name not in keys}


def _kept(path: Path) -> dict[str, str]:
    """What the file holds, completed where a name is missing; one process at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f"{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if missing := {name: value for name, value in _made().items() if name not in kept}:
            kept |= missing
            write_private(path, json.dumps(kept, indent=2) + "\n")
        return kept


def write_private(path: Path, text: str) -> None:
    """Write whole or not at all, readable by the owner alone from the first byte."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
