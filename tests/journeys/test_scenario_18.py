"""Scenario 18 · An auditor reconstructs a case: what was known when, who held what, and that nothing was changed."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from eventlog.verify import verify
from ops.platform import retell_all
from tests.journeys.auditing import REFUSED, WHY_LATE, Audited, told
from tests.journeys.person import Answer
from tests.journeys.telling import absent, line_of, seen
from tests.journeys.test_audit import EXPORT
from tests.journeys.test_journal import JOURNAL
from tests.journeys.wire import local
from tests.journeys.world import SECRETS, World

pytestmark = [pytest.mark.begins(2022), pytest.mark.journey, pytest.mark.postgres]

THEN = """query ($id: UUID!, $recorded: DateTime, $occurred: DateTime) {
  childAsKnown(id: $id, recordedUntil: $recorded, occurredUntil: $occurred) {
    birthOn lastContactOn version visits { kind madeOn visitNotes } } }"""
PICTURE = ("child", "guardian", "visit", "case_file", "work_item", "tier_standing", "placement")


@pytest.fixture(scope="module")
def audited(story: World) -> Audited:
    """The whole story, up to the order."""
    return told(story)


def then(world: World, audited: Audited, **moment: str) -> Answer | None:
    times = {name: local(at) for name, at in moment.items()}
    found: Answer | None = world.as_("auditor").ask(THEN, id=audited.child, **times)["childAsKnown"]
    return found


def test_step_1_an_order_opens_p1_to_p4_and_two_people_the_rest(
    story: World, audited: Audited
) -> None:
    auditor = story.as_("auditor")
    lines = auditor.timeline("case", audited.case)
    classes = {value["sensitivity"] for line in lines for value in line["values"]}
    assert "P4_INJURY" in classes
    assert not {"P5", "P6_REPORTER", "P6_ADDRESS"} & classes
    story.as_("auditor2").done("approveAuditOrder", audited.order)
    lines = auditor.timeline("case", audited.case)
    classes = {value["sensitivity"] for line in lines for value in line["values"]}
    assert {"P6_REPORTER", "P6_ADDRESS"} <= classes
    absent(story.as_("auditor2"), "case", audited.case)


def test_step_2_what_could_be_known_then(story: World, audited: Audited) -> None:
    known = then(story, audited, recorded="2022-03-10 18:00")
    assert known is not None
    assert known["birthOn"] == "2013-10-03"  # the old one
    assert known["visits"] == []  # the late note is not there yet
    now = then(story, audited, recorded="2022-04-01 00:00")
    assert now is not None
    assert now["birthOn"] == "2013-11-03"
    assert [v["madeOn"] for v in now["visits"]] == ["2022-03-08"]
    assert then(story, audited, recorded="2022-02-14 00:00") is None  # before the file


def test_step_2_what_was_the_case_then(story: World, audited: Audited) -> None:
    """By ``occurredAt`` the note is at its real date, and marked as entered late."""
    before = then(story, audited, occurred="2022-03-07 00:00")
    was = then(story, audited, occurred="2022-03-10 18:00")
    assert before is not None
    assert was is not None
    assert before["visits"] == []
    assert [v["madeOn"] for v in was["visits"]] == ["2022-03-08"]
    late = line_of(story.as_("auditor"), "child", audited.child, "child.contact_made")
    assert late["isLate"]
    assert late["lateBecause"] == WHY_LATE
    assert (late["occurredAt"][:10], late["recordedAt"][:10]) == ("2022-03-08", "2022-03-13")
    live = story.sql("select count(*) from read.visit where child_id = %s", audited.child)
    assert live == [(1,)], "a look at the past leaves the present as it is"


def test_step_2_is_for_whoever_may_read_the_child_now(story: World, audited: Audited) -> None:
    query = "query ($id: UUID!) { childAsKnown(id: $id) { birthOn } }"
    assert story.as_("fj_township").ask(query, id=audited.child)["childAsKnown"] is None
    query = "query ($id: UUID!) { caseAsKnown(id: $id) { stage } }"
    assert story.as_("cn_head").ask(query, id=audited.case)["caseAsKnown"] is None
    head = "query ($id: UUID!, $r: DateTime) { caseAsKnown(id: $id, recordedUntil: $r) { stage acceptedAt } }"
    police = story.as_("cm_police")
    early = police.ask(head, id=audited.case, r=local("2022-03-01 09:02"))["caseAsKnown"]
    assert early == {"stage": "REPORTED", "acceptedAt": None}


def test_step_3_the_intervals_with_their_owners(story: World, audited: Audited) -> None:
    found = story.as_("auditor").case(audited.case)
    assert found is not None
    stations = ("discoveredAt", "reportedAt", "acceptedAt", "dispatchedAt", "townshipNotifiedAt")
    times = [found[s] for s in stations]
    assert all(times)
    assert times == sorted(times)
    owners = {t["queue"]: t["ownerUnitId"] for t in found["workItems"]}
    assert owners["Q-01"] == owners["Q-03"] == str(story.unit("cm_police"))


@pytest.mark.clause("SH2020-5.4-h")
def test_step_4_who_held_each_task_and_who_would_not(story: World, audited: Audited) -> None:
    found = story.as_("auditor").case(audited.case)
    assert found is not None
    chain = [t for t in found["workItems"] if t["queue"] == audited.task["queue"]]
    (refused,) = [t for t in chain if t["refusalReason"] == REFUSED]
    assert refused["ownerUnitId"] == str(story.unit("cm_township"))
    assert {"REASSIGNED", "CREATED"} <= {t["status"] for t in chain}
    line = line_of(story.as_("auditor"), "case", audited.case, "case.task_refused")
    assert seen(line)["taskReason"] == REFUSED
    names = [one["name"] for one in story.as_("auditor").timeline("case", audited.case)]
    assert names.count("case.task_reassigned") == 2  # up with the refusal, and back


def test_step_5_a_changed_event_is_named(story: World, audited: Audited) -> None:
    dsn = story.platform.ways.admin_dsn
    assert verify(dsn).ok
    position = story.events(audited.case, "case.police_finding_recorded")[0].position
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("alter table es.event disable trigger append_only")  # as an intruder would
        (state,) = admin.execute(
            "select state from es.event where notification_id = %s", (position,)
        ).fetchone() or (b"",)
        forged = "update es.event set state = %s where notification_id = %s"
        admin.execute(forged, (bytes(state) + b" ", position))
        try:
            report = verify(dsn)
            assert report.first_bad is not None
            assert report.first_bad.position == position
            assert report.first_bad.stream_id == audited.case
        finally:
            admin.execute(forged, (state, position))
            admin.execute("alter table es.event enable always trigger append_only")
    assert verify(dsn).ok


def test_step_6_told_anew_everything_is_the_same(story: World, audited: Audited) -> None:
    assert story.events(audited.case, "case.report_submitted")
    before = picture(story)
    retell_all(story.platform.ways, SECRETS, lambda _: None)
    assert picture(story) == before


def picture(world: World) -> dict[str, Any]:
    query = "select count(*), md5(string_agg(t::text, e'\\n' order by t::text)) from read.{} t"
    return {table: world.sql(query.format(table)) for table in PICTURE}


def test_step_7_every_decision_cites_its_packs(story: World, audited: Audited) -> None:
    lines = story.as_("auditor").timeline("child", audited.child)
    tiers = [line for line in lines if line["name"].startswith("child.risk_tier")]
    assert tiers
    for line in tiers:
        assert "SH2020@1" in line["packs"]
        assert not any(pack.startswith("SH2024") for pack in line["packs"])


def test_step_8_the_journal_tells_every_look_the_auditors_own_too(
    story: World, audited: Audited
) -> None:
    auditor = story.as_("auditor")
    auditor.child(audited.child)
    nodes = auditor.ask(JOURNAL, subject=audited.child, first=100)["accessJournal"]["nodes"]
    assert str(auditor.who.id) in {n["personId"] for n in nodes}
    emergencies = [n for n in nodes if n["relation"] == "break_glass"]
    assert len({n["at"] for n in emergencies}) == 2
    assert {n["role"] for n in emergencies} == {"police"}


def test_step_9_the_export_is_on_record(story: World, audited: Audited) -> None:
    file = story.as_("auditor").ask(EXPORT, c=uuid4(), o=audited.order, r="区纪委监委")[
        "exportTimeline"
    ]
    assert hashlib.sha256(file["text"].encode()).hexdigest() == file["sha256"]
    event = story.events(audited.order, "access.timeline_exported")[-1].event
    assert (event.export_hash, event.export_recipient) == (file["sha256"], "区纪委监委")
    assert str(audited.order) in file["text"].splitlines()[0]


def test_a_correction_hides_nothing_from_the_auditor(story: World, audited: Audited) -> None:
    auditor = story.as_("auditor")
    opened = line_of(auditor, "child", audited.child, "child.file_opened")
    corrected = line_of(auditor, "child", audited.child, "child.event_corrected")
    assert seen(opened)["birthOn"] == "2013-10-03"
    assert seen(corrected)["birthOn"] == "2013-11-03"
