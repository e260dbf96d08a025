"""试运行 · ``yidang rehearse PACK.yaml``: who would move if this pack were in force, and nobody is moved."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from domain.divisions import Divisions, Level
from domain.packfile import PackError
from domain.periods import local_date
from ops.platform import Platform
from projections.rehearsal import Rehearsal, changed_by, tallies


def arguments(parser: ArgumentParser) -> None:
    """The file, and for which division."""
    parser.add_argument("pack", type=Path, help="the changed pack, or the changed risk scale")
    parser.add_argument("--division", help="a division's id; without it, every municipality")


def rehearse(given: Namespace, platform: Platform, say: Callable[[str], None]) -> int:
    """Says, township by township, how many children and tasks would move which way; 2 if the pack cannot be read."""
    services = platform.services
    divisions = Divisions.load()
    try:
        changed = changed_by(given.pack.read_text(encoding="utf-8"), services.rulebook())
    except (OSError, UnicodeDecodeError, PackError) as error:
        say(f"规则包不能读取 · the pack cannot be read: {error}")
        return 2
    if given.division is not None and divisions.find(given.division) is None:
        say("没有该区划 · no such division")
        return 2
    tops = [given.division] if given.division else municipalities(divisions)
    now = platform.casebook.now()
    means = Rehearsal(
        lookup=services.lookup,
        state_of=platform.casebook.state,
        present=services.rulebook(),
        at=now,
    )
    say(f"试运行 rehearsing {changed.id} v{changed.version}; 不写入任何记录 nothing is recorded")
    for top in tops:
        on = local_date(now)
        rules = services.rules_at(top, on)
        found = means.run(changed, top)
        say(
            f"{divisions.full_name(top)}: {found.children} 名儿童 children, {found.tasks} 项任务 tasks, "
            f"{found.not_recounted} 项时限不由规则包起算 whose date no pack counts"
        )
        for one in tallies(found, divisions.path(top), rules.count("small_cell_below")):
            many = "…" if one.many is None else one.many
            say(
                f"  {divisions.full_name(one.township)} · {one.what.zh} {one.what.en} · "
                f"{one.direction.zh} {one.direction.en} · {one.before} → {one.after}: {many}"
            )
    return 0


def municipalities(divisions: Divisions) -> list[str]:
    """The divisions at the top."""
    return [d.id for d in divisions if d.level is Level.PROVINCE]
