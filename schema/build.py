"""The schema: derived writes, hand-shaped reads, live queues; and its SDL, committed as ``schema/schema.graphql``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from schema.described import describe
from schema.live import Subscription
from schema.mutations import build_mutation
from schema.outcomes import InvalidInput, NotFoundOrForbidden, RuleRefused, VersionConflict
from schema.query import Query
from schema.scalars import describe_terms

SDL = Path(__file__).with_name("schema.graphql")


@cache
def build() -> strawberry.Schema:
    """The whole schema; it holds nothing of who asks, and is made once a process."""
    schema = strawberry.Schema(
        query=Query,
        mutation=build_mutation(),
        subscription=Subscription,
        types=[RuleRefused, VersionConflict, NotFoundOrForbidden, InvalidInput],
        config=StrawberryConfig(auto_camel_case=True),
    )
    describe_terms(schema)
    describe(core(schema))
    return schema


def core(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema underneath."""
    return schema._schema  # noqa: SLF001 - strawberry has no public door to it


def sdl() -> str:
    """The schema's text with its directives, in declared order, for the repository and its review."""
    return build().as_str() + "\n"
