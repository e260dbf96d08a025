"""The whole database as text, as a backup would carry it; and where words stand in it, however written."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator

import psycopg
from psycopg import sql

TABLES = (
    "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
    "where c.relkind in ('r', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%' "
    "order by 1, 2"
)


def dumped(admin_dsn: str) -> dict[str, bytes]:
    """Every table and materialised view of every schema of ours, by ``COPY``: no view, policy or mask in between."""
    found: dict[str, bytes] = {}
    with psycopg.connect(admin_dsn) as conn:
        for schema, table in conn.execute(TABLES).fetchall():
            name = sql.Identifier(schema, table)
            with conn.cursor().copy(sql.SQL("copy {} to stdout").format(name)) as rows:
                found[f"{schema}.{table}"] = b"".join(bytes(row) for row in rows)
    return found


def holding(dump: dict[str, bytes], words: Iterable[str]) -> dict[str, set[str]]:
    """Words → the tables in which they stand: plain, as JSON escapes, as the hex of bytes, within base64."""
    found: dict[str, set[str]] = {}
    for each in words:
        forms = set(_forms(each))
        tables = {name for name, rows in dump.items() if any(form in rows for form in forms)}
        if tables:
            found[each] = tables
    return found


def _forms(words: str) -> Iterator[bytes]:
    plain = words.encode()
    yield plain
    yield json.dumps(words)[1:-1].encode()
    yield plain.hex().encode()
    for skipped in range(3):  # base64 has three alignments; the edges depend on what stands beside
        coded = base64.b64encode(bytes(skipped) + plain)
        first, last = (4 * (skipped > 0)), len(coded) - 4
        if last - first >= 8:
            yield coded[first:last]
            yield coded[first:last].hex().encode()
