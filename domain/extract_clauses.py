"""Extract the clause table that the platform cites from the requirements matrix.

Run once per edition of the matrix, from the repository root::

    python -m domain.extract_clauses path/to/requirements.json domain/clauses.json

Input: a JSON list of rows with at least ``id quote_zh actor obligation limit group kind``.
Output: the same rows in the same order, those fields plus ``document``, one row a line so that a
change of the matrix reads as a diff. Raises ``ValueError`` on a duplicate id, an empty quote or an
unknown document.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FIELDS = ("quote_zh", "actor", "obligation", "limit", "group", "kind")
KINDS = frozenset({"SYSTEM", "RECORD", "CONTEXT"})
DOCUMENT_CODES = frozenset({"SH2020", "SH2024", "CN2017", "CQ2016", "CQ2024"})


def extract(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The cited fields of every row, checked."""
    seen: set[str] = set()
    clauses = []
    for row in rows:
        clause = {"id": row["id"], "document": row["id"].split("-", 1)[0]}
        clause |= {field: row[field].strip() for field in FIELDS}
        if clause["id"] in seen:
            raise ValueError(f"{clause['id']}: occurs twice")
        if clause["document"] not in DOCUMENT_CODES:
            raise ValueError(f"{clause['id']}: unknown document")
        if not clause["quote_zh"] or clause["kind"] not in KINDS:
            raise ValueError(f"{clause['id']}: needs a quote and a kind of {sorted(KINDS)}")
        seen.add(clause["id"])
        clauses.append(clause)
    return clauses


def dump(clauses: list[dict[str, str]]) -> str:
    """JSON text with one clause a line."""
    lines = (json.dumps(clause, ensure_ascii=False) for clause in clauses)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main(arguments: list[str]) -> None:
    """Read the matrix named first, write the clause table named second."""
    source, target = map(Path, arguments)
    clauses = extract(json.loads(source.read_text(encoding="utf-8")))
    target.write_text(dump(clauses), encoding="utf-8")
    sys.stdout.write(f"{len(clauses)} clauses written to {target}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
