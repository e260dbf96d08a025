"""Checks what `yidang export` wrote, on a machine without Yidang: this file, Python 3.11 and the package cryptography.

    python check_export.py EXPORT.json checkpoints.log --key HEX

EXPORT.json      the file that was handed over
checkpoints.log  the signed roots, best from a copy that was never in the hands of those who exported
--key            the signing key in force, as `yidang verify` prints it; without it the one found is printed

Exit status 0: it holds. 1: it does not, and a sentence says where. 2: the files cannot be read.
Nothing here is imported from Yidang: two programs that agree are worth more than one that agrees with itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WHOLE, IN_PERIODS = "yidang export 1", "yidang export 2"
"""The first tells every event; the second may be of certain periods, and leaves out what happened at other times."""
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - read by whatever Python is there


class Refused(Exception):
    """It does not hold."""


def check(export: dict[str, Any], told: list[str], key: str | None) -> str:
    """The key in force, in hex. Raises Refused."""
    if export.get("format") not in {WHOLE, IN_PERIODS}:
        raise Refused(f"不是本程序可核的格式 · not of the format {WHOLE!r} or {IN_PERIODS!r}")
    marks = checkpoints(told)
    keys = signing_keys(export["keys"], told, marks)
    own = keys[-1][2]
    if key is not None and own.hex() != key.lower():
        raise Refused(f"现行签名密钥不符 · signed by another key than the one given: {own.hex()}")
    check_chain(export)
    check_head(export, own)
    told_of = [event for event in export["events"] if not is_left_out(export, event)]
    for event in told_of:
        check_root(export, event, marks)
    for no in sorted({event["checkpoint"] for event in told_of}):
        signer = next((public for _, since, public, _ in reversed(keys) if since <= no), own)
        mark = marks[no][1]
        check_signature(signer, mark["signature"], mark["message"], f"检查点 · checkpoint {no}")
    return own.hex()


def checkpoints(told: list[str]) -> dict[int, tuple[str, dict[str, Any]]]:
    """Number → its line and what it says, numbered without a gap and chained."""
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    before = ""
    for line in told:
        if line.startswith("key "):
            continue
        no_, first, last, root, prev, at, signature = line.split(" ")
        no = int(no_)
        if no != len(found) + 1 or prev != (before or "-"):
            raise Refused(
                f"检查点 {no} 未接上一个 · checkpoint {no} does not follow the one before"
            )
        us = (datetime.fromisoformat(at) - EPOCH) // timedelta(microseconds=1)
        signed = b"yidang checkpoint 1\n" + struct.pack(">qqqq", no, int(first), int(last), us)
        found[no] = (
            line,
            {
                "first": int(first),
                "last": int(last),
                "root": bytes.fromhex(root),
                "message": signed + bytes.fromhex(root) + bytes.fromhex(before),
                "signature": bytes.fromhex(signature),
            },
        )
        before = root
    return found


def signing_keys(
    lines: list[str], told: list[str], marks: dict[int, tuple[str, dict[str, Any]]]
) -> list[tuple[int, int, bytes, bytes]]:
    """Number, first checkpoint, public key, digest: each vouches for the one before and all checkpoints until then."""
    keys: list[tuple[int, int, bytes, bytes]] = []
    before = b""
    for line in lines:
        _, no, since, public, past, signature = line.split(" ")
        key = (int(no), int(since), bytes.fromhex(public), bytes.fromhex(past))
        message = b"yidang signing key 1\n" + struct.pack(">qq", *key[:2]) + key[2] + key[3]
        check_signature(
            key[2],
            bytes.fromhex(signature),
            message + before,
            f"签名密钥 · signing key {no}",
        )
        until = "".join(f"{marks[n][0]}\n" for n in range(1, key[1]) if n in marks)
        if len(keys) + 1 != key[0] or hashlib.sha256(until.encode()).digest() != key[3]:
            raise Refused(
                f"签名密钥 {no} 所见的检查点与所给不同 · "
                f"the checkpoints before {since} are not those signing key {no} found"
            )
        keys.append(key)
        before = key[2]
    if not keys:
        raise Refused("无签名密钥 · no signing key in the export")
    if unknown := [line for line in told if line.startswith("key ") and line not in lines]:
        raise Refused(
            f"库外所记签名密钥不在其中 · a signing key told outside is not in the export: {unknown[0][:40]}"
        )
    return keys


def is_left_out(export: dict[str, Any], event: dict[str, Any]) -> bool:
    """It happened outside the periods, so that it stands there by its place and its hash alone."""
    if set(event) != {"version", "position", "hash"}:
        return False
    if export["format"] != IN_PERIODS or not export["periods"]:
        raise Refused(
            f"版本 {event['version']} 无内容,而导出不限期间 · "
            f"nothing is told of version {event['version']} in an export of all times"
        )
    return True


def check_chain(export: dict[str, Any]) -> None:
    """Every version from the first on, each over the one before; of what is left out the hash is taken as it stands:
    the next that is told was made over it, the last is under the signature, and so is each."""
    stream, before, position = UUID(export["stream_id"]), b"", 0
    for number, event in enumerate(export["events"], 1):
        if event["version"] != number or event["position"] <= position:
            raise Refused(
                f"第 {number} 处应为版本 {number} · "
                f"where version {number} should stand there is version {event['version']}"
            )
        position = event["position"]
        if is_left_out(export, event):
            before = bytes.fromhex(event["hash"])
            continue
        said = event["topic"].encode() + b"\x00" + event["state"].encode()
        before = hashlib.sha256(before + stream.bytes + struct.pack(">q", number) + said).digest()
        if before.hex() != event["hash"]:
            raise Refused(
                f"版本 {number} 与其哈希不符 · version {number} is not what its hash was made of"
            )


def check_head(export: dict[str, Any], own: bytes) -> None:
    """The stream went so far when it was exported: nothing is missing at its end."""
    version, there = export["version"], len(export["events"])
    if there != version:
        raise Refused(
            f"应有 {version} 个事件,实有 {there} 个 · {there} events where {version} were exported"
        )
    message = f"{export['format']}\n".encode() + UUID(export["stream_id"]).bytes
    message += struct.pack(">qq", version, export["checkpoint"])
    message += bytes.fromhex(export["events"][-1]["hash"]) + export["exported_at"].encode()
    if export["format"] == IN_PERIODS:
        message += b"\n" + " ".join(export["periods"]).encode() + b"\n" + left_out(export)
    check_signature(own, bytes.fromhex(export["signature"]), message, "导出 · the export")


def left_out(export: dict[str, Any]) -> bytes:
    """The digest of the place and the hash of every event that is not told."""
    found = hashlib.sha256()
    for event in export["events"]:
        if is_left_out(export, event):
            place = struct.pack(">qq", event["version"], event["position"])
            found.update(place + bytes.fromhex(event["hash"]))
    return found.digest()


def told_in(export: dict[str, Any]) -> int:
    """How many events are told."""
    return sum(not is_left_out(export, event) for event in export["events"])


def check_root(
    export: dict[str, Any], event: dict[str, Any], marks: dict[int, tuple[str, dict[str, Any]]]
) -> None:
    """The event is a leaf under the root of its checkpoint."""
    no, position = event["checkpoint"], event["position"]
    if no not in marks:
        raise Refused(f"所给的根中没有检查点 {no} · checkpoint {no} is not among the roots given")
    mark = marks[no][1]
    placed = struct.pack(">qq", position, event["recorded_at"]) + export["stream"].encode()
    found = hashlib.sha256(b"\x00" + placed + b"\x00" + bytes.fromhex(event["hash"])).digest()
    for side, sibling in event["path"]:
        beside = bytes.fromhex(sibling)
        both = beside + found if side == "left" else found + beside
        found = hashlib.sha256(b"\x01" + both).digest()
    if found != mark["root"] or not mark["first"] <= position <= mark["last"]:
        raise Refused(
            f"版本 {event['version']} 不在检查点 {no} 的根之下 · "
            f"version {event['version']} is not under the root of checkpoint {no}"
        )


def check_signature(key: bytes, signature: bytes, message: bytes, what: str) -> None:
    """Of this key over this message."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Refused(f"{what}: 签名不符 · not signed by its key") from None


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", type=Path)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--key")
    given = parser.parse_args()
    try:
        export = json.loads(given.export.read_text(encoding="utf-8"))
        told = given.checkpoints.read_text(encoding="ascii").split("\n")[:-1]
    except (OSError, ValueError) as why:
        print(f"不能读取 · cannot be read: {why}")
        return 2
    try:
        key = check(export, told, given.key)
    except Refused as why:
        print(f"不成立 · refused: {why}")
        return 1
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, struct.error) as why:
        print(f"不成立,文件残缺 · refused, the file is not whole: {type(why).__name__} {why}")
        return 1
    print(
        f"{export['stream']} {export['stream_id']}: {export['version']} 个事件,截至 {export['exported_at']},完好 · "
        f"{export['version']} events as of {export['exported_at']}, whole"
    )
    if export.get("periods"):
        told_of, periods = told_in(export), ", ".join(export["periods"])
        print(f"所及期间 {periods},其中可读 {told_of} 个 · of {periods} alone: {told_of} are told")
    print(f"签名密钥 · signed by {key}" + ("" if given.key else " (请与所知核对 · compare it)"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
