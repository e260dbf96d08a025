"""Documents parsed, limited and validated once, kept in a cache bounded by bytes."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    specified_rules,
    validate,
)

from .errors import Code, CodedError, InvalidDocument
from .limits import Limits, parse_within

BYTES_PER_CHARACTER = 300  # of a parsed document at its densest, `{a a a …}`, by tracemalloc
MAX_ERRORS = 20  # reported for one document


@dataclass(frozen=True, slots=True)
class Prepared:
    """A valid document and the one operation of it that is to run."""

    document: DocumentNode
    operation: OperationDefinitionNode

    @property
    def is_query(self) -> bool:
        """May it be asked by GET?"""
        return self.operation.operation is OperationType.QUERY

    @property
    def is_subscription(self) -> bool:
        """Does it answer more than once?"""
        return self.operation.operation is OperationType.SUBSCRIPTION


@dataclass(slots=True)
class _Kept:
    """A valid document, and its operations as they were asked for by name: as many as it has, and one by no name."""

    document: DocumentNode
    chosen: dict[str | None, Prepared] = field(default_factory=dict)


class Documents:
    """Least recently used documents, each by the schema it is valid under; only valid ones are kept."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        limits: Limits,
        max_bytes: int,
        suggestions: bool,
        rules: Collection[type[ASTValidationRule]] = specified_rules,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._max_bytes = max_bytes
        self._suggestions = suggestions
        self._rules = rules
        self._kept: OrderedDict[tuple[GraphQLSchema, str], _Kept] = OrderedDict()
        self.bytes_kept = 0

    def prepare(
        self, source: str, operation_name: str | None, schema: GraphQLSchema | None = None
    ) -> Prepared:
        """The document and its operation; CodedError or InvalidDocument when it cannot run.

        `schema`: the part of the schema that exists for whoever asks, if not all of it.
        """
        kept = self._document(source, schema or self._schema)
        known = kept.chosen.get(operation_name)
        if known is None:
            chosen = _choose(kept.document, operation_name)
            known = kept.chosen[operation_name] = Prepared(kept.document, chosen)
        return known

    def _document(self, source: str, schema: GraphQLSchema) -> _Kept:
        key = (schema, source)
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
            return known
        document = parse_within(source, self._limits)
        errors = validate(
            schema,
            document,
            self._rules,
            max_errors=MAX_ERRORS,
            hide_suggestions=not self._suggestions,
        )
        if errors:
            raise InvalidDocument(errors, 422)
        made = _Kept(document)
        self._keep(key, made)
        return made

    def _keep(self, key: tuple[GraphQLSchema, str], made: _Kept) -> None:
        size = len(key[1]) * BYTES_PER_CHARACTER
        if size > self._max_bytes:
            return
        self._kept[key] = made
        self.bytes_kept += size
        while self.bytes_kept > self._max_bytes:
            (_, oldest), _ = self._kept.popitem(last=False)
            self.bytes_kept -= len(oldest) * BYTES_PER_CHARACTER


def _choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """GetOperation() of the GraphQL specification, 6.1: never the first of several."""
    found = get_operation_ast(document, name)
    if found is not None:
        return found
    if name is None:
        zh, en = (
            "文档含有多个操作，须以operationName指明",
            "Of several operations operationName says which",
        )
    else:
        zh, en = "文档中没有此名称的操作", "No operation of this name is in the document"
    raise CodedError(Code.BAD_USER_INPUT, zh=zh, en=en, field="operationName")
