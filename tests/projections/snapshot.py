"""What every read model holds, as one digest a table: two of these are equal when every row is."""

from __future__ import annotations

from projections.readmodel import READ_MODELS
from projections.registry import LATER
from projections.runner import Runner
from tests.projections.town import Town


def digests(town: Town) -> dict[str, str]:
    """Table → md5 of its rows in an order of their own; every table of schema ``read`` that is told.

    The later projections are brought up to date first.
    """
    Runner(town.platform.ways.writer_dsn, LATER, town.platform.store.read_on).catch_up()
    found = {}
    beside = [side.table for model in READ_MODELS.values() for side in model.sides]
    for table in sorted([*READ_MODELS, *beside]):
        (row,) = town.rows(
            f"select count(*) as n, md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) "
            f"as told from read.{table} t"
        )
        found[table] = f"{row['n']} rows {row['told']}"
    return found


def holding(town: Town, words: str) -> set[str]:
    """The tables of schemas ``read`` and ``es`` in which these words can be read in some row."""
    tables = town.rows(
        "select schemaname || '.' || tablename as name from pg_tables "
        "where schemaname in ('read', 'es') order by 1"
    )
    found = set()
    for table in tables:
        query = (
            f"select exists (select from {table['name']} t where position(%(w)s in t::text) > 0)"
        )
        (row,) = town.rows(query, w=words)
        if row["exists"]:
            found.add(table["name"])
    return found


def stored_bytes_hold(town: Town, words: str) -> bool:
    """Whether the words stand in the stored bytes of some event."""
    (row,) = town.rows(
        "select exists (select from es.event where position(%(w)s::bytea in state) > 0)",
        w=words.encode(),
    )
    return bool(row["exists"])
