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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path

KEY_BYTES = 32  # AES-256 and HMAC-SHA-256


@dataclass(frozen=True)
class Secrets:
    """No value shows in a repr, and so in no log or traceback."""

    master_key: bytes = field(repr=False)  # wraps the key of each child (AES-256-GCM)
    scope_key: bytes = field(repr=False)  # signs the scope that row-level security trusts
    token_key: bytes = field(repr=False)  # signs access tokens of the demo issuer
    writer_password: str = field(repr=False)
    reader_password: str = field(repr=False)
    master_keys: Callable[[], tuple[bytes, ...]] = field(default=tuple, repr=False, compare=False)
    """The master keys there are now, read anew: while they are changed, the next one beside the first."""


NAMES = tuple(each.name for each in fields(Secrets) if each.default is MISSING)
NEXT = "next_master_key"
"""The master key that takes the place of the first one, while it is being changed."""


class SecretsError(ValueError):
    """A given secret is not usable; the message names it and never shows it."""


def secrets_in(path: Path, given: Mapping[str, str] | None = None) -> Secrets:
    """The secrets `given` by name (keys as base64 of 32 bytes), the others from the file `path`.

    What neither has is made and written to the file.
    """
    given = {name: value for name, value in (given or {}).items() if value}
    if unknown := given.keys() - {*NAMES, NEXT}:
        raise SecretsError(f"未知的密钥名 · unknown secret: {', '.join(sorted(unknown))}")
    kept = {} if given.keys() >= set(NAMES) else _kept(path)
    values = {**kept, **given}
    if NEXT in values:
        _key(NEXT, values)
    return Secrets(
        master_key=_key("master_key", values),
        scope_key=_key("scope_key", values),
        token_key=_key("token_key", values),
        writer_password=values["writer_password"],
        reader_password=values["reader_password"],
        master_keys=lambda: _master_keys(path, given),
    )


def _master_keys(path: Path, given: Mapping[str, str]) -> tuple[bytes, ...]:
    """The master keys in the file and those given, as they are now."""
    kept = _read(path)
    values = {**kept, **given}
    return tuple(_key(name, values) for name in ("master_key", NEXT) if name in values)


class NoNextKey(SecretsError):
    """The master key is given from outside, and the next one is not."""


def next_master_key(path: Path, given: Mapping[str, str]) -> tuple[bytes, bytes]:
    """The master key and the one that is to take its place: given, or made and kept in the file.

    Raises ``NoNextKey`` where the first is given and the next is not: a key from a vault is followed by one from there.
    """
    given = {name: value for name, value in given.items() if value}
    if NEXT not in given and "master_key" in given:
        raise NoNextKey(
            "主密钥由外部给定,下一把亦须给定 · the master key is given from outside: give the next one "
            "too (YIDANG_NEXT_MASTER_KEY), to every process, before the change"
        )
    fresh = (
        {} if NEXT in given else {NEXT: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}
    )
    values = {**_kept(path, fresh), **given}
    return _key("master_key", values), _key(NEXT, values)


def settle_master_key(path: Path) -> None:
    """In the file, the next master key takes the place of the first, which is forgotten."""
    with _alone(path):
        kept = _read(path)
        if NEXT in kept:
            kept["master_key"] = kept.pop(NEXT)
            write_private(path, json.dumps(kept, indent=2) + "\n")


def _read(path: Path) -> dict[str, str]:
    """What the file holds; nothing where there is none."""
    try:
        kept = json.loads(path.read_text()) if path.exists() else {}
    except ValueError:
        kept = None
    if not isinstance(kept, dict):
        raise SecretsError(
            f"{path} 已损坏,请从备份恢复 · {path} is broken: restore it from a backup"
        ) from None
    return kept


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


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time at the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / f"{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _kept(path: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the file holds, completed where a name is missing; one process at a time."""
    with _alone(path):
        kept = _read(path)
        wanted = {**_made(), **(more or {})}
        if missing := {name: value for name, value in wanted.items() if name not in kept}:
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
