"""The access journal: every look and every denial, told to whom it may concern, and proof against changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from ops.client import mutation_document, wire
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.person import Answer, Person
from tests.journeys.world import World

WAIT_S = 60.0

JOURNAL = """query ($subject: UUID!, $first: Int, $after: String) {
  accessJournal(subject: $subject, first: $first, after: $after) {
    nodes { on at outcome door act obj role unitName personId purpose relation classes withheld policyVersion zh en }
    pageInfo { hasNextPage endCursor }
  }
}"""
LOOK = "query ($id: UUID!) { child(id: $id) { name } }"


@pytest.fixture(scope="module")
def girl(story: World) -> ChildOfStory:
    return left_behind_girl(story)


def journal(world: World, key: str, subject: UUID, **more: Any) -> Any:
    return world.as_(key).ask(JOURNAL, subject=subject, **more)["accessJournal"]


def rows(world: World, subject: UUID, where: str = "true") -> list[tuple[Any, ...]]:
    return world.sql(
        "select role, outcome, door, act, relation, purpose, classes, withheld "
        f"from sec.access_look where subject_id = %s and {where} order by id desc",
        subject,
    )


def test_a_look_is_told_with_relation_purpose_policy_and_what_was_held_back(
    story: World, girl: ChildOfStory
) -> None:
    story.as_("fj_director").ask("query ($id: UUID!) { child(id: $id) { name } }", id=girl.id)
    looked = journal(story, "fj_ca", girl.id)["nodes"][0]
    assert (looked["role"], looked["relation"]) == ("child_director", "assigned")
    assert (looked["outcome"], looked["door"], looked["act"]) == ("SEEN", "QUERY", "read")
    assert looked["purpose"] == "casework"
    assert looked["personId"] == str(story.as_("fj_director").who.id)
    assert looked["policyVersion"] == story.platform.services.gate().policy.version
    assert set(looked["classes"]) >= {"P1", "P2", "P3"}
    assert "儿童主任因“个案工作”查阅了儿童档案" in looked["zh"]


def test_what_is_held_back_is_told_to_the_journal_and_not_to_the_asker(
    story: World, girl: ChildOfStory
) -> None:
    asked = "query ($id: UUID!) { child(id: $id) { tier } }"
    answer = story.as_("fj_director").post(asked, id=girl.id)
    assert answer["data"]["child"] == {"tier": None}
    assert journal(story, "fj_ca", girl.id)["nodes"][0]["withheld"] == ["P4"]


def test_a_denied_look_is_on_record_and_the_asker_learns_nothing(
    story: World, girl: ChildOfStory
) -> None:
    absent = uuid4()
    assert story.as_("cm_director").child(girl.id) is None
    assert story.as_("cm_director").child(absent) is None
    for subject in (girl.id, absent):
        assert rows(story, subject)[0][:4] == ("child_director", "DENIED", "QUERY", "read")
    told = journal(story, "fj_ca", girl.id)["nodes"][0]
    assert (told["outcome"], told["relation"], told["classes"]) == ("DENIED", None, [])
    assert "被拒绝查阅儿童档案" in told["zh"]


def test_an_id_in_another_spelling_is_the_same_to_the_journal(story: World) -> None:
    absent = uuid4()
    answer = story.as_("cm_director").ask(LOOK, id=str(absent).upper())
    assert answer["child"] is None
    assert rows(story, absent)[0][1] == "DENIED"
    assert story.sql("select * from sec.journal_faults()") == []


def test_a_denied_act_is_on_record_with_its_name(story: World, girl: ChildOfStory) -> None:
    story.as_("cm_director").not_found("resumeAttendance", girl.id, {"attending_on": "2025-03-03"})
    told = rows(story, girl.id)[0]
    assert told[:4] == ("child_director", "DENIED", "MUTATION", "child.resume_attendance")


def test_a_purpose_that_is_not_the_roles_is_refused_at_the_door_and_on_record(story: World) -> None:
    who = story.as_("fj_director").who
    token = story.issuer.mint(who.id, who.assignment_id, "judicial", story.clock.now)
    answer = story.as_("fj_director").client.post(
        "/graphql",
        json={"query": "{ viewer { role } }"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 403
    last = story.sql(
        "select outcome, door, act, purpose, person_id from sec.access_journal order by id desc limit 1"
    )
    assert last == [("DENIED", "SIGN_IN", "sign_in", "judicial", who.id)]


def test_every_delivery_of_a_live_queue_is_a_look(story: World, girl: ChildOfStory) -> None:
    """The nested child of a task is journaled before the change is sent."""
    before = len(rows(story, girl.id, "door = 'SUBSCRIPTION'"))
    subscription = """subscription ($unit: UUID!, $queue: String!) {
      workQueue(unit: $unit, queue: $queue) { kind item { child { name } } } }"""
    director = story.as_("fj_director")
    queue = next(iter(director.queues()))
    body = {
        "query": subscription,
        "variables": {"unit": str(director.unit_id("fj_village")), "queue": queue},
    }
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {director.token()}"}
    with director.client.stream("POST", "/graphql", json=body, headers=headers) as answer:
        until = monotonic() + WAIT_S
        named = False
        for line in answer.iter_lines():  # heartbeats come as long as the stream is open
            if '"name":"' in line and not named:
                named = True
                assert len(rows(story, girl.id, "door = 'SUBSCRIPTION'")) > before
            if (
                "CAUGHT_UP" in line
            ):  # else what is still told is noted in the midst of the next test
                break
            assert monotonic() < until, "nobody was told of in time"
        assert named, "no task of this queue names a child"


def test_reading_the_journal_is_itself_a_look(story: World, girl: ChildOfStory) -> None:
    journal(story, "fj_ca", girl.id)
    newest = journal(story, "fj_township", girl.id)["nodes"][0]
    assert (newest["role"], newest["obj"]) == ("district_civil_affairs", "access")
    assert "查阅了查阅记录" in newest["zh"]


@pytest.mark.parametrize("key", ["fj_director", "fj_teacher", "cm_ca", "auditor"])
def test_the_journal_is_not_for_everybody(story: World, girl: ChildOfStory, key: str) -> None:
    assert journal(story, key, girl.id) is None
    assert journal(story, key, uuid4()) is None
    assert rows(story, girl.id)[0][1:4] == ("DENIED", "QUERY", "read")


def test_a_guardian_learns_which_unit_looked_why_and_when_but_no_name(
    story: World, girl: ChildOfStory
) -> None:
    story.as_("fj_teacher").ask(LOOK, id=girl.id)
    told = journal(story, "fj_mother", girl.id, first=100)["nodes"]
    roles = {node["role"] for node in told}
    assert {"class_teacher", "child_director", "township"} <= roles
    for node in told:
        hidden = ("at", "personId", "relation", "policyVersion")
        assert [node[name] for name in hidden] == [None] * 4
        assert node["classes"] == node["withheld"] == []
        assert node["outcome"] == "SEEN"
        assert node["obj"] == "child"
    teacher = next(node for node in told if node["role"] == "class_teacher")
    assert teacher["unitName"] == "草堂镇中心小学"
    assert "草堂镇中心小学班主任因“教育教学”查阅了儿童档案" in teacher["zh"]
    others = journal(story, "cm_father", girl.id)
    assert others is None, "another's child"


def test_looks_of_an_investigation_are_not_told_to_the_family(
    story: World, girl: ChildOfStory
) -> None:
    story.sql(
        "with c as (select set_config('app.none', '', true)) insert into read.access_relation "
        "select %s, %s, 'a case of the police', gen_random_uuid() from c returning token",
        girl.id,
        f"U:{story.as_('fj_police').who.id}",
    )
    story.sql(
        "update read.child set tokens = tokens || %s::text where child_id = %s returning child_id",
        f"U:{story.as_('fj_police').who.id}",
        girl.id,
    )
    assert story.as_("fj_police").child(girl.id) is not None
    assert journal(story, "fj_ca", girl.id)["nodes"][0]["purpose"] == "investigation"
    told = journal(story, "fj_mother", girl.id, first=100)["nodes"]
    assert told
    assert {node["purpose"] for node in told}.isdisjoint(
        {"investigation", "judicial", "emergency", "audit"}
    )


def test_pages_follow_each_other_without_gap_or_repeat(story: World, girl: ChildOfStory) -> None:
    page = journal(story, "fj_ca", girl.id, first=3)
    seen = [node["at"] for node in page["nodes"]]
    for _ in range(3):
        after = page["pageInfo"]["endCursor"]
        page = journal(story, "fj_ca", girl.id, first=3, after=after)
        seen += [node["at"] for node in page["nodes"]]
    assert len(seen) == 12
    assert seen == sorted(seen, reverse=True)


def test_no_journal_no_answer(story: World, girl: ChildOfStory) -> None:
    """Negative list 31: a look that cannot be written down is not answered."""
    admin = psycopg.connect(story.platform.ways.admin_dsn, autocommit=True)
    admin.execute("alter function sec.note rename to note_away")
    try:
        answer = story.as_("fj_director").post(LOOK, id=girl.id)
        assert answer.get("data") is None
        assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    finally:
        admin.execute("alter function sec.note_away rename to note")
        admin.close()
    assert story.as_("fj_director").child(girl.id) is not None


FULL = """create function public.no_room() returns trigger language plpgsql as
$$ begin raise exception using errcode = 'disk_full'; end $$"""
CONTACT = {"contact_channel": "PHONE", "contact_with": ["CHILD"], "visit_notes": "情绪平稳"}


@contextmanager
def no_room_in(story: World, table: str) -> Iterator[None]:
    """What PostgreSQL answers to every new row of a table when it finds no page for it."""
    with psycopg.connect(story.platform.ways.admin_dsn, autocommit=True) as admin:
        admin.execute(FULL)
        admin.execute(
            f"create trigger no_room before insert on {table} execute function no_room()".encode()
        )
        try:
            yield
        finally:
            admin.execute("drop function public.no_room() cascade")


def once(person: Person, query: str, **variables: Any) -> Answer:
    """The answer, also where it is to ask again later."""
    body = {"query": query, "variables": {k: wire(v) for k, v in variables.items()}}
    bearer = {"Authorization": f"Bearer {person.token()}"}
    answered: Answer = person.client.post("/graphql", json=body, headers=bearer).json()
    return answered


def test_on_a_full_disk_what_cannot_be_kept_is_refused_and_goes_on_when_there_is_room(
    story: World, girl: ChildOfStory
) -> None:
    director = story.as_("fj_director")
    heads = "select (select max(notification_id) from es.event), (select count(*) from es.command)"
    before, version = story.sql(heads), director.version("child", girl.id)
    put = {"id": girl.id, "expectedVersion": version, "commandId": uuid4(), "input": CONTACT}
    with no_room_in(story, "es.event"):
        (error,) = director.post(mutation_document("makeContact"), **put)["errors"]
        assert director.child(girl.id) is not None, "the journal finds room"
    assert error["extensions"]["code"] == "UNAVAILABLE"
    assert error["extensions"]["zh"] == "服务暂不可用，请稍后再试"
    assert story.sql(heads) == before
    with no_room_in(story, "sec.access_journal"):
        answer = once(director, LOOK, id=girl.id)
    assert answer.get("data") is None
    assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    outcome = director.post(mutation_document("makeContact"), **put)["data"]["outcome"]
    assert (outcome["__typename"], outcome["repeated"]) == ("CommandDone", False)
    assert director.child(girl.id) is not None


def test_the_api_role_neither_reads_nor_writes_nor_changes_the_journal(story: World) -> None:
    """Negative list 32."""
    for statement in (
        "select * from sec.access_journal",
        "select * from sec.access_look",
        "select * from sec.journal_head",
        "insert into sec.access_journal (role) values ('auditor')",
        "update sec.access_journal set role = 'auditor'",
        "delete from sec.access_journal",
        "truncate sec.access_journal",
        "select * from sec.journal_faults()",
        "select sec.note('', '9999999999', '')",  # not signed
        "select sec.journal_settled()",
    ):
        with (
            psycopg.connect(story.platform.ways.reader_dsn) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute(statement.encode())


def test_the_owner_of_the_tables_cannot_change_a_row_either(story: World) -> None:
    with psycopg.connect(story.platform.ways.admin_dsn) as conn:
        for statement in (
            "update sec.access_journal set role = 'x'",
            "truncate sec.access_journal",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
                conn.execute(statement.encode())


@pytest.mark.parametrize(
    "tamper",
    [
        "update sec.access_journal set purpose = 'statistics' where id = {row}",
        "update sec.access_journal set person_id = gen_random_uuid() where id = {row}",
        "update sec.access_journal set at = at - interval '1 day' where id = {row}",
        "update sec.access_journal set classes = '{{P9}}' where id = {row}",
        "update sec.access_journal set subjects = '{{}}' where id = {row}",
        "update sec.access_journal set subjects = subjects || gen_random_uuid() where id = {row}",
        "update sec.access_journal set division_id = coalesce(nullif(division_id, ''), '-') || '.' where id = {row}",
        "delete from sec.access_journal where id = {row}",
        "delete from sec.access_journal where id = {last}",
        (
            "insert into sec.access_journal (person_id, role, purpose, trace_id, policy_version, obj, "
            "subjects, classes, lane, seq, hash) select person_id, role, purpose, trace_id, policy_version, obj, "
            "subjects, classes, lane, seq + 1, hash from sec.access_journal where id = {last}"
        ),
    ],
)
def test_a_change_behind_the_applications_back_is_found(story: World, tamper: str) -> None:
    """Negative list 32: whoever can switch the triggers off still breaks the chain."""
    with psycopg.connect(story.platform.ways.admin_dsn) as conn:
        assert conn.execute("select * from sec.journal_faults()").fetchall() == []
        lane = "(select lane from sec.access_journal group by lane order by count(*) desc limit 1)"
        ids = conn.execute(
            f"select id from sec.access_journal where lane = {lane} order by seq".encode()
        ).fetchall()
        row, last = ids[len(ids) // 2][0], ids[-1][0]
        conn.execute("alter table sec.access_journal disable trigger all")
        conn.execute(tamper.format(row=row, last=last).encode())
        assert conn.execute("select * from sec.journal_faults()").fetchall() != []
        conn.rollback()
