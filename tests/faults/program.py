"""One process of an installation under test: the real one, with a faster clock, or with one defect planted."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ops.platform import Platform, Ways, compose
from ops.secrets_file import Secrets
from ops.serve import Kind, Place, application_of, begun, composed_when_there, run
from ops.settings import Settings
from schema.transport.admission import Places
from tests.faults.plants import PLANTS, plant_poison

ENVIRONMENT = "YIDANG_FAULTS"
"""JSON: ``ways``, ``secrets`` (hex), ``epoch`` (ISO), ``speed``, ``state``."""


def fast_clock(epoch: datetime, speed: float) -> Callable[[], datetime]:
    """A clock that runs ``speed`` times as fast since ``epoch``; the same in every process."""

    def now() -> datetime:
        real = datetime.now(UTC)  # noqa: TID251 - the clock of the processes under test
        return epoch + timedelta(seconds=(real - epoch).total_seconds() * speed)

    return now


def secrets_of(given: dict[str, Any]) -> Secrets:
    """The installation's secrets, as the environment carries them."""
    keys: dict[str, Any] = {
        name: bytes.fromhex(given[name]) for name in ("master_key", "scope_key", "token_key")
    }
    return Secrets(
        **keys, writer_password=given["writer_password"], reader_password=given["reader_password"]
    )


def main() -> None:
    """Runs until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=[kind.value for kind in Kind])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--plant", action="append", default=[], choices=sorted(PLANTS))
    parser.add_argument("--poison", action="store_true")
    asked = parser.parse_args()
    given = json.loads(os.environ[ENVIRONMENT])
    clock = fast_clock(datetime.fromisoformat(given["epoch"]), given["speed"])

    def made(ways: Ways, secrets: Secrets) -> Platform:
        platform = compose(ways, secrets, now=clock)
        if asked.poison:
            plant_poison(platform)
        return platform

    def say(text: str) -> None:
        print(text, flush=True)  # noqa: T201 - the test reads it

    kind = Kind(asked.kind)

    def planted() -> Platform:
        there = composed_when_there(Ways(**given["ways"]), secrets_of(given["secrets"]), say, made)
        for name in asked.plant:
            PLANTS[name].before(there)
        return there

    decider = begun(kind, planted)
    platform = planted()
    places = Places(streams_per_caller=5_000)  # few people stand for all desks of a city
    state = Path(given["state"])
    settings = Settings(state=state, demo=True, port=asked.port, places=places)
    app = application_of(kind, platform, settings, decider)
    for name in asked.plant:
        PLANTS[name].after(app, platform)
    try:
        run(app, Place(host="127.0.0.1", port=asked.port), say, kind.value)
    finally:
        platform.close()


if __name__ == "__main__":
    main()
