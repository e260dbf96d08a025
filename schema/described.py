"""说明 · What fields, arguments and values are called that declare no words of their own: each name once.

A front end is built from the schema alone, so nothing in it is without words (``tests/contracts/test_described.py``).
Columns and inputs bring theirs from ``domain.labels`` and ``projections.column_labels``, and so does a field of the
same name here. Of a mutation, the arguments that all have are told once, in the type's own description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_directive,
)

from domain.labels import FIELD_LABELS
from projections.column_labels import COLUMN_LABELS

FIELDS: Final[Mapping[str, str]] = {
    "accepted": "已接受 · Accepted",
    "after": "之后 · As it would be",
    "asOf": "截至日期 · As of this day",
    "at": "时间 · When",
    "before": "之前 · As it is",
    "bodies": "责任单位 · The city bodies that answer for it",
    "breakdown": "分项 · By what it is broken down",
    "cell": "分项值 · The cell of the breakdown",
    "cells": "各项 · Its cells",
    "clauses": "依据条款 · The clauses it rests on",
    "code": "代码 · A stable code; never translated",
    "complete": "齐备 · Whether it may be sent",
    "counts": "各乡镇(街道)变化 · What would move, by township or street",
    "created": "待接受 · Not accepted yet",
    "currentVersion": "现版本 · The version to expect in the next try",
    "cursor": "游标 · Pass it as after to go on behind this item",
    "definition": "口径 · How the figures are defined",
    "direction": "方向 · Whether care is to be closer, an earlier day, a category gained, or not\n\n取值 · Direction",
    "door": "途径 · By which door",
    "edges": "分页边 · The items, each with its cursor",
    "division": "行政区划 · The division",
    "en": "英文 · In English",
    "endCursor": "末条游标 · Pass it as after for the next page",
    "escalated": "已升级 · Gone up a level",
    "eventIds": "事件编号 · The events",
    "figures": "指标 · The figures",
    "hasNextPage": "后面是否还有 · Whether a further page follows",
    "inProgress": "办理中 · In progress",
    "intact": "数据完好 · The figures still match the digest that was signed",
    "item": "任务 · The task as it is now; none where it left",
    "key": "指标键 · A stable key; never translated",
    "lines": "行数 · How many lines the file has",
    "logPosition": "日志位置 · The position in the log up to which it was counted",
    "many": "数量 · How many; null where held back",
    "mutation": "办理接口 · The mutation that does it",
    "narrative": "文字说明 · The report in words",
    "node": "条目 · The item",
    "nodes": "条目 · The items of the page",
    "now": "现值 · As known now",
    "nowOutOf": "现总数 · Out of how many, as known now",
    "obj": "对象 · Which kind of object was looked at",
    "oldestDueAt": "最早时限 · When the first of them is due",
    "on": "日期 · The day",
    "open": "未办结 · Open",
    "outOf": "总数 · Out of how many; null where it is no share",
    "outcome": "结果 · What became of the look",
    "overdue": "已逾期 · Overdue",
    "packs": "规则包 · Rule packs",
    "pageInfo": "分页信息 · About this page",
    "parentId": "上级区划 · The division above; none for a province",
    "policyVersion": "权限总表版本 · The policy that decided",
    "purpose": "目的 · What for",
    "queues": "各队列 · By queue",
    "repeated": "重复提交 · The answer of the first try with this commandId, given again",
    "section": "文件章节 · Of the plan",
    "sensitivity": "敏感等级 · Its class\n\n取值 · Sensitivity",
    "sentAt": "报送时间 · When it was sent",
    "sha256": "文件摘要 · SHA-256 of the text",
    "split": "分项维度 · By what it is broken down; null of the figure itself",
    "startCursor": "首条游标 · The cursor of the first item",
    "suppressed": "小数保护 · Held back because few would be known by it",
    "task": "任务编号 · Which task of the plan",
    "tasks": "变动任务数 · How many tasks would move; null where held back",
    "text": "文件内容 · The file",
    "toOn": "至 · To",
    "township": "乡镇(街道) · The township or street",
    "traceId": "追踪号 · What to tell an operator",
    "unit": "单位 · In what it is counted",
    "value": "数值 · The value; null where held back or not told",
    "values": "内容 · What was said, as far as its classes are open",
    "watermark": "水印 · For whom and under which order it was made",
    "what": "变动内容 · What would move\n\n取值 · Moved",
    "year": "年度 · The year",
    "zh": "中文 · In Chinese, the words of record",
}
"""What a field of this name is called on every type that does not say otherwise."""

OF_TYPE: Final[Mapping[str, str]] = {
    "AccessEntry.classes": "已看等级 · The classes that were shown\n\n取值 · Sensitivity",
    "AccessEntry.obj": "对象 · Which kind of object was looked at\n\n取值 · Resource",
    "AccessEntry.purpose": "查阅目的 · What for\n\n取值 · Purpose",
    "AccessEntry.relation": "关系 · By which relation\n\n取值 · Relation",
    "AccessEntry.role": "岗位 · In which role; placement is whoever cares for a placed child\n\n取值 · Role",
    "AnnualFigure.value": "报送值 · As it was sent; null where held back",
    "CommandDone.stream": "流 · Of what it is\n\n取值 · Stream",
    "DutyContact.divisionId": "辖区 · The territory of the desk",
    "DutyContact.kind": "机构类别 · What kind of unit",
    "Division.id": "区划编号 · The platform's own id, for ever",
    "Division.name": "名称 · Name",
    "InvalidInput.field": "有误的输入 · The input at fault",
    "PackInForce.id": "规则包代码 · The pack's code: that of its text\n\n取值 · Document",
    "QueueChange.kind": "变化 · What happened",
    "RehearsalType.children": "变动儿童数 · How many children would move; null where held back",
    "RuleRefused.field": "有误的输入 · The input concerned, if one is",
    "RulesFileHead.id": "规则事项编号 · The stream its owner's commands go to",
    "RuleTold.name": "规定 · The parameter's name in the packs\n\n取值 · Parameter",
    "RuleTold.values": "规定的值 · What is laid down; words tells what its codes are called",
    "TierCount.tier": "风险等级 · Risk tier\n\n取值 · Tier",
    "TierCount.children": "儿童数 · How many children; null where held back",
    "TimelineFile.eventId": "事件编号 · The event that records the export",
    "TimelineLine.actorRole": "经办岗位 · In which role\n\n取值 · Role",
    "TimelineLine.precision": "时间精度 · How exactly the time is known\n\n取值 · Precision",
    "TimelineLine.stream": "流 · child or case; of a unit's own line, unit\n\n取值 · Stream",
    "TermValue.code": "代码 · As columns, filters and timelines hold it",
    "TimelineValue.field": "字段 · Which field of the event",
    "TimelineValue.value": "内容 · What was said; a code is of the vocabulary of the input of this name (terms)",
    "Viewer.purpose": "目的 · What for\n\n取值 · Purpose",
    "Viewer.role": "岗位 · In which role\n\n取值 · Role",
    "Vocabulary.en": "英文 · What it is called, or what it is for, in English",
    "Vocabulary.name": "词表名 · As descriptions of columns and types of inputs call it",
    "Vocabulary.values": "用语 · Its codes",
    "Vocabulary.zh": "中文 · What it is called, the words of record",
    "Viewer.divisionId": "辖区 · The territory of the post",
    "Viewer.unitId": "所在单位 · The unit of the post",
}
"""What one is called where that would say something else."""

ARGUMENTS: Final[Mapping[str, str]] = {
    "after": "游标 · Go on behind this cursor of the same list",
    "asOf": "截至日期 · As of this day; today if left out",
    "birthDate": "出生日期 · Birth date",
    "category": "类别 · In this category",
    "changedOnly": "仅列变动 · Only those that differ from what is known now",
    "code": "代码 · A code, exactly",
    "division": "行政区划 · Within this division",
    "everywhere": "全部退出 · Everything this person signed in for, in every capacity",
    "first": "条数 · At most so many, 1 to 100; 50 if left out",
    "id": "编号 · Its id",
    "idNumber": "公民身份号码 · Identity number",
    "kind": "机构类别 · Of this kind",
    "late": "逾期办结 · Over after its time (true), or within it (false); both if left out",
    "name": "名称 · Name",
    "occurredUntil": "发生截至 · What had happened by this moment",
    "names": "词表名 · Only these; all if left out",
    "on": "日期 · On this day; today if left out",
    "orderId": "审计令 · The audit order it is made under",
    "person": "承办人 · This person is named for it",
    "pack": "规则包 · The changed pack, as YAML",
    "period": "统计期间 · 2025, 2025-Q3, 2025-10, 2025-W14 or 2025-AUTUMN",
    "place": "地点 · The division it is at",
    "queue": "队列 · Its code, like Q-01; all queues if left out",
    "recipient": "接收人 · To whom it is handed",
    "recordedUntil": "记录截至 · What was recorded by this moment",
    "responsible": "责任人 · This person is responsible for the child",
    "resume": "续读处 · The last cursor that was received; a snapshot if left out",
    "school": "学校 · The children of this school",
    "service": "服务 · Of this ServiceType",
    "since": "起始日期 · On this local day or later",
    "status": "台账范围 · Which files; the open ones if left out",
    "subject": "儿童或个案 · The child or the case",
    "tier": "风险等级 · At this tier, like R1",
    "unit": "机构 · The unit",
    "until": "截止日期 · On this local day or earlier",
    "where": "筛选条件 · Only those that fit",
    "within": "上级区划 · Those below this division",
    "year": "年度 · The year",
}
"""What an argument of this name is called."""

OF_FIELD: Final[Mapping[str, str]] = {
    "@act(clauses)": "依据条款 · The clauses the action rests on",
    "@act(name)": "权限动作 · The act, as the policy names it",
    "@sensitivity(class)": "敏感等级 · The class",
    "AnnualFigure.traceable(after)": "起点 · The next of the page before; 0 if left out",
    "AnnualFigure.traceable(first)": "条数 · At most so many, 1 to 200; 50 if left out",
    "AnnualReport.figures(code)": "报表 · Only the figures of this report, like S-01",
    "Query.divisions(code)": "区划代码 · Twelve digits, of civil affairs or of statistics",
    "Query.divisions(name)": "名称 · With this in its name",
    "Query.ledger(name)": "姓名 · With this in the child's name",
    "Query.possibleDuplicates(name)": "姓名 · The child's name, exactly",
    "Query.report(code)": "报表 · Its code, S-01 to S-23",
    "Query.reportProgress(code)": "回执 · The receipt code, as it was given",
    "Query.units(name)": "名称 · With this in its name",
    "RehearsalType.moves(after)": "起点 · How many to leave out; 0 if left out",
    "ReportFigure.traceable(after)": "起点 · The next of the page before; 0 if left out",
    "ReportFigure.traceable(first)": "条数 · At most so many, 1 to 200; 50 if left out",
}
"""What one is called where that would say something else, or too little."""

OF_EVERY_MUTATION: Final[Mapping[str, str]] = {
    "id": "办理对象 · The child, case, unit or other object it is done on",
    "expectedVersion": "所见版本 · The version of it that was read; another is a VersionConflict",
    "commandId": "命令编号 · A new UUID for each occasion; the same again is answered as before: trying again is safe",
    "input": "事项内容 · What is recorded",
    "occurrence": "发生情况 · When it happened, if not just now; needed for late entries",
    "onBehalfOf": "代办 · The person it is entered for",
}
"""What the arguments are called that mutations have in common."""

VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "AccessDoor": {
        "QUERY": "查询 · Query",
        "MUTATION": "办理 · Mutation",
        "SUBSCRIPTION": "订阅 · Subscription",
        "EXPORT": "导出 · Export",
        "SIGN_IN": "登录 · Sign-in",
    },
    "AccessOutcome": {
        "SEEN": "已显示 · Shown",
        "DENIED": "未予显示 · Denied",
        "FAILED": "未完成 · Failed",
    },
    "LedgerStatus": {
        "OPEN": "在册 · On the ledger",
        "CLOSED": "已结束 · Closed",
        "ALL": "全部 · All",
    },
    "QueueChangeKind": {
        "SNAPSHOT": "初始 · An open task as it is at the beginning",
        "CHANGED": "新增或变动 · It came, or something of it changed",
        "LEFT": "离开 · It is no longer in this view",
        "CAUGHT_UP": "初始完毕 · The snapshot is complete",
        "RESET": "重来 · Forget what you have; a snapshot follows",
    },
    "WorkItemState": {
        "CREATED": "待接受 · Not accepted yet",
        "ACCEPTED": "已接受 · Accepted",
        "IN_PROGRESS": "办理中 · In progress",
        "ESCALATED": "已升级 · Gone up a level",
    },
}
"""What the values of the API's own enums are called; those of the field's vocabularies bring their labels."""

SCALARS: Final[Mapping[str, str]] = {
    "Date": "日期 · A day of the calendar, like 2025-03-03",
    "DateTime": "时间 · A moment with its offset, like 2025-03-03T08:40:00+08:00",
    "JSON": "结构化内容 · A structure, or a value of any kind",
    "UUID": "编号 · A UUID",
}
"""What the scalars are called that the specification does not know."""

_CAPITAL = re.compile(r"[A-Z]")


def describe(schema: GraphQLSchema) -> None:
    """Gives words to whatever of ``schema`` has none."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLScalarType):
            kind.description = SCALARS.get(kind.name, kind.description)
        elif isinstance(kind, GraphQLEnumType):
            for name, said in VALUES.get(kind.name, {}).items():
                kind.values[name].description = said
        elif not is_introspection_type(kind):
            shared = OF_EVERY_MUTATION if kind is schema.mutation_type else {}
            _fields(kind, shared)
    for directive in schema.directives:
        if not is_specified_directive(directive):
            _arguments(f"@{directive.name}", directive.args, {})


