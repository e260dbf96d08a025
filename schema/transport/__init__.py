"""The GraphQL transport: HTTP, server-sent events and WebSocket, for any schema.

It knows graphql-core and Starlette and nothing of the domain. One `GraphQLService` (service.py)
is given the schema and three callables; `routes` serves it. The steps of a request are, in this
order: size and time of the body, sign-in, JSON, document limits, validation, execution, masking.
"""

from .errors import Code, CodedError, mask, new_trace_id
from .execution import SchemaExecution
from .graphiql import graphiql_routes
from .http import graphql_endpoint, graphql_routes
from .limits import Limits
from .service import Authenticate, Execute, GraphQLService, StillAllowed, bearer_token
from .settings import Settings
from .ws import graphql_socket

__all__ = [
    "Authenticate",
    "Code",
    "CodedError",
    "Execute",
    "GraphQLService",
    "Limits",
    "SchemaExecution",
    "Settings",
    "StillAllowed",
    "bearer_token",
    "graphiql_routes",
    "graphql_endpoint",
    "graphql_routes",
    "graphql_socket",
    "mask",
    "new_trace_id",
]
