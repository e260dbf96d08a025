"""What a mutation answers: done, refused by the rules, overtaken by somebody else, or not for you (law 7)."""

from __future__ import annotations

from typing import Annotated, Union
from uuid import UUID

import strawberry

from domain.clauses import clause
from domain.refusals import Refused


@strawberry.type(description="条款 · A clause, with the words that say so.")
class ClauseRef:
    """One clause of one of the five texts."""

    id: str = strawberry.field(description="条款编号 · e.g. CQ2016-4.2-g")
    document: str = strawberry.field(description="文件 · The document's code\n\n取值 · Document")
    quote_zh: str = strawberry.field(description="原文 · The Chinese words of record")


@strawberry.interface(
    description="问题 · Why nothing was recorded: a stable code, and both languages."
)
class Problem:
    """A coded, bilingual answer; translate ``code``, never parse the text."""

    code: str
    zh: str
    en: str


@strawberry.type(description="已办理 · Recorded: where, and as which events.")
class CommandDone:
    """Recorded. ``repeated``: this is the answer of the first try with the same ``commandId``."""

    id: UUID = strawberry.field(description="流编号 · The stream, e.g. the case")
    stream: str
    version: int = strawberry.field(
        description="版本 · The stream's version now; expect it in the next command"
    )
    position: int = strawberry.field(
        description="日志位置 · Position in the log; a read from here on shows it"
    )
    events: list[UUID] = strawberry.field(
        description="事件编号 · The events recorded on this stream"
    )
    repeated: bool = False


@strawberry.type(description="规则不允许 · The rules say no.")
class RuleRefused(Problem):
    """Refused by a rule, with the clauses that say so and the input concerned."""

    clauses: list[ClauseRef]
    field: str | None = None


@strawberry.type(description="版本冲突 · Somebody else wrote first.")
class VersionConflict(Problem):
    """Reload and ask again."""

    current_version: int


@strawberry.type(description="未找到或无权 · Not found, or not yours: the two are told alike.")
class NotFoundOrForbidden(Problem):
    """One answer for absent, out of reach and not permitted."""


@strawberry.type(description="输入有误 · The input cannot be read as what it should be.")
class InvalidInput(Problem):
    """A value of the wrong kind, or a ``commandId`` that was used for something else."""

    field: str | None = None


CommandOutcome = Annotated[
    Union[CommandDone, RuleRefused, VersionConflict, NotFoundOrForbidden, InvalidInput],  # noqa: UP007
    strawberry.union("CommandOutcome", description="办理结果 · The outcome of a command."),
]


def clause_ref(clause_id: str) -> ClauseRef:
    """A clause by its id."""
    found = clause(clause_id)
    return ClauseRef(id=found.id, document=found.document, quote_zh=found.quote_zh)


def refused(refusal: Refused) -> RuleRefused:
    """A refusal as data. Its detail is from the rules, never a value of the file."""
    zh, en = refusal.label.zh, refusal.label.en
    if refusal.detail:
        zh = f"{zh}:{refusal.detail.zh}" if refusal.detail.zh else zh
        en = f"{en}: {refusal.detail.en}" if refusal.detail.en else en
    return RuleRefused(
        code=refusal.code.upper(),
        zh=zh,
        en=en,
        field=refusal.field,
        clauses=[clause_ref(c) for c in refusal.clauses],
    )


NOT_FOUND = NotFoundOrForbidden(
    code="NOT_FOUND_OR_FORBIDDEN",
    zh="未找到,或您无权办理",
    en="Not found, or not yours to do",
)
REUSED = InvalidInput(
    code="COMMAND_ID_REUSED",
    zh="该命令编号已用于其他请求",
    en="This command id was used for another request",
    field="commandId",
)


def conflict(current_version: int) -> VersionConflict:
    """Overtaken."""
    return VersionConflict(
        code="CONFLICT",
        zh="他人已先行办理,请刷新后重试",
        en="Somebody else wrote first: reload and ask again",
        current_version=current_version,
    )
