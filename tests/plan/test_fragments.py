"""Rendered fragments: the bytes of the columns, matched by structure, and only for whoever sees all that is in them."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql

from domain.sensitivity import P4
from projections.fragments import Fragment
from projections.readmodel import READ_MODELS, ReadModel, ddl
from projections.timeline import TimelineLine
from schema.build import build, core
from schema.objects import SHAPES
from schema.plan import leaves
from schema.plan.explain import explained
from schema.plan.rendered import Rendered
from tests.dsl import an_id
from tests.plan.comparing import ROLES, Reading, both, differing
from tests.plan.operations import Known

ALL = [(model, f) for model in READ_MODELS.values() for f in model.fragments]
ODD = {
    "uuid": [str(an_id("odd"))],
    "text": ['"\\/\b\f\n\r\t\x01\x1f\x7f', "é 汉字 😀 </script>\u2028", "", "null"],
    "bigint": ["0", "-7", "2147483647"],
    "boolean": ["true", "false"],
    "date": ["2025-01-05", "0999-12-31"],
    "timestamptz": [
        "2025-03-03 00:00:00+08",
        "2025-03-03 23:59:59.5+00",
        "2025-03-03 12:00:00.000001+00",
        "2025-03-03 12:00:00.120000+00",
    ],
    "text[]": ["{}", '{A,"b c","d\\"e","f\\\\g",汉}', '{"null"}'],
}
"""Values of each column type that are written in some special way, or nearly."""
LINE = "position name occurredAt recordedAt actorRole actorUnitId"
CARD = "childId name sex birthOn categories cadence"


def by_columns(fragment: Fragment, texts: tuple[str | None, ...]) -> str:
    """What a plan without fragments writes for these columns."""
    members = [
        f'"{field}":{leaves.expression(spec.type, f"r[{i}]")}'
        for i, (field, spec) in enumerate(zip(fragment.fields, fragment.specs, strict=True))
    ]
    kinds = zip(texts, fragment.types, strict=True)
    texts = tuple(t[:1] if t and kind == "boolean" else t for t, kind in kinds)  # as it is sent
    written: str = eval("f'''" + ",".join(members) + "'''", dict(leaves.NAMES) | {"r": texts})  # noqa: S307
    return written


def test_every_kind_of_column_is_tried() -> None:
    assert {kind for _, f in ALL for kind in f.types} <= set(ODD)


@pytest.mark.parametrize(("model", "fragment"), ALL, ids=lambda one: getattr(one, "name", None))
def test_odd_values_are_written_alike(
    reading: Reading, model: type[ReadModel], fragment: Fragment
) -> None:
    del model
    given = sql.SQL(", ").join(sql.SQL("%s::") + sql.SQL(kind) for kind in fragment.types)
    query = sql.SQL("select read.{}({}) as said, array[{}] as texts").format(
        sql.Identifier(fragment.column),
        given,
        sql.SQL(", ").join(
            sql.SQL("(%s::") + sql.SQL(k) + sql.SQL(")::text") for k in fragment.types
        ),
    )
    nullable = [type(None) in getattr(s.type, "__args__", ()) for s in fragment.specs]
    for turn in range(max(map(len, ODD.values())) + 1):
        choices = [
            [*ODD[k], *([None] if n else [])] for k, n in zip(fragment.types, nullable, strict=True)
        ]
        values = [choice[turn % len(choice)] for choice in choices]
        reading.admin.execute("set timezone = 'UTC'")
        row = reading.admin.execute(query, [*values, *values]).fetchone()
        assert row is not None
        assert row["said"] == by_columns(fragment, tuple(row["texts"])), values


@pytest.mark.parametrize(("model", "fragment"), ALL, ids=lambda one: getattr(one, "name", None))
def test_every_row_holds_the_bytes_of_its_columns(
    reading: Reading, model: type[ReadModel], fragment: Fragment
) -> None:
    reading.admin.execute("set timezone = 'UTC'")
    columns = ", ".join(f"{s.name}::text" for s in fragment.specs)
    rows = reading.admin.execute(
        f"select {fragment.column} as said, array[{columns}] as texts from read.{model.table}".encode()
    ).fetchall()
    assert rows
    for row in rows:
        assert row["said"] == by_columns(fragment, tuple(row["texts"]))


def test_a_number_that_graphql_cannot_tell_has_no_fragment(reading: Reading) -> None:
    (line,) = TimelineLine.fragments
    values: list[Any] = [2**31, "child.file_opened", "2025-01-01+00", "2025-01-01+00", "x", None]
    places = sql.SQL(", ").join([sql.Placeholder()] * len(values))
    query = sql.SQL("select read.{}({}) as said").format(sql.Identifier(line.column), places)
    assert reading.admin.execute(query, values).fetchone() == {"said": None}


@pytest.mark.parametrize(
    ("selection", "used"),
    [
        (CARD, True),
        (f"version {CARD} tier", True),
        ("...on Child { childId name } sex: sex ...C birthOn " + CARD, False),
        ("...on Child { childId name } sex: sex birthOn ...C", True),
        (f"{CARD} @skip(if: true)", False),
        ("childId called: name sex birthOn categories cadence", False),
        ("childId name: address sex birthOn categories cadence", False),
        ("name childId sex birthOn categories cadence", False),
    ],
)
def test_it_is_matched_by_structure(selection: str, used: bool) -> None:  # noqa: FBT001
    spread = " fragment C on Child { categories cadence }" if "...C" in selection else ""
    text = f'{{ child(id: "{an_id("any")}") {{ {selection} }} }}{spread}'
    said = "\n".join(explained(core(build()), text))
    (card,) = [f for f in SHAPES["Child"].model.fragments if f.name == "card"]
    assert (f"fragment child.{card.column}" in said) is used
    assert (f"select child.{card.column}" in said or f", child.{card.column}" in said) is used


def asked(reading: Reading, known: Known) -> int:
    """How many files the ways answer differently, over all roles."""
    texts = []
    for kind, head, some in (
        ("child", CARD, known.children[:12]),
        ("case", "caseId", known.cases[:6]),
    ):
        body = f"{{ {head} timeline(first: 5) {{ nodes {{ {LINE} }} }} }}"
        parts = [f'r{i}: {kind}(id: "{one}") {body}' for i, one in enumerate(some)]
        texts.append(f"{{ {' '.join(parts)} }}")
    return differing(reading, [(text, {}) for text in texts])


def test_it_is_shown_only_to_whom_all_its_classes_are_open(
    reading: Reading, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.plans.forget()
    unfit = reading.plans.unfit
    assert asked(reading, known) == 0
    assert reading.plans.unfit > unfit, "some see a file, and not all that its fragments hold"
    monkeypatch.setattr(Rendered, "source", lambda self, _m, _n, _s: f"{{r[{self.cell}]}}")
    reading.plans.forget()
    assert asked(reading, known) > 0, "a fragment shown whatever is open is found"
    reading.plans.forget()


def test_another_version_is_not_looked_at(
    reading: Reading, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _, fragment in ALL:
        monkeypatch.setitem(fragment.__dict__, "column", f"{fragment.name}_00000000")
    reading.plans.forget()
    director = next(p for p in ROLES if p.key == "fj_ca")
    text = f'{{ child(id: "{known.children[0]}") {{ {CARD} timeline(first: 3) {{ nodes {{ name }} }} }} }}'
    assert both(reading, director, text, {}), "the columns are read, by a plan all the same"
    reading.plans.forget()


def test_a_changed_declaration_is_another_version() -> None:
    model, fragment = ALL[0]
    shorter = Fragment(fragment.name, fragment.specs[1:], fragment.types[1:])
    assert shorter.column != fragment.column
    assert fragment.column in ddl(model, "read"), "and so the tables are retold at the next start"


def test_what_is_more_personal_than_care_never_lies_in_one() -> None:
    tier = [s for s in SHAPES["Child"].model.specs if s.sensitivity is P4]
    with pytest.raises(AssertionError):
        Fragment("tier", tuple(tier), ("text",) * len(tier))
