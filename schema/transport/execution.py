"""Execution straight on graphql-core, for schemas that need no plan of their own."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import Any, Generic, TypeVar

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, execute
from graphql.execution import (
    Executor,
    RootSelectionSetExecutor,
    create_source_event_stream,
    execute_subscription_event,
    map_source_to_response_event,
)

from .following import Handover

C_contra = TypeVar("C_contra", contravariant=True)


class SchemaExecution(Generic[C_contra]):
    """An `Execute` whose resolvers get the context as `info.context`.

    `root_value` is handed to the root fields; graphql-core's suggestions are left out of
    variable errors unless `suggestions`.
    """

    def __init__(
        self, schema: GraphQLSchema, *, root_value: object = None, suggestions: bool = False
    ) -> None:
        self._schema = schema
        self._root_value = root_value
        self._hide_suggestions = not suggestions

    def schema_of(self, context: C_contra) -> GraphQLSchema:  # noqa: ARG002 - for those who choose
        """The schema that exists for `context`."""
        return self._schema

    async def execute(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: C_contra,
    ) -> ExecutionResult:
        """Run a query or a mutation."""
        result = execute(
            self.schema_of(context),
            document,
            self._root_value,
            context,
            variables,
            operation_name,
            hide_suggestions=self._hide_suggestions,
        )
        return result if isinstance(result, ExecutionResult) else await result

    async def subscribe(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: C_contra,
    ) -> AsyncIterator[ExecutionResult | Handover] | ExecutionResult:
        """Open the source of a subscription; its results are pulled one at a time."""
        return await self.answering(
            document, operation_name, variables, context, execute_subscription_event
        )

    async def answering(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: C_contra,
        answer: RootSelectionSetExecutor,
    ) -> AsyncIterator[ExecutionResult] | ExecutionResult:
        """As `subscribe`, each event of the source answered by `answer`."""
        executor = self.executor(document, operation_name, variables, context)
        if isinstance(executor, list):
            return ExecutionResult(None, errors=executor)
        opened = create_source_event_stream(executor)
        source = await opened if isinstance(opened, Awaitable) else opened
        if isinstance(source, ExecutionResult):
            return source
        return _to_the_end(executor, map_source_to_response_event(executor, source, answer))

    def executor(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: dict[str, object],
        context: C_contra,
    ) -> Executor[Any] | list[GraphQLError]:
        """What runs this operation; errors where its variables do not fit."""
        return Executor.build(
            self._schema,
            document,
            self._root_value,
            context,
            variables,
            operation_name,
            hide_suggestions=self._hide_suggestions,
        )


async def _to_the_end(
    executor: Executor[Any], results: AsyncGenerator[ExecutionResult, None]
) -> AsyncGenerator[ExecutionResult, None]:
    """An executor refers to itself: let go of by hand, all that it holds is not left to the garbage collector."""
    try:
        async for result in results:
            yield result
    finally:
        await results.aclose()
        del executor.async_helpers
