"""慈善帮扶 · Government aid and charity joined: a referral the guardian has agreed to, and what was given.

加强政府救助与慈善帮扶有效衔接 (SH2024-2.3.8-b); 鼓励支持区慈善基金会、红十字会…救助帮扶 (CN2017-3.2-e).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P3

name_fields(
    charity_name=("慈善组织", "Charity"),
    help_wanted=("拟请求的帮扶", "Help asked for"),
    agreeing_guardian=("同意的监护人", "Guardian who agrees"),
    agreed_on=("同意日期", "Agreed on"),
    referral_event_id=("所依转介", "Referral it follows"),
    charity_help=("已提供的帮扶", "Help given"),
    help_amount_yuan=("帮扶金额(元)", "Amount in yuan"),
    charity_given_on=("帮扶日期", "Given on"),
)

CHARITY_CONSENT_MISSING = Refusal(
    "charity_consent_missing",
    zh="转介慈善组织须经监护人同意",
    en="A guardian must agree before a charity is told",
    clauses=("SH2024-2.3.8-b", "CN2017-3.2-e"),
)


class CharityHelpAsked(
    Event[Child], name="child.charity_help_asked", zh="已转介慈善帮扶", en="Charity asked for help"
):
    charity_name: Annotated[str, P2]
    help_wanted: Annotated[str, P3]
    agreeing_guardian: Annotated[str, P2]
    agreed_on: Annotated[date, P2]


class AskCharityForHelp(
    Command[Child],
    name="child.ask_charity_for_help",
    zh="转介慈善帮扶",
    en="Ask a charity for help",
    when=ON_FILE,
    clauses=("SH2024-2.3.8-b", "CN2017-3.2-e"),
):
    """The charity learns what is wanted, and no more, once the guardian has agreed."""

    charity_name: Annotated[str, P2]
    help_wanted: Annotated[str, P3]
    agreeing_guardian: Annotated[str | None, P2] = None
    agreed_on: Annotated[date | None, P2] = None

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        agreed = (self.agreeing_guardian or "").strip()
        if not agreed or self.agreed_on is None or self.agreed_on > self.rules.on:
            raise CHARITY_CONSENT_MISSING(field="agreeingGuardian" if not agreed else "agreedOn")
        yield CharityHelpAsked.of(self, agreeing_guardian=agreed)


class CharityHelpGiven(
    Record[Child],
    name="child.charity_help_given",
    zh="慈善帮扶已提供",
    en="Charity gave help",
    act="child.record_charity_help",
    does=("记录慈善帮扶", "Record the help of a charity"),
    when=ON_FILE,
    clauses=("CN2017-3.2-e", "SH2024-2.3.8-b"),
    behind=("charity_given_on",),
):
    charity_name: Annotated[str, P2]
    charity_help: Annotated[str, P3]
    help_amount_yuan: Annotated[int | None, P3] = None
    charity_given_on: Annotated[date, P2]
    referral_event_id: Annotated[UUID | None, P0] = None
