"""The tables of the read models: made from their declarations, fingerprinted, and swapped when retold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

from projections.readmodel import READ_MODELS, ddl
from projections.relations import SHOWN
from projections.row_law import KEEPS_AWAY

LIVE, NEXT, OLD = "read", "read_next", "read_old"


_FRAME = (
    "drop schema if exists {schema} cascade",
    "create schema {schema}",
    "grant usage on schema {schema} to yidang_writer, yidang_reader",
    """create table {schema}.told (
        one boolean primary key default true check (one),
        position bigint not null,
        fingerprint text not null,
        forms text[] not null default '{{}}',
        events jsonb not null default '{{}}'
    )""",
    "grant select, update on {schema}.told to yidang_writer",
    """create function {schema}.tokens_as_text(tokens text[]) returns text
       language plpgsql immutable parallel safe as $told$begin return tokens::text; end$told$""",
    f"""create function {{schema}}.tokens_keep(tokens text[]) returns boolean
       language plpgsql immutable parallel safe as
       $told$begin return array_to_string(tokens, ',') ~ '(^|,)[{KEEPS_AWAY}]:'; end$told$""",
    "create table {schema}.bookmark (projection text primary key, position bigint not null)",
    "grant select, insert, update on {schema}.bookmark to yidang_writer",
    *(
        text.replace("{table}", table)
        for table in ("told", "bookmark")
        for text in (
            "alter table {schema}.{table} enable row level security",
            "alter table {schema}.{table} force row level security",
            """create policy kept on {schema}.{table} to yidang_owner, yidang_writer
               using (true) with check (true)""",
        )
    ),
)
"""What a set of read models has beside its tables: how far it was told and where the later projections stand; and of
which release it is: the ``forms`` (fingerprints) that stood here before, the ``events`` it knows, name → version."""
_OF_A_RELEASE = """
    alter table read.told add column if not exists forms text[] not null default '{}',
    add column if not exists events jsonb not null default '{}'
"""


def fingerprint() -> str:
    """Changes whenever a declaration changes, or how relations are shown, so that a start knows it must retell."""
    whole = "\n".join([SHOWN, KEEPS_AWAY, *(ddl(m, LIVE) for _, m in sorted(READ_MODELS.items()))])
    return hashlib.sha256(whole.encode()).hexdigest()


def create(conn: psycopg.Connection, schema: str) -> None:
    """Makes an empty set of read models in ``schema``, which is dropped first. Needs the owner's rights."""
    statements = [text.format(schema=schema) for text in _FRAME]
    ordered = sorted(READ_MODELS.values(), key=lambda m: (m.within is not None, not m.private))
    ordered.sort(key=lambda m: m.table != "access_grant")  # the policies of the others look into it
    statements += [ddl(model, schema) for model in ordered]
    for statement in statements:
        conn.execute(statement.encode())
    conn.execute(
        f"insert into {schema}.told (position, fingerprint) values (0, %s)".encode(),
        (fingerprint(),),
    )


def is_current(conn: psycopg.Connection) -> bool:
    """Whether the live read models are those of the present declarations."""
    if conn.execute("select to_regclass('read.told') is not null").fetchone() != (True,):
        return False
    row = conn.execute("select fingerprint from read.told").fetchone()
    return row == (fingerprint(),)


@dataclass(frozen=True)
class Release:
    """Of which release the live read models are."""

    form: str
    earlier: frozenset[str]
    """The forms that stood there before."""
    events: Mapping[str, int]
    """The events it knows, with their versions."""


def release(conn: psycopg.Connection) -> Release | None:
    """None where nothing was told yet. One from before releases said so has no history, and knows no event."""
    if conn.execute("select to_regclass('read.told') is not null").fetchone() != (True,):
        return None
    row = conn.execute("select to_jsonb(told) from read.told").fetchone()
    if row is None:
        return None
    told = row[0]
    forms = frozenset(told.get("forms", ())) - {told["fingerprint"]}
    return Release(told["fingerprint"], forms, told.get("events", {}))


def sign(conn: psycopg.Connection, events: Mapping[str, int]) -> None:
    """The live read models are of a release that knows these events too. Needs the owner's rights."""
    known = release(conn)
    if known is None or events.items() <= known.events.items():
        return
    conn.execute(_OF_A_RELEASE.encode())
    conn.execute("update read.told set events = events || %s", (Jsonb(dict(events)),))


def count(conn: psycopg.Connection, schema: str) -> None:
    """Lets PostgreSQL know how much there is in each table by now; it plans its statements anew after that."""
    names = [t for m in READ_MODELS.values() for t in (m.table, *(s.table for s in m.sides))]
    with conn.transaction():
        conn.execute("set local role yidang_owner")
        conn.execute("set local default_statistics_target = 20")
        conn.execute(f"analyze {', '.join(f'{schema}.{name}' for name in names)}".encode())


def swap(conn: psycopg.Connection) -> None:
    """Puts ``read_next`` in the place of ``read``, in the caller's transaction."""
    conn.execute(f"drop schema if exists {OLD} cascade".encode())
    exists = conn.execute("select to_regnamespace(%s) is not null", (LIVE,)).fetchone()
    if exists == (True,):
        _follow(conn)
        conn.execute(f"alter schema {LIVE} rename to {OLD}".encode())
    conn.execute(f"alter schema {NEXT} rename to {LIVE}".encode())
    conn.execute(f"drop schema if exists {OLD} cascade".encode())


def _follow(conn: psycopg.Connection) -> None:
    """What is swapped in knows which forms stood there before it, and what the last of them knew."""
    before = release(conn)
    if before is None:
        return
    earlier = sorted({*before.earlier, before.form} - {fingerprint()})
    conn.execute(
        f"update {NEXT}.told set forms = %s, events = %s".encode(),
        (earlier, Jsonb(dict(before.events))),
    )
