"""One person a role, with ids that a reader of a failure can tell apart."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from authz.gate import Assignment, Standing
from authz.scope import Scope, SignedScope
from authz.words import Relation

WORLD = UUID("0f7b1c52-6c1e-4c1a-9d0e-3a5b6f0d2e11")
DIVISION = "sh00007"
NOW = datetime.now(UTC)  # noqa: TID251 - PostgreSQL looks at its own clock
SECRET = b"a key of the tests, 32 bytes long"


def named(name: str) -> UUID:
    return uuid5(WORLD, name)


def somebody(role: str, standing: Standing = Standing.ACTIVE) -> Assignment:
    return Assignment(
        id=named(f"assignment of {role}"),
        person_id=named(f"person of {role}"),
        role=role,
        unit_id=named(f"unit of {role}"),
        division_id=DIVISION,
        standing=standing,
    )


def row(actor: Assignment, *relations: str) -> tuple[str, ...]:
    """The tokens of a row to which ``actor`` stands in ``relations``, among tokens of others."""
    held = [min(actor.tokens[r]) for r in Relation if r in relations]
    strangers = ["R:cq00001", "H:cq00001", f"U:{named('a stranger')}", f"T:{named('their unit')}"]
    return tuple(strangers + held)


def signed(scope: Scope, key: bytes = SECRET) -> SignedScope:
    """Signed for as long as a session of tests may take."""
    return scope.signed(key, NOW, timedelta(days=1))
