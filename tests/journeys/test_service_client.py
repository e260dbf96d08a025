"""Negative list 62: a service client reads as its post does, and of what it wrote no more than that it is there."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from ops.client import mutation_document
from ops.demo_world import OUYING
from tests.journeys.narrowed import cut
from tests.journeys.reads import CASE, TIMELINE
from tests.journeys.test_sign_in import GATEWAY, Login, login
from tests.journeys.wire import wire

__all__ = ["login"]
pytestmark = [pytest.mark.postgres]
SITUATION = "夜里听见孩子哭,无大人在家"


def asked(login: Login, token: str, query: str, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = login.ask(token, query, **variables).json()
    return found


def test_of_what_it_wrote_a_service_reads_that_it_is_there(login: Login) -> None:
    token = login.service(str(GATEWAY.id), GATEWAY).json()["access_token"]
    report = {
        "report_channel": "PHONE",
        "reporter_category": "CITIZEN",
        "reporter_name": "来电人",
        "discovered_at": login.world.clock.now,
        "triggers": ["LIVING_ALONE"],
        "situation": SITUATION,
        "incident_place": login.world.place(OUYING),
    }
    outcome = asked(
        login, token, mutation_document("submitReport"), commandId=uuid4(), input=wire(report)
    )["data"]["outcome"]
    case = UUID(outcome["id"])
    schema = login.world.schema_of("citizen")
    for query in (CASE, TIMELINE % "case"):
        text, _ = cut(query, schema)
        if text is None:
            continue
        answer = asked(login, token, text, id=case)
        for word in (SITUATION, "来电人", "LIVING_ALONE", login.world.place(OUYING)):
            assert word not in str(answer["data"]), query
    assert asked(login, token, "query ($id: UUID!) { case(id: $id) { caseId } }", id=case) == {
        "data": {"case": {"caseId": str(case)}}
    }
    other = login.service(str(GATEWAY.id), GATEWAY).json()["access_token"]
    assert other != token
    unseen = asked(login, other, "query ($id: UUID!) { case(id: $id) { caseId } }", id=uuid4())
    assert unseen["data"] == {"case": None}
