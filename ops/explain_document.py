"""``yidang explain document ID|FILE``: the plan of a document of the manifest, or of a file, with its SQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schema.build import build, core
from schema.plan.explain import explained
from schema.transport.trusted import PREFIX, TrustedDocuments


def explain(named: list[str], trusted: TrustedDocuments, say: Callable[[str], None]) -> int:
    """Says what the document becomes. Status 2 when there is none of that name."""
    if len(named) != 1:
        say("用法 · usage: yidang explain document ID|FILE")
        return 2
    text = trusted.texts.get(named[0].removeprefix(PREFIX).lower())
    if text is None and Path(named[0]).is_file():
        text = Path(named[0]).read_text(encoding="utf-8")
    if text is None:
        say("清单中没有此编号,也没有此文件 · no such id in the manifest, and no such file")
        return 2
    for line in explained(core(build()), text):
        say(line)
    return 0
