"""``yidang keys``: under which master keys the subjects' keys are, and changing the master key while all goes on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventlog.checkpoints import RetiredKey, put_in_force, put_in_force_with
from eventlog.errors import SealError
from eventlog.master_key import rotate, standing
from ops.checkpointing import checkpoint_key
from ops.platform import Ways
from ops.secrets_file import NoNextKey, next_master_key, settle_master_key
from ops.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """``yidang keys [rotate]``."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=["rotate"],
        help="wrap all subjects' keys under the next master key and retire the old one; goes on where it was cut",
    )


def keys(
    given: argparse.Namespace, settings: Settings, ways: Ways, say: Callable[[str], None]
) -> int:
    """Shows the master keys; with ``rotate`` changes them first. 1: more than one is in force, 2: it cannot be done."""
    if given.what == "rotate" and (status := _rotated(settings, ways, say)):
        return status
    found = standing(ways.admin_dsn)
    for one in found:
        state = "已停用 retired" if one.retired else "在用 in force"
        say(f"{one.id}  {one.keys} 把密钥 · keys  {state}")
    return 1 if sum(not one.retired for one in found) > 1 else 0


def _rotated(settings: Settings, ways: Ways, say: Callable[[str], None]) -> int:
    path, outside = settings.state / "secrets.json", settings.given_secrets
    try:
        old, new = next_master_key(path, outside)
        _sign_with(old, lambda key: put_in_force(ways.writer_dsn, key))
        done = rotate(
            ways.admin_dsn,
            old,
            new,
            lambda n: say(f"已重新封装 {n} 把密钥 · {n} keys wrapped anew"),
            lambda conn: _sign_with(new, lambda key: put_in_force_with(conn, key)),
        )
    except (NoNextKey, SealError) as refusal:
        say(str(refusal))
        return 2
    if outside.get("master_key"):
        say(
            "请以新主密钥作为 YIDANG_MASTER_KEY,并销毁旧主密钥 · now give the new key as YIDANG_MASTER_KEY and "
            "destroy the old one"
        )
    else:
        settle_master_key(path)
    say(
        f"主密钥已更换,重新封装 {done.wrapped} 把 · the master key is changed, {done.wrapped} keys wrapped anew"
    )
    return 0


def _sign_with(master_key: bytes, put: Callable[[Ed25519PrivateKey], None]) -> None:
    """Checkpoints are signed by what follows from this master key, unless that was followed by another: what was cut
    short begins again with the old one. The next one signs from the moment the old one is retired: who checks takes
    the key in force, and what that does not vouch for is a fault."""
    with suppress(RetiredKey):
        put(checkpoint_key(master_key))
