"""What a rule owner may do with packs, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from domain.divisions import Divisions
from domain.jurisdiction import jurisdiction_of
from domain.kernel import Command, Event
from domain.packfile import Mark
from domain.periods import Period
from domain.rulebook import Basis, Rulebook
from domain.rules.file import EndCause, RulePackEnded, RulesFileOpened
from domain.rules.gaps import DecideRulePackGap, GapDecision, RulePackGapDecided
from domain.rules.ledger import told as ledger
from domain.rules.packs import (
    EndRulePack,
    PublishRulePack,
    RulePackParameterSet,
    RulePackPublished,
    SetRuleParameter,
)
from domain.terms.places import DivisionId
from tests.dsl import an_id, given, person, place, put, told

SHANGHAI, CHONGQING = place("上海市"), place("重庆市")
CHANGNING, JINSHAN = place("上海市/长宁区"), place("上海市/金山区")
FILE = RulesFileOpened(jurisdiction_id=DivisionId(SHANGHAI))
OWNER = person("rule owner", "rule_owner", unit_id=an_id("city"), division_id=SHANGHAI)
STRANGER = person("another", "rule_owner", unit_id=an_id("cq"), division_id=CHONGQING)


def by_owner(command: Command[Any], at: str = "2025-11-20 09:00") -> Command[Any]:
    return put(command, by=OWNER, at=at, where=SHANGHAI)


def setting(**more: Any) -> SetRuleParameter:
    given: dict[str, Any] = {
        "pack_id": "PLATFORM",
        "parameter": "accept_minutes",
        "parameter_value": "15",
        "silent_in_text": True,
        "binding_from": date(2025, 12, 1),
        "set_because": "第一时间按十五分钟掌握",
        "approved_by_id": an_id("head"),
    }
    return SetRuleParameter(**{**given, **more})


def text_of(pack_id: str) -> str:
    return files("domain").joinpath(f"packs/{pack_id}.yaml").read_text("utf-8")


def publication(**more: Any) -> PublishRulePack:
    given: dict[str, Any] = {
        "rule_document": "沪府规〔2020〕29号",
        "effective_from": date(2026, 1, 1),
        "pack_text": text_of("SH2020").replace("to: 2025-12-31", "to: 2030-12-31"),
    }
    return PublishRulePack(**{**given, **more})


def gap(**more: Any) -> DecideRulePackGap:
    given: dict[str, Any] = {
        "topic": "categories_left_behind",
        "from_on": date(2026, 1, 5),
        "decision": GapDecision.KEEP_PROCESS,
        "decision_reason": "新文件印发前沿用原定义",
    }
    return DecideRulePackGap(**{**given, **more})


def book(*events: Event[Any], at: str = "2025-11-20 09:00") -> Rulebook:
    stamped = [told(e, by=OWNER, at=at) for e in events]
    return ledger(Rulebook.load(), stamped, Divisions.load())


def rules(book: Rulebook, where: str, on: str) -> Any:
    day = date.fromisoformat(on)
    return book.in_force(jurisdiction_of(Divisions.load(), where, day), day)


# ── Setting a parameter


def test_a_parameter_set_binds_from_its_day_in_its_jurisdiction() -> None:
    (fact,) = given(FILE).when(by_owner(setting())).facts()
    assert isinstance(fact, RulePackParameterSet)
    changed = book(fact)
    assert rules(changed, SHANGHAI, "2025-11-30").minutes("accept_minutes") == 30
    assert rules(changed, SHANGHAI, "2025-12-01").minutes("accept_minutes") == 15
    assert rules(changed, CHANGNING, "2025-12-01").minutes("accept_minutes") == 15
    assert rules(changed, CHONGQING, "2025-12-01").minutes("accept_minutes") == 30
    assert ("PLATFORM", 2) in rules(changed, SHANGHAI, "2025-12-01").packs
    assert ("PLATFORM", 1) in rules(changed, CHONGQING, "2025-12-01").packs


def test_what_was_decided_keeps_the_version_it_cited() -> None:
    first = given(FILE).when(by_owner(setting())).facts()
    second = given(FILE).when(by_owner(setting(parameter_value="10"))).facts()
    changed = book(*first, *second)
    on = date(2025, 12, 1)
    where = jurisdiction_of(Divisions.load(), SHANGHAI, on)
    then = changed.as_cited(where, on, [("SH2024", 1), ("SH2020", 1), ("PLATFORM", 1)])
    between = changed.as_cited(where, on, [("PLATFORM", 2)])
    assert (then.minutes("accept_minutes"), between.minutes("accept_minutes")) == (30, 15)
    assert then.packs == Rulebook.load().in_force(where, on).packs
    assert changed.in_force(where, on).minutes("accept_minutes") == 10


def test_a_value_where_the_text_is_silent_is_the_owners_and_cites_the_word_it_rests_on() -> None:
    given_ = setting(pack_id="SH2020", parameter="dissuasion_days", parameter_value="1")
    changed = rules(book(*given(FILE).when(by_owner(given_)).facts()), JINSHAN, "2025-12-01")
    assert changed.days("dissuasion_days") == 1
    assert changed.get("dissuasion_days").mark is Mark.OWNER_DECIDED
    assert changed.basis("dissuasion_days") is Basis.OWNER_DECIDED
    assert changed.cite("dissuasion_days") == ("SH2020-3.1-d",)
    assert changed.cited("dissuasion_days")[0].zh.endswith("（规则负责人裁定）")


def test_a_value_of_the_text_entered_wrongly_is_put_right_as_the_texts_own() -> None:
    of_text = setting(
        pack_id="SH2024",
        parameter="contact_interval_normal",
        parameter_value="P1M",
        silent_in_text=False,
    )
    changed = rules(book(*given(FILE).when(by_owner(of_text)).facts()), JINSHAN, "2025-12-01")
    assert changed.duration("contact_interval_normal") == Period(months=1)
    assert changed.basis("contact_interval_normal") is Basis.TEXT


@pytest.mark.parametrize(
    ("name", "value"), [("addressees", "[POLICE, STREET]"), ("short_term_warn_days", "[5, 2]")]
)
def test_sets_and_lists_can_be_set(name: str, value: str) -> None:
    fact = given(FILE).when(by_owner(setting(parameter=name, parameter_value=value))).facts()
    assert rules(book(*fact), CHONGQING, "2025-12-01").packs[-1] == ("PLATFORM", 1)
    assert rules(book(*fact), SHANGHAI, "2025-12-01").packs[-1] == ("PLATFORM", 2)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"parameter": "accept_hours"}, "unknown_parameter", "parameter"),
        ({"pack_id": "CQ2016"}, "pack_not_in_force", "packId"),
        ({"parameter_value": "soon"}, "value_unreadable", "parameterValue"),
        ({"parameter_value": "{"}, "value_unreadable", "parameterValue"),
        (
            {"parameter": "periodic_duties", "parameter_value": "3"},
            "value_unreadable",
            "parameterValue",
        ),
        ({"binding_from": date(2025, 11, 19)}, "rules_not_retroactive", "bindingFrom"),
        ({"set_because": " "}, "owner_reason_missing", "setBecause"),
    ],
)
def test_a_setting_that_cannot_be(wrong: dict[str, Any], code: str, field: str) -> None:
    given(FILE).when(by_owner(setting(**wrong))).then_refused(code, field=field)


def test_a_setting_may_bind_from_the_day_it_is_made() -> None:
    (fact,) = given(FILE).when(by_owner(setting(binding_from=date(2025, 11, 20)))).facts()
    assert isinstance(fact, RulePackParameterSet)
    assert fact.binding_from == date(2025, 11, 20)


@pytest.mark.parametrize("command", [setting(), publication(), gap()])
def test_nobody_touches_the_rules_of_another_jurisdiction(command: Command[Any]) -> None:
    asked = put(command, by=STRANGER, at="2025-11-20 09:00", where=SHANGHAI)
    given(FILE).when(asked).then_refused("not_your_jurisdiction", field="id")


# ── Publishing


def test_a_published_pack_goes_on_where_the_old_one_ended() -> None:
    (fact,) = given(FILE).when(by_owner(publication(issued_on=date(2025, 11, 18)))).facts()
    assert isinstance(fact, RulePackPublished)
    assert (fact.pack_id, fact.effective_to) == ("SH2020", date(2030, 12, 31))
    changed = book(fact)
    assert ("SH2020", 1) in rules(changed, JINSHAN, "2025-12-31").packs
    after = rules(changed, JINSHAN, "2026-01-01")
    assert ("SH2020", 2) in after.packs
    assert after.basis("categories_left_behind") is Basis.TEXT
    assert "categories_left_behind" not in after.silent_topics()


def test_a_pack_in_force_already_is_entered_late_with_a_reason() -> None:
    late = publication(effective_from=date(2025, 6, 1))
    given(FILE).when(by_owner(late)).then_refused(
        "late_publication_unexplained", field="publicationNotes"
    )
    explained = publication(effective_from=date(2025, 6, 1), publication_notes="文件迟到")
    assert given(FILE).when(by_owner(explained)).facts()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("accept_minutes: [", "pack_unreadable"),
        ("id: SH2020\nparameters: {}", "pack_unreadable"),
        (text_of("CQ2016"), "pack_of_another_place"),
        (text_of("CN2017"), "pack_of_another_place"),
        (
            text_of("PLATFORM").replace("  rule_decision_days:", "  accept_hours:"),
            "pack_unreadable",
        ),
    ],
)
def test_a_text_that_is_no_pack_of_this_place(text: str, code: str) -> None:
    given(FILE).when(by_owner(publication(pack_text=text))).then_refused(code, field="packText")


def test_a_text_that_a_later_release_cannot_read_stops_nobody() -> None:
    (fact,) = given(FILE).when(by_owner(publication())).facts()
    assert isinstance(fact, RulePackPublished)
    broken = replace(fact, pack_text="id: SH2020\nparameters: {unheard_of: {mark: text}}")
    assert book(broken) == Rulebook.load()


# ── Ending


def ending(**more: Any) -> EndRulePack:
    given: dict[str, Any] = {
        "pack_id": "SH2024",
        "ended_on": date(2026, 3, 31),
        "ended_because": EndCause.REPEAL,
    }
    return EndRulePack(**{**given, **more})


def test_a_pack_without_stated_validity_ends_by_decision() -> None:
    facts = given(FILE).when(by_owner(ending())).facts()
    changed = book(*facts)
    assert ("SH2024", 1) in rules(changed, JINSHAN, "2026-03-31").packs
    after = rules(changed, JINSHAN, "2026-04-01")
    assert "SH2024" not in {pack for pack, _ in after.packs}
    assert after.ended_on("contact_interval_normal") == (("SH2024", date(2026, 3, 31)),)


def test_the_end_of_a_stated_validity_changes_no_pack() -> None:
    over = RulePackEnded(
        pack_id="SH2020", ended_on=date(2025, 12, 31), ended_because=EndCause.VALIDITY_END
    )
    assert book(over) == Rulebook.load()


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"pack_id": "PLATFORM"}, "baseline_has_no_end", "packId"),
        ({"pack_id": "CQ2016"}, "pack_not_in_force", "packId"),
        ({"ended_on": date(2025, 11, 19)}, "rules_not_retroactive", "endedOn"),
    ],
)
def test_an_end_that_cannot_be(wrong: dict[str, Any], code: str, field: str) -> None:
    given(FILE).when(by_owner(ending(**wrong))).then_refused(code, field=field)


def test_a_district_does_not_end_the_citys_pack() -> None:
    own = person("district owner", "rule_owner", unit_id=an_id("cn"), division_id=CHANGNING)
    file = RulesFileOpened(jurisdiction_id=DivisionId(CHANGNING))
    asked = put(ending(), by=own, at="2025-11-20 09:00", where=CHANGNING)
    given(file).when(asked).then_refused("pack_of_another_place", field="packId")


# ── Gaps


def test_a_kept_process_binds_on_as_the_owners_decision() -> None:
    facts = given(FILE).when(by_owner(gap(), at="2026-01-05 09:00")).facts()
    changed = book(*facts, at="2026-01-05 09:00")
    before, after = (rules(changed, JINSHAN, day) for day in ("2026-01-04", "2026-01-05"))
    assert before.basis("categories_left_behind") is Basis.DEFINITION_ENDED
    assert after.basis("categories_left_behind") is Basis.OWNER_DECIDED
    assert "LBC_RURAL_SH" in after.categories()
    assert after.cite("categories_left_behind")[0].startswith("SH2020-1-")


def test_a_whole_pack_can_be_kept() -> None:
    facts = given(FILE).when(by_owner(gap(topic="SH2020"), at="2026-01-05 09:00")).facts()
    after = rules(book(*facts, at="2026-01-05 09:00"), JINSHAN, "2026-01-05")
    assert after.basis("reporters") is Basis.OWNER_DECIDED
    assert after.packs[-1] == ("PLATFORM", 2)


def test_another_decision_leaves_the_baseline() -> None:
    stop = gap(decision=GapDecision.STOP)
    facts = given(FILE).when(by_owner(stop, at="2026-01-05 09:00")).facts()
    assert isinstance(facts[0], RulePackGapDecided)
    assert book(*facts, at="2026-01-05 09:00") == Rulebook.load()


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"topic": "weather"}, "unknown_topic", "topic"),
        ({"from_on": date(2026, 1, 4)}, "rules_not_retroactive", "fromOn"),
        ({"decision_reason": ""}, "owner_reason_missing", "decisionReason"),
        ({"topic": "accept_minutes"}, "nothing_to_keep", "decision"),
    ],
)
def test_a_decision_that_cannot_be(wrong: dict[str, Any], code: str, field: str) -> None:
    asked = by_owner(gap(**wrong), at="2026-01-05 09:00")
    given(FILE).when(asked).then_refused(code, field=field)


def all_days() -> Iterator[str]:
    yield from ("2019-06-01", "2025-11-19", "2025-12-31", "2026-01-05", "2027-01-01")


@pytest.mark.law
@pytest.mark.parametrize("day", list(all_days()))
def test_a_later_version_never_changes_what_was_cited(day: str) -> None:
    on = date.fromisoformat(day)
    for where in (SHANGHAI, CHANGNING, CHONGQING):
        here = jurisdiction_of(Divisions.load(), where, on)
        before = Rulebook.load().in_force(here, on)
        facts = [
            *given(FILE).when(by_owner(setting())).facts(),
            *given(FILE).when(by_owner(publication())).facts(),
            *given(FILE).when(by_owner(ending())).facts(),
            *given(FILE).when(by_owner(gap(from_on=date(2025, 11, 20), topic="SH2020"))).facts(),
        ]
        after = book(*facts).as_cited(here, on, before.packs)
        assert (after.packs, after.in_force) == (before.packs, before.in_force)


# ── What protects people is never set so that it protects nobody (ADR 0087)


def few(value: str) -> SetRuleParameter:
    return setting(parameter="small_cell_below", parameter_value=value)


@pytest.mark.parametrize("value", ["0", "1", "2"])
def test_no_figure_is_told_of_one_or_two(value: str) -> None:
    given(FILE).when(by_owner(few(value))).then_refused("value_too_low", field="parameterValue")
    lower = text_of("PLATFORM").replace(
        "small_cell_below: {value: 5", f"small_cell_below: {{value: {value}"
    )
    published = by_owner(publication(pack_text=lower))
    given(FILE).when(published).then_refused("value_too_low", field="packText")


def test_what_an_older_log_says_lower_counts_as_the_least() -> None:
    (least,) = given(FILE).when(by_owner(few("3"))).facts()
    assert isinstance(least, RulePackParameterSet)
    for said, counts in (("3", 3), ("1", 3), ("8", 8)):
        changed = rules(book(replace(least, parameter_value=said)), SHANGHAI, "2025-12-01")
        assert changed.count("small_cell_below") == counts
