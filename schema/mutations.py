"""派生写入 · One mutation a command, told from the command itself: its input, its labels, its clauses, its act."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry.schema_directive import Location
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

import domain.actions  # noqa: F401 - registers the domain
from domain.context import Precision
from domain.kernel import COMMANDS, Command
from schema.context import RequestContext
from schema.deciding import Asked
from schema.described import mutations_described
from schema.exports import export_field
from schema.outcomes import CommandOutcome
from schema.receipts import receipt_field
from schema.scalars import enum_type, input_fields, mutation_name, to_domain
from schema.sign_out import sign_out_field

PrecisionEnum = enum_type(Precision)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="act",
    description="权限动作与依据 · The act the gate is asked for, and the clauses behind it.",
)
class ActDirective:
    """The act of the policy, and the clauses."""

    name: str
    clauses: list[str]


@strawberry.input(description="发生情况 · When it happened, if not just now.")
class OccurrenceInput:
    """Late entry is normal; before a later fact it needs a reason (never silently back-dated)."""

    at: datetime = strawberry.field(description="发生时间 · With offset; not in the future")
    precision: PrecisionEnum = Precision.MINUTE  # type: ignore[valid-type]
    late_because: str | None = strawberry.field(
        default=None, description="补录原因 · Why it is entered late"
    )


def input_for(command: type[Command[Any]]) -> Any | None:
    """``EscortChild`` → ``input EscortChildInput``; None for a command without fields."""
    if not command.specs:
        return None
    made = type(f"{command.__name__}Input", (), input_fields(command.specs))
    return strawberry.input(made, description=f"{command.label.zh} · {command.label.en}")


def mutation_for(command: type[Command[Any]]) -> StrawberryField:
    """The field ``escortChild(id, expectedVersion, commandId, input, occurrence, onBehalfOf)``."""
    input_kind = input_for(command)

    async def resolve(info: strawberry.Info[RequestContext, None], **given: Any) -> Any:
        values = given.get("input")
        fields = {s.name: to_domain(s.type, getattr(values, s.name)) for s in command.specs}
        return await info.context.perform(
            Asked(
                command=command(**fields),
                command_id=given["command_id"],
                stream_id=given.get("id"),
                expecting=given.get("expected_version"),
                occurrence=given.get("occurrence"),
                on_behalf_of=given.get("on_behalf_of"),
            )
        )

    resolve.__name__ = command.__name__  # create_type() keys fields by it
    resolve.__annotations__ = {"info": strawberry.Info[RequestContext, None]}
    arguments: dict[str, Any] = {"command_id": UUID}
    if not command.opens:
        arguments = {"id": UUID, "expected_version": int, **arguments}
    if input_kind is not None:
        arguments["input"] = input_kind
    optional = {"occurrence": OccurrenceInput | None, "on_behalf_of": UUID | None}
    wrapped = _with_signature(resolve, arguments, optional)
    name = mutation_name(command)
    field: StrawberryField = strawberry.mutation(
        resolver=wrapped,
        name=name,
        description=_description(command),
        directives=[ActDirective(name=command.name, clauses=list(command.clauses))],
    )
    return field


def _with_signature(resolve: Any, required: dict[str, Any], optional: dict[str, Any]) -> Any:
    """A function with the arguments strawberry should see, which hands them all to ``resolve``."""
    head = ", ".join(["info", *required, *(f"{name}=None" for name in optional)])
    names = ", ".join(f"{n}={n}" for n in (*required, *optional))
    space: dict[str, Any] = {"resolve": resolve}
    exec(f"async def f({head}):\n    return await resolve(info, {names})\n", space)  # noqa: S102
    made = space["f"]
    made.__name__, made.__module__ = resolve.__name__, __name__
    made.__annotations__ = {
        "info": strawberry.Info[RequestContext, None],
        **required,
        **optional,
        "return": CommandOutcome,
    }
    return made


def _description(command: type[Command[Any]]) -> str:
    doc = (command.__doc__ or "").strip()
    text = f"{command.label.zh} · {command.label.en}"
    if doc and not doc.startswith(command.__name__ + "("):
        text += f"\n\n{doc}"
    if command.clauses:
        text += f"\n\n依据 · {', '.join(command.clauses)}"
    return text


def public_commands() -> list[type[Command[Any]]]:
    """The commands people may put, by name: the SDL does not depend on who imported first."""
    return [c for _, c in sorted(COMMANDS.items()) if not c.by_system]


def build_mutation() -> Any:
    """The Mutation type."""
    return create_type(
        "Mutation",
        [
            *(mutation_for(c) for c in public_commands()),
            export_field(),
            receipt_field(),
            sign_out_field(),
        ],
        description=mutations_described(),
    )
