"""The loader: a line that is not exactly understood refuses the whole file (authorization notes
1.3)."""

import re

import pytest

from authz.engine import Seats, enforcer, seat_of
from authz.policy import SOURCE, PolicyRefused, check_user, committed, load

HEAD = """
@role police  | 公安机关 | Police  | district | team assigned | investigation emergency statistics
@role auditor | 审计员   | Auditor | platform | oversight     | audit
@role idle    | 闲置     | Idle    | platform | -             | -
@classes harm = P4 P4_INJURY
@roles both   = police auditor
@group search = case.start_missing_child_search case.record_missing_child_found
"""
GOOD = "police | team | allow | case | read | P0 P1 | investigation"

MALFORMED = {
    "a column too few": "police | team | allow | case | read | P0",
    "a column too many": "police | team | allow | case | read | P0 | investigation | L1",
    "an empty column": "police | | allow | case | read | P0 | investigation",
    "an unknown role": "poilce | team | allow | case | read | P0 | investigation",
    "an unknown relation": "police | teem | allow | case | read | P0 | investigation",
    "an unknown effect": "police | team | permit | case | read | P0 | investigation",
    "an unknown object": "police | team | allow | cases | read | P0 | investigation",
    "an unknown class": "police | team | allow | case | read | P7 | investigation",
    "an unknown purpose": "police | team | allow | case | read | P0 | curiosity",
    "another role's purpose": "police | team | allow | case | read | P0 | audit",
    "an act that is none": "police | team | allow | case | export | P0 | investigation",
    "an act in capitals": "police | team | allow | case | case.Accept | P0 | investigation",
    "a full-width act": "police | team | allow | case | ｒｅａｄ | P0 | @own",  # noqa: RUF001
    "a command of another stream": "police | team | allow | child | case.accept | P0 | @own",
    "a command on two objects": "police | team | allow | case child | case.accept | P0 | @own",
    "a command with a class": "police | team | allow | case | case.accept | P1 | @own",
    "a command beside reading": "police | team | allow | case | read case.accept | P0 | @own",
    "a wildcard object": "police | team | allow | * | read | P0 | investigation",
    "a wildcard act": "police | team | allow | case | * | P0 | investigation",
    "a wildcard class": "police | team | allow | case | read | * | investigation",
    "a wildcard relation allowed": "police | * | allow | case | read | P0 | investigation",
    "a wildcard purpose allowed": "police | team | allow | case | read | P0 | *",
    "a wildcard role": "* | team | allow | case | read | P0 | investigation",
    "the relation of conflict": "police | conflict | allow | case | read | P0 | investigation",
    "a word twice": "police | team team | allow | case | read | P0 | investigation",
    "a word twice by a set": "@both police | team | allow | case | read | P0 | @own",
    "an unknown set": "@nobody | team | allow | case | read | P0 | investigation",
    "a set of another kind": "police | team | allow | case | read | @search | investigation",
    "a role without relations": "idle | @own | allow | case | read | P0 | @own",
    "a role without purposes": "idle | team | allow | case | read | P0 | @own",
    "a remark behind a line": GOOD + " # why",
    "the same line again": GOOD,
    "the same right in other words": "police | team | allow | case | read | P1 P2 | investigation",
    "an unknown declaration": "@include other.txt",
    "a role again": "@role police | 公安 | Police | district | team | audit",
    "a set again": "@roles both = police",
    "a set called own": "@roles own = police",
    "a set without words of its kind": "@classes wrong = P0 secret",
    "a role's bad name": "@role role:x | 甲 | X | district | team | audit",
    "a level that is none": "@role judge | 法官 | Judge | world | team | audit",
}


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_line_refuses_the_file(line: str) -> None:
    number = len(f"{HEAD}{GOOD}\n{line}".splitlines())
    with pytest.raises(PolicyRefused, match=f"^policy line {number}: "):
        load(f"{HEAD}{GOOD}\n{line}\n")


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", HEAD, HEAD + "police | team | deny | case | read | P0 | *\n"],
    ids=["empty", "a comment", "only declarations", "only denials"],
)
def test_an_empty_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyRefused, match="empty"):
        load(text)


def test_a_line_is_every_combination_of_its_sets() -> None:
    rows = load(HEAD + "police | @own | allow | case | @search | P0 | @own").rows
    assert {(r.relation, r.act, r.purpose) for r in rows} == {
        (relation, act, purpose)
        for relation in ("team", "assigned")
        for act in ("case.start_missing_child_search", "case.record_missing_child_found")
        for purpose in ("investigation", "emergency")  # own, without statistics
    }
    assert {(r.role, r.resource, r.cls, r.effect) for r in rows} == {
        ("role:police", "case", "P0", "allow")
    }


def test_the_version_is_the_text() -> None:
    assert load(HEAD + GOOD).version != load(HEAD + GOOD.replace("P1", "P2")).version
    assert load(HEAD + GOOD).version == load(HEAD + GOOD).version


def test_what_reaches_casbin_has_no_wildcard_it_would_miss() -> None:
    """An indexed enforcer does not find a wildcard object or act: a deny line would be lost."""
    for row in committed().rows:
        assert all(row)
        assert row.role.startswith("role:")
        assert "*" not in {row.resource, row.act, row.cls}
        assert row.effect == "deny" or "*" not in row
        assert re.match(r"L\d{4}\Z", row.id)


def test_row_ids_are_lines_of_the_source() -> None:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    for row in committed().rows:
        assert f"| {row.effect}" in lines[int(row.id[1:]) - 1]


@pytest.mark.parametrize("name", ["role:police", "", "police", "u:", "u:a b", "u:role:police\n"])
def test_a_user_is_never_named_like_a_role(name: str) -> None:
    with pytest.raises(PolicyRefused):
        check_user(name)
    with pytest.raises(PolicyRefused):
        Seats().add_link(name, "role:police")


def test_a_name_is_not_its_own_role() -> None:
    assert not Seats().has_link("role:police", "role:police")
    policy = load(HEAD + GOOD)
    casbin = enforcer(policy.rows, policy.roles)
    request = ("team", "case", "read", "P0", "investigation")
    assert casbin.enforce(seat_of("police"), *request)
    for subject in ("role:police", "police", "u:somebody", seat_of("auditor"), ""):
        assert not casbin.enforce(subject, *request)


def test_casbin_cannot_be_switched_off_here() -> None:
    """``enable_enforce(False)`` would allow everything: nobody calls it."""
    for source in SOURCE.parent.glob("*.py"):
        assert "enable_enforce" not in source.read_text(encoding="utf-8")