def _fields(kind: GraphQLNamedType, told_elsewhere: Mapping[str, str]) -> None:
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in kind.fields.items():
            field.description = field.description or _called(kind.name, name)
            if isinstance(field, GraphQLField):
                _arguments(f"{kind.name}.{name}", field.args, told_elsewhere)


def _arguments(
    of: str, given: Mapping[str, GraphQLArgument], told_elsewhere: Mapping[str, str]
) -> None:
    for name, argument in given.items():
        if name not in told_elsewhere:
            said = OF_FIELD.get(f"{of}({name})") or ARGUMENTS.get(name)
            argument.description = argument.description or said


def _called(kind: str, name: str) -> str | None:
    """Of this type, else of this name, else what columns and inputs of the name are called."""
    plain = _CAPITAL.sub(lambda found: f"_{found[0].lower()}", name)
    label = COLUMN_LABELS.get(plain) or FIELD_LABELS.get(plain)
    named = OF_TYPE.get(f"{kind}.{name}") or FIELDS.get(name)
    return named or (f"{label.zh} · {label.en}" if label else None)


def mutations_described() -> str:
    """The description of the Mutation type."""
    told = "\n".join(f"- `{name}`: {said}" for name, said in OF_EVERY_MUTATION.items())
    return f"办理 · Every case action, derived from its one declaration. The arguments they share:\n\n{told}"
