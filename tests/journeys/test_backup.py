"""``docs/how-to/back-up-and-restore.md``, done as it stands there: a backup of a running platform, on a new server."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from ops.artefacts import CHECKOUT
from ops.checkpointing import Checkpointer, anchor_in
from ops.demo_world import DAJINGENG
from ops.platform import Platform
from ops.postgres_install import find_installation
from ops.secrets_file import NAMES
from tests.database import Postgres, embedded_in, opened
from tests.journeys.children import left_behind_girl, open_file
from tests.journeys.living_alone import police_on_scene, reported
from tests.journeys.world import SECRETS, World, world_on

PAGE = CHECKOUT / "docs" / "how-to" / "back-up-and-restore.md"
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PATIENCE_S = 400


def blocks() -> list[str]:
    """What the page says to type, in order."""
    found = []
    for indent, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        found.append("".join(line.removeprefix(indent) for line in text.splitlines(keepends=True)))
    return found


BACK_UP, EMBEDDED, RESTORE, SECRETS_BACK, ASIDE, READY, LOST = blocks()


@dataclass(frozen=True)
class Machine:
    """Where somebody types what the page says: a state folder, a database, and the two places of a backup."""

    folder: Path
    state: Path
    database: str

    def types(self, text: str, **more: str) -> subprocess.CompletedProcess[str]:
        """In a shell, which ends with the first command that fails."""
        commands = self.folder / "bin"
        commands.mkdir(exist_ok=True)
        yidang = commands / "yidang"
        yidang.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {CHECKOUT}/app.py "$@"\n')
        yidang.chmod(0o755)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("YIDANG_", "PG"))}
        places = {"BACKUP": self.folder / "backup", "VAULT": self.folder / "vault"}
        for place in places.values():
            place.mkdir(exist_ok=True)
        return subprocess.run(
            ["/bin/sh", "-euc", text],
            env={
                **clean,
                **{name: str(place) for name, place in places.items()},
                "YIDANG_STATE": str(self.state),
                "YIDANG_DATABASE_URL": self.database,
                "PATH": f"{commands}:{find_installation().bin}:{clean['PATH']}",
                **more,
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def done(self, text: str) -> str:
        """What was typed, done; what it said."""
        found = self.types(text)
        assert found.returncode == 0, found.stdout + found.stderr
        return found.stdout


def keep_secrets(state: Path) -> None:
    """As a first start does."""
    state.mkdir(exist_ok=True)
    kept = {name: getattr(SECRETS, name) for name in NAMES}
    told = {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in kept.items()}
    (state / "secrets.json").write_text(json.dumps(told))


def on_file(world: World, name: str) -> UUID:
    """A child with a closed file, that may be erased."""
    child: UUID = open_file(
        world,
        "cn_township",
        child_name=name,
        sex="MALE",
        birth_on=date(2013, 5, 1),
        residence=world.place(DAJINGENG),
        area_type="URBAN",
    )
    world.as_("cn_township").done("closeFile", child, {"file_close_reason": "OPENED_IN_ERROR"})
    return child


def erase(world: World, child: UUID) -> None:
    given = {"child_id": child, "legal_basis": "个人信息保护法第四十七条"}
    world.as_("cn_ca").done("eraseChild", None, given)


@dataclass(frozen=True)
class Told:
    """What the story is about."""

    girl: UUID
    case: UUID
    gone: UUID
    leaves: UUID

    def looks(self, world: World) -> list[Any]:
        """What people see of it."""
        found: list[Any] = []
        for who in ("fj_police", "fj_township", "fj_ca", "fj_director"):
            person = world.as_(who)
            found += [person.case(self.case), person.child(self.girl)]
            found += [person.timeline("case", self.case), person.timeline("child", self.girl)]
        found.append(world.as_("fj_police").queue("fj_police", "Q-01"))
        for child in (self.gone, self.leaves):
            found += [world.as_("cn_ca").child(child), world.as_("cn_ca").timeline("child", child)]
        return found


def a_story(world: World) -> Told:
    """A girl with a case and who reported it; a child erased before the backup, and one that will be after."""
    girl = left_behind_girl(world)
    case = reported(world, girl)
    police_on_scene(world, case)
    gone, leaves = on_file(world, "余小满"), on_file(world, "林晓")
    erase(world, gone)
    return Told(girl=girl.id, case=case, gone=gone, leaves=leaves)


@contextmanager
def new_server() -> Iterator[tuple[Postgres, Path]]:
    """Another cluster, with nothing in it; and the state folder that it lies in."""
    with (
        tempfile.TemporaryDirectory(prefix="yidang-restored-") as name,
        embedded_in(Path(name)) as server,
    ):
        yield Postgres(server.dsn), Path(name) / "state"


def test_what_the_page_says_brings_everything_back(world: World, tmp_path: Path) -> None:
    told, state = a_story(world), tmp_path / "state"
    keep_secrets(state)
    parts = SimpleNamespace(ways=world.platform.ways, secrets=SECRETS)
    checkpointer = Checkpointer(cast("Platform", parts), anchor_in(state))
    assert checkpointer.make() > 0
    before = told.looks(world)
    assert "林晓" in str(before)
    assert "余小满" not in str(before)

    first = Machine(tmp_path, state, world.platform.ways.admin_dsn)
    first.done(BACK_UP)
    erase(world, told.leaves)  # after the backup
    assert checkpointer.make() > 0

    with new_server() as (server, there):
        for file in ("checkpoints.log", "journal.log"):
            shutil.copy(state / file, there)
        line = first.types(f'{EMBEDDED}echo "$YIDANG_DATABASE_URL"', YIDANG_STATE=str(there))
        second = Machine(tmp_path, there, line.stdout.strip())
        second.done(RESTORE)
        others = second.types(READY)  # it makes secrets of its own
        assert (others.returncode, "LOST_MASTER_KEY" in others.stderr) == (2, True), others.stderr
        second.done(SECRETS_BACK)
        second.done(ASIDE)
        said = second.done(READY)
        assert "日志完好" in said
        assert "查阅记录完好" in said
        lost = second.types(LOST)
        assert lost.returncode == 1
        assert "checkpoint 2 is not the one told outside" in lost.stdout

        restored = opened(server, "yidang")
        with world_on(restored) as again:
            again.clock.now = world.clock.now
            assert told.looks(again) == before
            erase(again, told.leaves)
            assert "林晓" not in str(told.looks(again))
        assert "日志完好" in second.done("yidang verify")
