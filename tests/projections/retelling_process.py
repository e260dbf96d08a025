"""A retelling in a process of its own, in small batches, that goes on after each report when it is told to."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from ops.platform import Ways, retell_all
from projections import retell
from tests.projections.town import SECRETS

ROOT = Path(__file__).resolve().parents[2]
WAYS = "YIDANG_RETELLING"


@contextmanager
def retelling(ways: Ways) -> Iterator[Popen[str]]:
    """The process; killed at the end, if it was not before."""
    process = Popen(
        [sys.executable, "-m", "tests.projections.retelling_process"],
        cwd=ROOT,
        env={**os.environ, WAYS: json.dumps(vars(ways))},
        stdin=PIPE,
        stdout=PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def said(process: Popen[str]) -> str:
    """The next report; the process waits after it."""
    assert process.stdout is not None
    return process.stdout.readline()


def go_on(process: Popen[str]) -> None:
    """To the next report."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _report(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the test reads it
    sys.stdin.readline()


if __name__ == "__main__":
    retell.PAGE = 20
    told = retell_all(Ways(**json.loads(os.environ[WAYS])), SECRETS, _report)
    print(f"ended {told.before} + {told.events}", flush=True)  # noqa: T201
