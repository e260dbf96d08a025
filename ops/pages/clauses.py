"""``docs/clauses.md``: every clause with its words, what fulfils it, and the test that shows it."""

from __future__ import annotations

from collections.abc import Iterator

from domain.clauses import CLAUSES, DOCUMENTS, Clause
from ops.clause_map.citations import Declaration, Kind
from ops.clause_map.left_open import LEFT_OPEN
from ops.clause_map.shown import OWED, ClauseMap, the_map
from ops.pages.markdown import escaped, table

HEAD = """# 条款 · Clauses

由代码和测试生成,请勿手改(`make regen`)。Told from code and tests; do not edit.

需求矩阵的每一行:原文、由何落实、由哪一项测试证明。`SYSTEM` 与 `RECORD` 行缺一不可,`CONTEXT` 行只供理解。
落实者是引用该条款的声明:事项(`case.…`)、队列(`Q-…`)、报表(`S-…`)、视图(`表名`)、权限行(`岗位: 对象`),以及规则:
风险因素(`RF-…`)、拒绝(`code`)、规则参数(`SH2020:…`)。箭头之后是断言涉及该声明的测试(`tests/` 之下),先取写明该条款的。

Every row of the matrix of requirements: its words, what fulfils it, and the test that shows it. A `SYSTEM` or `RECORD`
row must have both; a `CONTEXT` row asks nothing. What fulfils a row is a declaration that cites it: an action
(`case.…`), a queue (`Q-…`), a report (`S-…`), a view (its table), a line of the policy (`role: object`), and as rules
a risk factor (`RF-…`), a refusal (`code`) or a pack parameter (`SH2020:…`). After the arrow stands a test whose
assertions speak of the declaration, one that names the clause first. Nothing here is written by hand: how it is read is
in `ops/clause_map`, and `tests/contracts/test_clause_map.py` fails where a row has nothing.

“待定 Open”:该行已落实,但有一处须由规则主管确定,或为平台所知所限;写明在确定之前如何办理(`ops/clause_map/left_open.py`)。
"待定 Open": the row is fulfilled but for something a rule owner must decide, or that the platform cannot know; it says
what is done meanwhile.
"""
AS_RULES = frozenset({Kind.FACTOR, Kind.REFUSAL, Kind.PARAMETER})


def render() -> str:
    """The page."""
    found = the_map()
    lines = [HEAD, *_summary(found)]
    for code, document in DOCUMENTS.items():
        lines += ["", f"## {code} {document.name_zh}", ""]
        rows = (_row(c, found) for c in CLAUSES.values() if c.document == code)
        lines += table(
            ("条款 Clause", "类 Kind", "原文 Words", "落实 → 证明 Fulfilled → shown by"), rows
        )
    return "\n".join(lines) + "\n"


def _summary(found: ClauseMap) -> Iterator[str]:
    rows = []
    for code in DOCUMENTS:
        of_document = [c for c in CLAUSES.values() if c.document == code]
        owed = [c for c in of_document if c.kind in OWED]
        done = [c for c in owed if _shown(found, c.id)]
        left = [c for c in done if c.id in LEFT_OPEN]
        rows.append((code, *(str(len(some)) for some in (of_document, owed, done, left))))
    heads = ("文件 Document", "条款 Clauses", "应落实 Owed", "已落实并证明 Shown", "其中待定 Open")
    yield from table(heads, rows)


def _shown(found: ClauseMap, clause_id: str) -> bool:
    return any(found.showing(d, clause_id) for d in found.fulfilling(clause_id))


def _row(clause: Clause, found: ClauseMap) -> tuple[str, str, str, str]:
    fulfilling = found.fulfilling(clause.id)
    deeds = [d for d in fulfilling if d.kind not in AS_RULES]
    rules = [d for d in fulfilling if d.kind in AS_RULES]
    parts = list(_with_tests(deeds or rules, clause.id, found))
    if deeds and rules:
        parts.append(f"规则 Rules: {_names(rules)}")
    if left := LEFT_OPEN.get(clause.id):
        parts.append(f"待定 Open: {escaped(left)}")
    return f"`{clause.id}`", clause.kind, escaped(clause.quote_zh), "<br>".join(parts) or "—"


def _with_tests(declared: list[Declaration], clause_id: str, found: ClauseMap) -> Iterator[str]:
    """What fulfils the clause, by the test that shows it best."""
    by_test: dict[str, list[Declaration]] = {}
    for one in declared:
        tests = found.showing(one, clause_id)
        by_test.setdefault(tests[0].id if tests else "", []).append(one)
    for test, shown in by_test.items():
        arrow = f" → `{test.removeprefix('tests/')}`" if test else ""
        yield _names(shown) + arrow


def _names(declared: list[Declaration]) -> str:
    return " ".join(f"`{d.name}`" for d in declared)
