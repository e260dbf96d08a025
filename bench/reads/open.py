"""The same reads without what protects them: what privacy costs is the difference to this.

The declarations, the compiled plans, the pipelined driver, sign-in and HTTP are Yidang's own. Taken away, one by one:

* the condition on tokens that a plan writes into each statement (``seen`` in ``schema.plan``: ``true`` instead);
* row-level security: the statements run as a role it does not bind, and no scope is set before them (what is asked at
  once shares a transaction and a statement in both);
* the masks: every class of every row is open, and nothing is looked up or noted for it;
* the access journal.

Never part of the product: this is written over the modules of a process of the bench, and of no other.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from domain.sensitivity import Sensitivity
from ops.platform import Ways
from projections.pipeline import Call, Statement
from schema.plan import plans
from schema.plan.below import Admits
from schema.plan.plans import Plans
from schema.plan.run import Run

EVERYTHING = frozenset(Sensitivity)
ROLE = "bench_open"
WORD = "open-of-the-bench"
BEGUN = Statement(b"select")
"""What stands in the place of opening the scope."""


def unprotected(ways: Ways) -> Ways:
    """Takes privacy out of this process. The ways to be used instead: row security does not bind their reader."""
    for name, module in sys.modules.items():  # all of them are there once Plans is
        if name.startswith("schema.plan.") and hasattr(module, "seen"):
            setattr(module, "seen", lambda _model, _words: "true")  # noqa: B010 - of another module
    for name, instead in {"look": _all, "looked_at": _each, "denied": _nothing}.items():
        setattr(Run, name, instead)
    setattr(Admits, "under", lambda _self, _mask: lambda _row: True)  # noqa: B010
    setattr(Plans, "_read", _read)  # noqa: B010
    setattr(plans, "_opening", _begun)  # noqa: B010
    return replace(ways, reader_dsn=make_conninfo(ways.admin_dsn, user=ROLE, password=WORD))


def give_way_past(admin: str) -> None:
    """Makes the role that row security does not bind, on the bench's own server."""
    with psycopg.connect(admin, autocommit=True) as conn:
        if conn.execute("select from pg_roles where rolname = %s", (ROLE,)).fetchone() is None:
            role, word = sql.Identifier(ROLE), sql.Literal(WORD)
            conn.execute(sql.SQL("create role {} superuser login password {}").format(role, word))
            conn.execute(sql.SQL("alter role {} set search_path = read").format(role))


def _all(_run: Run, *_of: Any) -> frozenset[Sensitivity]:
    return EVERYTHING


def _each(_run: Run, *_of: Any) -> set[frozenset[Sensitivity]]:
    return {EVERYTHING}


def _nothing(_run: Run, *_of: Any) -> None:
    return


def _begun(_kind: Any, _reads: Any) -> Call:
    return BEGUN, ()


async def _read(self: Any, plan: Any, run: Run) -> None:
    """The statements alone, shared as Yidang's are (``projections.shared``)."""
    params = run.scoped.params(plan, run)
    calls = [(s.statement, s.taken(params)) for s in plan.statements]
    _, rows = await self._shared.put((run.scoped, plan), None, calls)
    run.take(plan.statements, rows)
