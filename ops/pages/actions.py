"""``docs/actions.md``: every case action by chapter: what it takes and records, who may, when, by which clause."""

from __future__ import annotations

import importlib
import types
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, NewType, Union, get_args, get_origin

import domain.actions  # noqa: F401 - registers the domain
from authz.policy import ROLE_PREFIX, committed
from domain.fields import FieldSpec, camel
from domain.kernel import COMMANDS, STREAMS, Command
from domain.labels import FIELD_LABELS
from ops.declared import ALWAYS, follows
from ops.pages.markdown import escaped, table
from ops.pages.order import chapters, streams
from schema.mutations import public_commands
from schema.scalars import mutation_name

HEAD = """# 办理事项 · Case actions

由声明生成,请勿手改(`make regen`)。Told from the declarations; do not edit.

每一事项一节:谁可以办、何时可办、须填什么(敏感等级)、记录什么事实、依据哪些条款、可能被哪些规则拒绝。
任何事项都可能得到的答复:{always}。

One section an action: who may, when, what it takes (with sensitivity classes), which facts it records, by which
clauses, and which rules may refuse it. What any action may be answered is named above. 系统 actions are put by clocks
and reactions only and have no mutation.
"""


def render() -> str:
    """The page."""
    always = "、".join(f"`{r.code}` {r.label.zh}" for r in ALWAYS)
    lines = [HEAD.format(always=always), *_contents()]
    for stream in streams():
        for module, commands in chapters(stream).items():
            lines += ["", f"## {_title(module)}", "", f"`{module}`"]
            for command in commands:
                lines += _action(command)
    return "\n".join(lines) + "\n"


def _title(module: str) -> str:
    doc = (importlib.import_module(module).__doc__ or module).strip().splitlines()[0]
    return doc.rstrip(".").partition(":")[0].strip()


def _contents() -> Iterator[str]:
    public = {c.name for c in public_commands()}
    rows = []
    for stream in streams():
        state = STREAMS[stream]
        mine = [c for c in COMMANDS.values() if c.state_type.stream == stream]
        if mine:
            people = sum(c.name in public for c in mine)
            label = f"{state.label.zh} · {state.label.en}"
            rows.append((label, f"`{stream}`", str(people), str(len(mine) - people)))
    yield from table(("流 Stream", "", "由人办理 By people", "由系统 By the system"), rows)


def _action(command: type[Command[Any]]) -> Iterator[str]:
    found = follows(command)
    yield from ("", f"### {command.label.zh} · {command.label.en} — `{command.name}`", "")
    if command.by_system:
        yield "- 系统 By the system"
    else:
        yield f"- GraphQL: `{mutation_name(command)}`"
        yield f"- 岗位 Who: {_roles(command.name)}"
    yield f"- 何时 When: {command.when.zh} · {command.when.en}"
    events = (f"{e.label.zh} `{name}`" for name, e in found.events.items())
    yield f"- 记录 Records: {_list(events)}"
    yield f"- 依据 Clauses: {_list(f'`{c}`' for c in command.clauses)}"
    if found.parameters:
        yield f"- 规则参数 Parameters: {_list(f'`{p}`' for p in found.parameters)}"
    if found.refusals:
        refused = (f"`{code}` {r.label.zh}" for code, r in found.refusals.items())
        yield f"- 可能拒绝 Refusals: {_list(refused)}"
    if command.specs:
        yield ""
        yield from table(
            ("输入 Input", "", "类型 Type", "等级 Class", "必填 Required"),
            (_field(spec) for spec in command.specs),
        )


def _field(spec: FieldSpec) -> tuple[str, ...]:
    label = FIELD_LABELS[spec.name]
    name = escaped(f"{label.zh} · {label.en}")
    required = "✓" if spec.required else ""
    return f"`{camel(spec.name)}`", name, type_name(spec.type), spec.sensitivity.value, required


def type_name(plain: Any) -> str:
    """A type as a reader of the API thinks of it."""
    origin = get_origin(plain)
    if origin in {Union, types.UnionType}:
        return type_name(next(a for a in get_args(plain) if a is not type(None)))
    if origin in {tuple, list, frozenset}:
        return f"[{type_name(get_args(plain)[0])}]"
    if isinstance(plain, NewType):
        return plain.__name__
    if isinstance(plain, type) and issubclass(plain, Enum):
        return f"`{plain.__name__}`"
    name: str = plain.__name__
    return {"str": "text", "int": "number", "bool": "yes/no"}.get(name, name)


def _roles(act: str) -> str:
    policy = committed()
    codes = {
        r.role[len(ROLE_PREFIX) :] for r in policy.rows if r.act == act and r.effect == "allow"
    }
    return _list(role.zh for code, role in policy.roles.items() if code in codes)


def _list(words: Iterable[str]) -> str:
    return "、".join(words) or "—"
