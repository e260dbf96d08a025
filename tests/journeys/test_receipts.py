"""Negative list 36, 65: a receipt code tells how far a report has come, and leads to nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from ops.demo_world import BY_KEY, OUYING, UNIT_BY_KEY
from projections.receipts import NOTHING, Receipts
from schema.receipts import TRIES_AN_HOUR, ReceiptKey, new_code, plainly
from tests.journeys.children import open_file
from tests.journeys.person import Person
from tests.journeys.wire import local
from tests.journeys.world import World
from tests.privacy.dump import dumped, holding
from tests.privacy.work import Bench, Work, bench_on

pytestmark = [pytest.mark.postgres]

RECEIPT = "mutation ($c: UUID!) { reportReceipt(commandId: $c) { code validUntil } }"
PROGRESS = "query ($code: String!) { reportProgress(code: $code) }"
AT_ONCE = 10
"""Root fields that a document may have (tests/transport/test_limits.py)."""


@pytest.fixture(autouse=True)
def an_hour(story: World) -> None:
    """Each test has an hour of its own: what was tried before it does not count."""
    story.clock.forward(hours=1)


def report(world: World, by: Person, **more: Any) -> tuple[UUID, UUID]:
    """A case, and the command that opened it."""
    command = uuid4()
    given = {
        "report_channel": "PHONE",
        "reporter_category": "CITIZEN",
        "discovered_at": world.clock.now,
        "triggers": ["LIVING_ALONE"],
        "situation": "孩子独自在家",
        "incident_place": world.place(OUYING),
        **more,
    }
    return UUID(by.done("submitReport", None, given, command_id=command)["id"]), command


def receipt(by: Person, command: UUID) -> dict[str, Any] | None:
    found: dict[str, Any] | None = by.ask(RECEIPT, c=command)["reportReceipt"]
    return found


def coded(by: Person, command: UUID) -> str:
    found = receipt(by, command)
    assert found is not None
    return str(found["code"])


def progress(by: Person, code: str) -> str | None:
    found: str | None = by.ask(PROGRESS, code=code)["reportProgress"]
    return found


def test_whoever_holds_the_code_learns_how_far_it_has_come_and_no_more(story: World) -> None:
    caller, desk, police = (story.as_(k) for k in ("citizen", "sh_citizen", "fj_police"))
    case, command = report(story, caller)
    code = coded(caller, command)
    assert progress(caller, code) == "RECEIVED"
    police.done("acceptReport", case)
    assert progress(desk, code) == "ACCEPTED", (
        "asked on the caller's behalf, by whoever is told the code"
    )
    police.done("dispatchPolice", case)
    assert progress(desk, f"  {code.lower().replace('-', ' ')} ") == "IN_HAND", "as people copy it"
    police.done("findReportUnfounded", case, {"unfounded_reason": "家长在家"})
    assert progress(desk, code) == "CLOSED", "whether it was well founded is not told"
    assert desk.case(case) is None, "and it opens nothing"


def test_of_a_report_joined_to_another_it_says_how_far_that_one_is(story: World) -> None:
    caller, police = story.as_("citizen"), story.as_("fj_police")
    child = open_file(
        story,
        "fj_director",
        child_name="施小宝",
        sex="MALE",
        birth_on=date(2016, 2, 3),
        residence=story.place(OUYING),
        area_type="RURAL",
        responsible_person_id=BY_KEY["fj_director"].id,
    )
    case, _ = report(story, story.as_("fj_committee"), children=[child])
    second, command = report(story, story.as_("fj_committee"), children=[child])
    code = coded(story.as_("fj_committee"), command)
    police.done("joinOpenCase", second, {"into_case_id": case})
    assert progress(caller, code) == "RECEIVED"
    police.done("acceptReport", case)
    police.done("dispatchPolice", case)
    assert progress(caller, code) == "IN_HAND"
    police.done("findReportUnfounded", case, {"unfounded_reason": "家长在家"})
    assert progress(caller, code) == "CLOSED"


@pytest.mark.parametrize("reporter", ["fj_teacher", "citizen"])
def test_the_timeline_of_ones_own_report_says_no_more_than_its_receipt(
    story: World, reporter: str
) -> None:
    """A.1: the status only. Who works on the case reads on; so does a pupil's teacher of the pupil's own file."""
    child = open_file(
        story,
        "fj_director",
        child_name="施小宝",
        sex="MALE",
        birth_on=date(2016, 2, 3),
        residence=story.place(OUYING),
        area_type="RURAL",
        school_unit_id=UNIT_BY_KEY["fj_school"].id,
    )
    known = {} if reporter == "citizen" else {"children": [child]}
    case, _ = report(story, story.as_(reporter), **known)
    for step in ("acceptReport", "dispatchPolice"):
        story.as_("fj_police").done(step, case)
    found = {"findings": ["LIVING_ALONE"]}
    story.as_("fj_police").done("recordPoliceFindings", case, found)
    lines = story.as_(reporter).timeline("case", case)
    said = [line["name"] for line in lines]
    assert said == ["case.report_submitted", "case.report_accepted"]
    assert {(line["packs"], line["clauses"]) for line in lines} == {(None, None)}
    seen = story.as_(reporter).case(case)
    assert seen is not None
    assert seen["reportProgress"] == "IN_HAND"
    assert {seen.get(name) for name in ("stage", "basis", "updatedAt", "openDuties")} == {None}
    assert (story.as_("fj_police").case(case) or {})["stage"] == "HANDLING"
    of_child = {line["name"] for line in story.as_("fj_teacher").timeline("child", child)}
    assert "child.file_opened" in of_child
    assert {name for name in of_child if name.startswith("case.")} <= set(said)
    for key in ("fj_police", "fj_township"):
        whole = {line["name"] for line in story.as_(key).timeline("case", case)}
        assert {"case.police_dispatched", "case.police_finding_recorded", *said} <= whole, key


def test_it_is_given_for_ones_own_report_alone(story: World) -> None:
    caller, other = story.as_("citizen"), story.as_("sh_citizen")
    _, command = report(story, caller)
    assert receipt(other, command) is None
    assert receipt(other, uuid4()) is None
    one, two = coded(caller, command), coded(caller, command)
    assert one != two, "lost, another is given"
    assert progress(other, one) == progress(other, two) == "RECEIVED"


def test_it_runs_out(story: World) -> None:
    caller = story.as_("citizen")
    _, command = report(story, caller)
    given, now = receipt(caller, command), story.clock.now
    assert given is not None
    try:
        story.clock.now = local(f"{given['validUntil']} 12:00")
        assert progress(caller, given["code"]) == "RECEIVED"
        story.clock.forward(days=1)
        assert progress(caller, given["code"]) is None
    finally:
        story.clock.now = now


def test_many_codes_in_one_request_are_many_tries(story: World) -> None:
    """Rate a code and not a request: aliases do not help, nor does that one of them is a code."""
    caller, guesser = story.as_("citizen"), story.as_("sh_citizen")
    _, command = report(story, caller)
    code = coded(caller, command)
    aliases = " ".join(f'a{n}: reportProgress(code: "{new_code()}")' for n in range(AT_ONCE))
    for _ in range(TRIES_AN_HOUR // AT_ONCE):
        found = guesser.post(f"{{ {aliases} }}")
        assert set(found["data"].values()) == {None}
        assert "errors" not in found
    refused = guesser.post(f"{{ {aliases} }}")["errors"]
    assert [e["extensions"]["code"] for e in refused] == ["THROTTLED"] * AT_ONCE
    late = guesser.post(PROGRESS, code=code)
    assert late["errors"][0]["extensions"]["code"] == "THROTTLED", (
        "a code that is one tells nothing then"
    )
    assert guesser.post(RECEIPT, c=command)["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert progress(caller, code) == "RECEIVED", "nobody else is held up"
    story.clock.forward(hours=1)
    assert progress(guesser, code) == "RECEIVED"


def test_nothing_leads_from_the_code_to_who_reported_or_back(story: World) -> None:
    caller, desk = story.as_("citizen"), story.as_("sh_citizen")
    before = {row for (row,) in story.sql("select encode(digest, 'hex') from sec.receipt")}
    looks = {row for (row,) in story.sql("select id from sec.access_journal")}
    case, command = report(story, caller)
    head = story.head()
    code = coded(caller, command)
    assert progress(desk, code) == "RECEIVED"
    assert story.head() == head, "it is no event"
    dump = dumped(story.platform.ways.admin_dsn)
    plain = plainly(code)
    for text in (code, plain, hashlib.sha256(plain.encode()).hexdigest()):
        assert holding(dump, [text]) == {}, "kept under a key alone"
    named = [
        case.hex,
        str(case),
        str(command),
        str(caller.who.id),
        str(desk.who.id),
        desk.who.id.hex,
    ]
    kept = {table: dump[table] for table in ("sec.receipt", "sec.receipt_try")}
    assert all(kept.values())
    assert holding(kept, named) == {}
    (mine,) = (
        row
        for row in story.sql("select encode(digest, 'hex'), ends_on from sec.receipt")
        if row[0] not in before
    )
    assert len(mine) == 2
    rows = story.sql("select id, person_id, act from sec.access_journal order by id")
    assert [row for row in rows if row[0] not in looks] == [], "nor does the journal name who asked"


@pytest.mark.parametrize("table", ["sec.receipt", "sec.receipt_try"])
def test_the_api_role_reads_neither(story: World, table: str) -> None:
    with (
        psycopg.connect(story.platform.ways.reader_dsn) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute(f"select * from {table}".encode())


def test_whoever_may_not_report_has_neither_field(story: World) -> None:
    for role, has in {
        "citizen": True,
        "class_teacher": True,
        "guardian": True,
        "auditor": False,
        "rule_owner": False,
    }.items():
        schema = story.schema_of(role)
        assert schema.query_type is not None
        assert ("reportProgress" in schema.query_type.fields) is has, role
        mutations = schema.mutation_type.fields if schema.mutation_type else {}
        assert ("reportReceipt" in mutations) is has, role


# ── The same work


@pytest.fixture(scope="module")
def bench(story: World) -> Iterator[Bench]:
    with bench_on(story) as found:
        yield found


@pytest.fixture(scope="module")
def codes(story: World) -> dict[str, str]:
    """One that stands, and one that has run out."""
    caller = story.as_("citizen")
    _, command = report(story, caller)
    codes = {"known": coded(caller, command), "expired": coded(caller, command)}
    story.clock.forward(hours=1)
    key = ReceiptKey.of(story.platform.services.scope_key)
    digest = key.digest(plainly(codes["expired"]))
    assert story.sql(
        "update sec.receipt set ends_on = '2025-01-01' where digest = %s returning 1", digest
    )
    return codes


def works(bench: Bench, *codes: str) -> list[Work]:
    """What each took; what is remembered for a capacity is by then."""
    guesser = BY_KEY["sh_citizen"]
    for _ in range(2):
        bench.ask(guesser, PROGRESS, code=new_code())
    return [bench.ask(guesser, PROGRESS, code=code) for code in codes]


def alike(found: list[Work]) -> None:
    first = found[0]
    assert first.statements, "the count works"
    for other in found[1:]:
        assert other.statements == first.statements
        assert other.calls == first.calls, other.calls - first.calls


def test_a_code_that_is_none_takes_the_same_work_and_says_the_same(
    bench: Bench, codes: dict[str, str]
) -> None:
    unknown, expired, short = works(bench, new_code(), codes["expired"], "A")
    alike([unknown, expired, short])
    assert unknown.answer == expired.answer == short.answer
    (known,) = works(bench, codes["known"])
    assert b"RECEIVED" in known.answer
    assert known.statements == unknown.statements
    more = known.calls - unknown.calls
    assert all("progress" in call or "enum" in call.lower() for call in more), more


def test_a_look_up_that_stops_early_is_noticed(
    bench: Bench, codes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it would be written first: where nothing is kept, no case is looked for."""
    stage = Receipts.stage
    blinded = Receipts.blinded
    last: list[bytes] = []

    def remembered(receipts: Receipts, *asked: Any) -> bytes:
        last[:] = [blinded(receipts, *asked)]
        return last[0]

    def hasty(receipts: Receipts, case_id: UUID) -> str | None:
        return None if last == [NOTHING] else stage(receipts, case_id)

    monkeypatch.setattr(Receipts, "blinded", remembered)
    monkeypatch.setattr(Receipts, "stage", hasty)
    with pytest.raises(AssertionError):
        alike(works(bench, codes["known"], new_code()))
