"""一次作答 · Answers for many: what many look at with the same words in the same capacity is answered once.

The source of a subscription yields one object to all who joined a view (``schema.live.View``). The first of them runs
the operation on it; the bytes are kept with the object, for as long as anybody still has it, and handed to the others.
Who has another capacity, other words or other variables gets an answer of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    OperationDefinitionNode,
    VariableNode,
    get_operation_ast,
)

from schema.context import RequestContext
from schema.queue_changes import QueueChange

Question = tuple[Any, ...]
Answer = Callable[[Sequence[QueueChange]], Awaitable[list[ExecutionResult]]]


def asked(
    document: DocumentNode,
    operation_name: str | None,
    variables: Mapping[str, object],
    context: RequestContext,
) -> Question:
    """What tells one question from another, wherever its asker had come to: its words, its values, its capacity."""
    resumes = set(_resuming(get_operation_ast(document, operation_name)))
    values = {name: value for name, value in variables.items() if name not in resumes}
    text = document.loc.source.body if document.loc is not None else id(document)
    said = orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)
    return text, operation_name, said, context.assignment.id, context.purpose


def _resuming(operation: OperationDefinitionNode | None) -> list[str]:
    """The variables that only say from where a subscription goes on."""
    if operation is None:
        return []
    roots = (f for f in operation.selection_set.selections if isinstance(f, FieldNode))
    return [
        argument.value.name.value
        for root in roots
        for argument in root.arguments or ()
        if argument.name.value == "resume" and isinstance(argument.value, VariableNode)
    ]


async def answered(
    changes: Sequence[QueueChange], question: Question, answer: Answer
) -> list[ExecutionResult]:
    """The answers to changes that have come together: those that nobody has asked yet by ``answer``, all at once, and
    nobody is given one of them before it returns."""
    fresh = [change for change in changes if not _is_kept(change, question)]
    if fresh:
        batch = asyncio.ensure_future(_all_written(fresh, answer))
        for place, change in enumerate(fresh):
            one = change.answers[question] = asyncio.ensure_future(_one_of(batch, place))
            one.add_done_callback(_looked_at)
    return [await _kept(change, question) for change in changes]


def _is_kept(change: QueueChange, question: Question) -> bool:
    """Whether there is an answer, or one on its way."""
    kept = change.answers.get(question)
    if kept is None or not kept.done():
        return kept is not None
    return not kept.cancelled() and kept.exception() is None


async def _kept(change: QueueChange, question: Question) -> ExecutionResult:
    result: ExecutionResult = await asyncio.shield(change.answers[question])
    return result


async def _all_written(changes: Sequence[QueueChange], answer: Answer) -> list[ExecutionResult]:
    return [_written(result) for result in await answer(changes)]


async def _one_of(batch: asyncio.Future[list[ExecutionResult]], place: int) -> ExecutionResult:
    return (await asyncio.shield(batch))[place]


def _looked_at(told: asyncio.Future[ExecutionResult]) -> None:
    """A failure of many is told to whoever asked for the first of them."""
    if not told.cancelled():
        told.exception()


def _written(result: ExecutionResult) -> ExecutionResult:
    """With the data as bytes: written once, sent to each."""
    data: Any = result.data
    if data is None or isinstance(data, orjson.Fragment):
        return result
    data = orjson.Fragment(orjson.dumps(data))
    return ExecutionResult(data=data, errors=result.errors, extensions=result.extensions)
