"""``docs/roles.md``: the policy told role by role, for somebody who does not read programs.

What is printed is what Casbin answers, not what the source seems to say: deny lines have done
their work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from authz.gate import Gate
from authz.policy import Policy, Role, committed
from authz.words import RESOURCES, STRENGTH, Purpose, Relation, Resource
from domain.labels import Label, Term
from domain.sensitivity import Sensitivity

NO_LABELS: Mapping[str, Label] = MappingProxyType({})
PERSONAL = (Resource.CHILD, Resource.CASE, Resource.REPORT)

HEAD = """# 角色与权限 · Roles and rights

由 `authz/policy.txt` 生成,请勿手改。Generated from `authz/policy.txt`; do not edit.

一行即一句:以此**关系**面对一条记录的人,为此**目的**,可以看到这些**敏感等级**,可以办理这些**事项**。
没有写明的,一律不许。

A line is a sentence: standing in this *relation* to a row, for this *purpose*, one may see these
*classes* and do these *acts*. What is not written is not allowed.
"""


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    cells = list(header)
    yield f"| {' | '.join(cells)} |"
    yield f"|{'---|' * len(cells)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _words() -> Iterator[str]:
    """The vocabulary: relations and classes in both languages."""
    yield from ("## 关系 · Relations", "")
    words = ((f"`{r}`", r.zh, r.en) for r in Relation)
    yield from _table(("", "中文", "English"), words)
    yield from ("", "## 敏感等级 · Sensitivity classes", "")
    yield from _table(("", "内容"), ((f"`{c}`", c.zh) for c in Sensitivity))
    yield ""


def _named(terms: Iterable[Term]) -> str:
    return "、".join(term.zh for term in terms)


def _merged(answers: Mapping[tuple[str, ...], list[Relation]]) -> list[tuple[str, tuple[str, ...]]]:
    """Relations that lead to the same answer share a line; nearest relations first."""
    lines = [(relations, key) for key, relations in answers.items()]
    lines.sort(key=lambda line: (STRENGTH.index(line[0][0]), line[1]))
    return [(_named(relations), key) for relations, key in lines]


def _reads(gate: Gate, role: Role) -> Iterator[str]:
    """Which classes in which relation; purposes are named where they are not all of the role's
    own."""
    seen: dict[tuple[Relation, Resource, tuple[Purpose, ...]], list[Sensitivity]] = defaultdict(
        list
    )
    for obj in Resource:
        for cls in Sensitivity:
            found: dict[Relation, list[Purpose]] = defaultdict(list)
            for purpose in role.purposes:
                for relation, _ in gate.allowed((role.code, obj, "read", cls, purpose)):
                    found[relation].append(purpose)
            for relation, aims in found.items():
                seen[relation, obj, tuple(aims)].append(cls)
    lines: dict[tuple[str, ...], list[Relation]] = defaultdict(list)
    for (relation, obj, purposes), classes in seen.items():
        lines[obj.zh, " ".join(classes), _named(purposes)].append(relation)
    if not lines:
        yield "查阅:无。 Sees nothing."
        return
    header = ("关系 Relation", "对象 Object", "敏感等级 Classes", "目的 Purpose")
    yield from _table(header, ((relations, *key) for relations, key in _merged(lines)))
    shown = {cls for (_, obj, _), classes in seen.items() if obj in PERSONAL for cls in classes}
    never = [str(cls) for cls in Sensitivity if cls not in shown]
    yield ""
    yield f"儿童、个案、报告中任何关系下都看不到 · Never of these three: {' '.join(never)}"


def _acts(gate: Gate, role: Role, labels: Mapping[str, Label]) -> Iterator[str]:
    """What the role may do, and standing how."""
    lines: dict[tuple[str, ...], list[Relation]] = defaultdict(list)
    for act in sorted(gate.acts(role.code)):
        obj = RESOURCES[act.partition(".")[0]]
        relations = {
            relation
            for purpose in role.purposes
            for relation, _ in gate.allowed((role.code, obj, act, Sensitivity.P0, purpose))
        }
        label = labels.get(act)
        lines[obj.zh, f"`{act}`" + (f" {label.zh}" if label else "")] = sorted(
            relations, key=STRENGTH.index
        )
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (obj_zh, act), held in lines.items():
        grouped[_named(held), obj_zh].append(act)
    if not grouped:
        yield "办理:无。 Does nothing."
        return
    rows = ((held, obj, "、".join(acts)) for (held, obj), acts in grouped.items())
    yield from _table(("关系 Relation", "对象 Object", "事项 Acts"), rows)


def _role(gate: Gate, role: Role, labels: Mapping[str, Label]) -> Iterator[str]:
    yield from (f"## {role.zh} · {role.en} (`{role.code}`)", "")
    yield f"层级 Level: {role.level.zh} · 目的 Purposes: {_named(role.purposes) or '无'}"
    yield ""
    yield from _reads(gate, role)
    yield ""
    yield from _acts(gate, role, labels)
    yield ""


def render(policy: Policy | None = None, labels: Mapping[str, Label] = NO_LABELS) -> str:
    """The page. ``labels``: what commands are called, by name; without them only their names
    stand."""
    policy = policy or committed()
    gate = Gate(policy)
    lines = [HEAD, *_words()]
    for role in policy.roles.values():
        lines += _role(gate, role, labels)
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    from pathlib import Path

    page = Path(__file__).parent.parent / "docs" / "roles.md"
    page.write_text(render(), encoding="utf-8")
