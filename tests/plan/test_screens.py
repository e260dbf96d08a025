"""Every screen of the how-to is one request that its role may put, that a plan reads, and that answers on the demo."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode, parse, validate

from domain.sensitivity import P0
from ops.demo_world import UNIT_BY_KEY, DemoPerson, division
from ops.pages.screens import Screen, render, screens
from schema.audience import Audiences
from schema.transport.trusted import manifest
from tests.dsl import an_id
from tests.plan.comparing import ROLES, Reading, both

ALL = list(screens())


def name_of(screen: Screen) -> str:
    (operation,) = (
        d for d in parse(screen.text).definitions if isinstance(d, OperationDefinitionNode)
    )
    assert operation.name is not None
    return operation.name.value


def people(reading: Reading, screen: Screen) -> list[DemoPerson]:
    """Whoever has this screen before them in the demo."""
    found = [who for who in ROLES if who.role is screen.role]
    assert found
    return [who for who in found if reading.context(who).scope["unit"].get(P0)]


def own_child(reading: Reading, who: DemoPerson) -> str:
    """The first of those they are responsible for, else one that is out of reach."""
    text = "{ viewer { caseload(first: 1) { nodes { childId } } } }"
    data = orjson.loads(reading.reference(who, text, {}).body)["data"]
    nodes = data["viewer"]["caseload"]["nodes"]
    return str(nodes[0]["childId"] if nodes else an_id("nobody"))


def given(reading: Reading, who: DemoPerson) -> dict[str, Any]:
    """What the front end knows when the screen is opened."""
    unit = UNIT_BY_KEY[who.unit]
    return {
        "unit": str(unit.id),
        "person": str(who.id),
        "division": division(unit.division),
        "child": own_child(reading, who),
        "since": "2025-03-03",
        "asOf": "2025-05-31",
        "year": "2025",
    }


@pytest.mark.parametrize("screen", ALL, ids=name_of)
def test_a_screen_is_one_request_of_its_role(reading: Reading, screen: Screen) -> None:
    document = parse(screen.text)
    audiences = Audiences(reading.schema, reading.services.gate)
    assert validate(audiences.of(screen.role), document) == []
    asked = {
        v.variable.name.value
        for d in document.definitions
        if isinstance(d, OperationDefinitionNode)
        for v in d.variable_definitions or ()
    }
    shown = 0
    for who in people(reading, screen):
        variables = {k: v for k, v in given(reading, who).items() if k in asked}
        assert both(reading, who, screen.text, variables), who.key
        body = orjson.loads(reading.reference(who, screen.text, variables).body)
        assert "errors" not in body
        shown += sum(told is not None for told in body["data"].values())
    assert shown


def test_the_manifest_holds_them_all(tmp_path: Any) -> None:
    path = tmp_path / "screens.json"
    path.write_text(render(), encoding="utf-8")
    assert sorted(manifest(path).values()) == sorted(screen.text for screen in ALL)
    assert len(ALL) > 5
