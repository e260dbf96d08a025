"""``docs/clauses.md``: every clause the platform cites, with its words, and where it is cited."""

from __future__ import annotations

from collections.abc import Iterator

import domain.actions  # noqa: F401 - registers the domain
from domain.clauses import CLAUSES, DOCUMENTS, Clause
from domain.refusals import REFUSALS
from domain.risk import RiskFactor
from domain.rulebook import Rulebook
from ops.pages.markdown import escaped, table
from ops.pages.order import chapters, streams
from projections.queues import QUEUES

HEAD = """# 条款 · Clauses

由代码生成,请勿手改(`make regen`)。Told from the code; do not edit.

每一条被引用的条款:原文,以及由它而来的事项、队列、规则参数、风险因素与拒绝。
末尾列出尚无任何引用的条款,使缺口看得见。

Every clause that is cited: its words of record, and what rests on it: actions (`case.…`), queues (`Q-…`), pack
parameters (`SH2020:…`), risk factors (`RF-…`), refusals (`code`). At the end of each document stand the clauses that
nothing cites yet, so that the gap shows.
"""


def render() -> str:
    """The page."""
    cited = citations()
    lines = [HEAD, *_summary(cited)]
    for code, document in DOCUMENTS.items():
        of_document = [c for c in CLAUSES.values() if c.document == code]
        lines += ["", f"## {code} {document.name_zh}", ""]
        rows = (_row(c, cited[c.id]) for c in of_document if c.id in cited)
        lines += table(("条款 Clause", "原文 Words", "引用 Cited by"), rows)
        silent = [f"`{c.id}`" for c in of_document if c.id not in cited]
        lines += ["", f"尚无引用 Not cited yet ({len(silent)}): {' '.join(silent) or '—'}"]
    return "\n".join(lines) + "\n"


def citations() -> dict[str, list[str]]:
    """Clause id → where it is cited, each place once, in the order of the list above."""
    found: dict[str, dict[str, None]] = {}
    for clause_id, where in _cited():
        found.setdefault(clause_id, {})[where] = None
    return {clause_id: list(places) for clause_id, places in found.items()}


def _cited() -> Iterator[tuple[str, str]]:
    for command in (c for s in streams() for chapter in chapters(s).values() for c in chapter):
        yield from ((c, command.name) for c in command.clauses)
    for queue in QUEUES.values():
        yield from ((c, queue.code) for c in queue.clauses)
    for pack in Rulebook.load().all_packs:
        yield from ((c, f"{pack.id}:valid") for c in pack.validity.clauses)
        for name, provision in pack.provisions.items():
            yield from ((c, f"{pack.id}:{name}") for c in provision.clauses)
    for factor in RiskFactor:
        yield from ((c, factor.value) for c in factor.clauses)
    for _, refusal in sorted(REFUSALS.items()):
        yield from ((c, refusal.code) for c in refusal.clauses)


def _summary(cited: dict[str, list[str]]) -> Iterator[str]:
    rows = []
    for code in DOCUMENTS:
        of_document = [c for c in CLAUSES.values() if c.document == code]
        known = [c for c in of_document if c.id in cited]
        rows.append((code, str(len(of_document)), str(len(known))))
    yield from table(("文件 Document", "条款 Clauses", "已引用 Cited"), rows)


def _row(clause: Clause, places: list[str]) -> tuple[str, str, str]:
    return f"`{clause.id}`", escaped(clause.quote_zh), " ".join(f"`{p}`" for p in places)
