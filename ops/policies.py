"""``yidang policy``: which policies were published, and publishing another beside the release's own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import psycopg

import domain.actions  # noqa: F401 - registers the acts
from authz.current import publish
from authz.policy import SOURCE, PolicyRefused
from domain.kernel import COMMANDS
from domain.periods import SHANGHAI
from ops.platform import Ways

PUBLISHED = "select no, version, origin, published_at from sec.policy order by no"


def policy(given: argparse.Namespace, ways: Ways, say: Callable[[str], None]) -> int:
    """With a file: checked, published, in force everywhere within a second. Without: what was published."""
    source = SOURCE if given.release else given.file
    if source is None:
        return _show(ways, say)
    try:
        text = Path(source).read_text(encoding="utf-8")
        version = publish(ways.admin_dsn, text, COMMANDS, origin="OPERATOR")
    except (OSError, UnicodeDecodeError, PolicyRefused) as refused:
        say(f"未发布,现行权限不变 · not published, the policy in force stays: {refused}")
        return 1
    say(f"已发布 · published {version}")
    return 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """A file, or the release's own text again."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("file", nargs="?", help="a policy text; without it, the list")
    which.add_argument("--release", action="store_true", help="back to the release's own policy")


def _show(ways: Ways, say: Callable[[str], None]) -> int:
    with psycopg.connect(ways.admin_dsn) as conn:
        for no, version, origin, at in conn.execute(PUBLISHED):
            say(f"{no:4} {version} {origin:8} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S%z}")
    return 0
