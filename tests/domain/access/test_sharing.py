"""Contracts, consents, sharing: only what was agreed passes, and on a basis that can be named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.access.contracts import EndSharingContract, MakeSharingContract
from domain.access.state import AccessOrder
from domain.child.consent import RecordConsent, WithdrawConsent
from domain.child.sharing import InformationShared, ShareInformation, party
from domain.kernel import EVENTS
from domain.provisions import SharingParty
from domain.rulebook import Rulebook
from domain.sensitivity import P2, P6_ADDRESS
from domain.terms.access import AccessPurpose, ConsentGiver, ShareBasis, SharedField
from domain.terms.file import ClauseId
from domain.terms.places import DivisionId
from domain.terms.units import UnitKind
from projections.timeline import details
from tests.domain.access.asking import (
    CHANGNING,
    CIVIL,
    HEAD,
    POLICE,
    REVIEWER,
    SITE,
    WORKER,
    after,
    facts,
    on_file,
    refused,
)
from tests.dsl import an_id, local

F = SharedField
EMPTY = AccessOrder(id=an_id("contract"))
MAKE = MakeSharingContract(
    from_kind=UnitKind.DISTRICT_EDUCATION,
    to_kind=UnitKind.POLICE,
    sharing_purpose=AccessPurpose.INVESTIGATION,
    contract_fields=(F.IDENTITY, F.DROPOUT, F.ATTENDANCE),
    contract_until_on=date(2025, 3, 20),
    contract_place=DivisionId(CHANGNING),
)
SHARE = ShareInformation(
    contract_id=EMPTY.id,
    shared_to_unit_id=POLICE.id,
    wanted_fields=(F.DROPOUT, F.HOUSEHOLD_INCOME, F.DROPOUT),
    statutory_clause=ClauseId("CN2017-5.1-b"),
)
CONSENT = RecordConsent(
    consent_giver=ConsentGiver.GUARDIAN,
    consent_giver_name="余秋",
    consent_fields=(F.DROPOUT,),
    consent_purpose=AccessPurpose.INVESTIGATION,
    consent_on=date(2025, 3, 3),
)


def contract() -> AccessOrder:
    state: AccessOrder = after(EMPTY, *facts(EMPTY, MAKE, REVIEWER))
    return state


def test_a_contract_belongs_to_the_place_it_was_made_for() -> None:
    assert contract().place == CHANGNING


def test_the_contract_drops_what_it_does_not_name() -> None:
    (told,) = facts(on_file(), SHARE, HEAD, contract())
    assert isinstance(told, InformationShared)
    assert told.passed_fields == (F.DROPOUT,)
    assert told.dropped_fields == (F.HOUSEHOLD_INCOME,)
    assert told.share_basis is ShareBasis.STATUTORY
    assert told.sharing_purpose is AccessPurpose.INVESTIGATION
    assert told.open_until == local("2025-03-20 23:59:59")  # not longer than the contract


def test_a_site_that_is_told_is_named_to_those_alone_who_may_know_where_a_child_is() -> None:
    """It may be where the child is (A.2, P6); another unit is care coordination (P2)."""
    agreed: Any = after(EMPTY, *facts(EMPTY, replace(MAKE, to_kind=SITE.kind), REVIEWER))
    to_site = replace(SHARE, shared_to_unit_id=SITE.id)
    (told,) = facts(on_file(), to_site, HEAD, agreed)
    assert isinstance(told, InformationShared)
    assert told.told_unit_id == SITE.id
    said = details(told)
    assert said[P6_ADDRESS] == {"shared_to_site_id": str(SITE.id)}
    assert str(SITE.id) not in str({c: v for c, v in said.items() if c != P6_ADDRESS})
    (other,) = facts(on_file(), SHARE, HEAD, contract())
    assert details(other)[P2]["shared_to_unit_id"] == str(POLICE.id)


def test_what_a_site_does_with_its_task_does_not_name_it() -> None:
    kind: Any = EVENTS["case.task_accepted"]
    accepted = kind(
        task_id=an_id("task"),
        queue="Q-07",
        task_unit_id=SITE.id,
        accepted_by_id=an_id("its staff"),
    )
    assert str(SITE.id) in str(details(accepted)[P2])
    apart = details(accepted, {str(SITE.id), str(an_id("its staff"))})
    assert set(apart[P6_ADDRESS]) == {"task_unit_id", "accepted_by_id"}
    assert P2 not in apart


def test_a_contract_that_names_none_of_them_passes_nothing() -> None:
    income = replace(SHARE, wanted_fields=(F.HOUSEHOLD_INCOME,))
    refused("nothing_passes_contract", on_file(), income, HEAD, contract(), field="wantedFields")


def test_it_is_for_its_two_parties_and_its_time() -> None:
    code = "no_sharing_contract"
    refused(code, on_file(), SHARE, WORKER, contract(), field="sharedToUnitId")
    other = replace(SHARE, shared_to_unit_id=CIVIL.id)
    refused(code, on_file(), other, HEAD, contract(), field="sharedToUnitId")
    refused(code, on_file(), SHARE, HEAD, field="contractId")
    refused(code, on_file(), SHARE, HEAD, contract(), at="2025-03-21 00:00")
    ended = after(contract(), *facts(contract(), EndSharingContract(), REVIEWER))
    refused(code, on_file(), SHARE, HEAD, ended)
    refused("contract_over", ended, EndSharingContract(), REVIEWER)


def test_a_basis_that_can_be_named() -> None:
    nothing = replace(SHARE, statutory_clause=None)
    refused("share_basis_missing", on_file(), nothing, HEAD, contract(), field="statutoryClause")
    unknown = replace(SHARE, statutory_clause=ClauseId("XX1999-1-a"))
    refused("statutory_clause_unknown", on_file(), unknown, HEAD, contract())


def test_on_a_consent_only_what_was_agreed_to_passes() -> None:
    (agreed,) = facts(on_file(), CONSENT, REVIEWER)
    child = after(on_file(), agreed)
    asked = replace(
        SHARE,
        statutory_clause=None,
        consent_id=agreed.consent_id,
        wanted_fields=(F.DROPOUT, F.IDENTITY),
    )
    (told,) = facts(child, asked, HEAD, contract())
    assert told.share_basis is ShareBasis.CONSENT
    assert told.passed_fields == (F.DROPOUT,)
    withdrawn = after(child, *facts(child, WithdrawConsent(consent_id=agreed.consent_id), REVIEWER))
    refused("unknown_consent", withdrawn, asked, HEAD, contract(), field="consentId")
    gone = WithdrawConsent(consent_id=agreed.consent_id)
    refused("unknown_consent", withdrawn, gone, REVIEWER, field="consentId")


def test_a_consent_to_one_unit_is_no_consent_to_another() -> None:
    (agreed,) = facts(on_file(), replace(CONSENT, consent_to_unit_id=CIVIL.id), REVIEWER)
    asked = replace(SHARE, consent_id=agreed.consent_id)
    refused("unknown_consent", after(on_file(), agreed), asked, HEAD, contract())


def test_what_a_consent_must_say() -> None:
    for code, wrong in (
        ("consent_fields_missing", replace(CONSENT, consent_fields=())),
        ("consent_giver_missing", replace(CONSENT, consent_giver_name=" ")),
        ("consent_in_future", replace(CONSENT, consent_on=date(2025, 3, 4))),
    ):
        refused(code, on_file(), wrong, REVIEWER)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("contract_fields_missing", replace(MAKE, contract_fields=())),
        ("contract_needs_two_parties", replace(MAKE, to_kind=UnitKind.DISTRICT_EDUCATION)),
        ("contract_ends_in_past", replace(MAKE, contract_until_on=date(2025, 3, 2))),
    ],
)
def test_what_a_contract_must_say(code: str, wrong: MakeSharingContract) -> None:
    refused(code, EMPTY, wrong, REVIEWER)


def test_who_is_a_branch_of_whom_is_what_the_packs_say() -> None:
    book = Rulebook.load()
    today = date(2025, 3, 3)
    rules = book.in_force(None, today)
    assert party(UnitKind.SCHOOL, rules) == party(UnitKind.DISTRICT_EDUCATION, rules)
    assert party(UnitKind.COURT, rules) == "COURT", "a kind nobody names is a party by itself"
    named = {kind for row in rules.table("sharing_parties").values() for kind in row.branches}
    assert {*rules.table("sharing_parties"), *named} <= {kind.value for kind in UnitKind}
    platform = book.pack("PLATFORM")
    old = platform.provisions["sharing_parties"]
    apart = replace(old, value={"POLICE": SharingParty(branches=frozenset({"COURT"}))})
    changed = replace(platform, provisions={**platform.provisions, "sharing_parties": apart})
    other = book.replacing(changed).in_force(None, today)
    assert party(UnitKind.SCHOOL, other) == "SCHOOL"
    assert party(UnitKind.COURT, other) == "POLICE"
