"""Limits on a document, checked after parsing and before validation, in linear time.

Every definition is walked once and its fragments are added up once each, in the order of their
dependence; the cost of a document of twenty fragments that each spread the next one twice is
found by visiting its few dozen nodes, although it would run to a million fields. (Rules that
follow each spread anew are exponential: a short query then stops the server.)
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TokenKind,
    parse,
)

from .errors import Code, CodedError, InvalidDocument

MAX_NUMBER_LENGTH = 40  # characters of a number literal


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a document may hold; platform settings, no clause speaks of them."""

    tokens: int = 2_000
    depth: int = 15  # levels of fields, fragments spread out
    fields: int = 500  # fields, fragments spread out, of any one definition
    aliases: int = 30  # aliases and repeats of a name within one selection, likewise
    root_fields: int = 10
    directives: int = 3  # on any one node
    operations: int = 10


LIMIT_ZH = {
    "tokens": "词元数",
    "depth": "嵌套层数",
    "fields": "字段数",
    "aliases": "别名数",
    "root_fields": "根字段数",
    "directives": "单个节点的指令数",
    "operations": "操作数",
}


class LimitExceeded(CodedError):
    """The document is larger than a limit; `field` is `query.<nameOfTheLimit>`."""

    def __init__(self, limit: str, allowed: int) -> None:
        first, *rest = limit.split("_")
        super().__init__(
            Code.BAD_USER_INPUT,
            zh=f"查询文档超出限制：{LIMIT_ZH[limit]}最多{allowed}",
            en=f"The document exceeds a limit: at most {allowed} {limit.replace('_', ' ')}",
            field=f"query.{first}{''.join(map(str.title, rest))}",
        )


@dataclass(slots=True)
class Measures:
    """What a document (or one of its definitions) holds, fragments spread out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    operations: int = 0
    visited: int = 0  # nodes looked at, for the proof that the work is linear
    spreads: list[tuple[str, int]] = field(default_factory=list)  # fragment, levels above it

    def add_fragment(self, fragment: "Measures", levels_above: int) -> None:
        """Add a spread of `fragment`, whose fields lie below `levels_above` levels of fields."""
        self.depth = max(self.depth, levels_above + fragment.depth)
        self.fields += fragment.fields
        self.aliases += fragment.aliases
        if levels_above == 0:
            self.root_fields += fragment.root_fields


def parse_within(source: str, limits: Limits) -> DocumentNode:
    """Parse and check a document: InvalidDocument (400), LimitExceeded or CodedError (422)."""
    try:
        document = parse(source, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if f"more than {limits.tokens} tokens" in error.message:
            raise LimitExceeded("tokens", limits.tokens) from None
        raise InvalidDocument([error], 400) from None
    _check_literals(document)
    measures = measure(document)
    for limit in fields(Limits):
        allowed = getattr(limits, limit.name)
        if getattr(measures, limit.name, 0) > allowed:
            raise LimitExceeded(limit.name, allowed)
    return document


def measure(document: DocumentNode) -> Measures:
    """The largest depth, fields, aliases … of the document's definitions, each walked once."""
    own: dict[str, Measures] = {}
    whole = Measures()
    operations = []
    for definition in document.definitions:
        match definition:
            case FragmentDefinitionNode():
                own[definition.name.value] = tally = _tally(definition)
            case OperationDefinitionNode():
                tally = _tally(definition)
                operations.append(tally)
            case _:
                raise _refused("只接受操作与片段", "Only operations and fragments are accepted")
        whole.visited += tally.visited
        whole.directives = max(whole.directives, tally.directives)
    for name in _inner_first(own):
        _spread_out(own[name], own)
    for operation in operations:
        _spread_out(operation, own)
        whole.root_fields = max(whole.root_fields, operation.root_fields)
    for tally in (*own.values(), *operations):
        whole.depth = max(whole.depth, tally.depth)
        whole.fields = max(whole.fields, tally.fields)
        whole.aliases = max(whole.aliases, tally.aliases)
        whole.visited += len(tally.spreads)
    whole.operations = len(operations)
    return whole


def _tally(definition: OperationDefinitionNode | FragmentDefinitionNode) -> Measures:
    """What a definition holds itself; its spreads are noted, not followed."""
    tally = Measures(directives=len(definition.directives or ()))
    stack = [(definition.selection_set, 1)]
    while stack:
        selections, level = stack.pop()
        for selection in selections.selections:
            tally.visited += 1
            tally.directives = max(tally.directives, len(selection.directives or ()))
            inner = _count(tally, selection, level)
            if inner is not None:
                stack.append(inner)
        tally.aliases += _repeats(selections)
    return tally


def _count(
    tally: Measures, selection: SelectionNode, level: int
) -> tuple[SelectionSetNode, int] | None:
    match selection:
        case FieldNode():
            tally.fields += 1
            tally.depth = max(tally.depth, level)
            tally.root_fields += level == 1
            tally.aliases += selection.alias is not None
            return (selection.selection_set, level + 1) if selection.selection_set else None
        case InlineFragmentNode():
            return selection.selection_set, level
        case FragmentSpreadNode():
            tally.spreads.append((selection.name.value, level - 1))
        case _:
            raise TypeError(selection)
    return None


def _repeats(selections: SelectionSetNode) -> int:
    """How often a plain field name comes again in one selection: validation compares all pairs."""
    names = Counter(
        selection.name.value
        for selection in selections.selections
        if isinstance(selection, FieldNode) and selection.alias is None
    )
    return names.total() - len(names)


def _spread_out(tally: Measures, fragments: Mapping[str, Measures]) -> None:
    for name, levels_above in tally.spreads:
        if name in fragments:  # an unknown fragment is for validation to report
            tally.add_fragment(fragments[name], levels_above)


def _inner_first(fragments: Mapping[str, Measures]) -> Iterator[str]:
    """The fragments so that each comes after all it spreads; a cycle is refused. No recursion."""
    done: set[str] = set()
    for root in fragments:
        path = [(root, iter(fragments[root].spreads))] if root not in done else []
        on_path = {root}
        while path:
            name, spreads = path[-1]
            inner = next((s for s, _ in spreads if s in fragments and s not in done), None)
            if inner is None:
                path.pop()
                on_path.discard(name)
                done.add(name)
                yield name
            elif inner in on_path:
                raise _refused("片段循环引用", "Fragments form a cycle")
            else:
                on_path.add(inner)
                path.append((inner, iter(fragments[inner].spreads)))


def _check_literals(document: DocumentNode) -> None:
    """Refuse what JSON variables are refused for too: NUL in strings, numbers beyond a double."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        value = token.value or ""
        if token.kind in {TokenKind.STRING, TokenKind.BLOCK_STRING} and "\0" in value:
            raise _refused("文本中含有空字符", "A string holds a NUL character")
        if token.kind in {TokenKind.INT, TokenKind.FLOAT} and (
            len(value) > MAX_NUMBER_LENGTH or math.isinf(float(value))
        ):
            raise _refused("数值超出范围", "A number is out of range")
        token = token.next


def _refused(zh: str, en: str) -> CodedError:
    return CodedError(Code.BAD_USER_INPUT, zh=zh, en=en, field="query")
