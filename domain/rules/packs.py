"""规则包 · What the rule owner does with packs: publish a new text, end one, set a parameter the texts leave open.

Each makes the next version of a pack (``domain.pack_changes``), binding from its day on in its jurisdiction. Nothing
that was decided before is touched. A parameter never binds before the day it is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.packfile import PLATFORM, Mark, Pack, PackError, Provision, decided_value, parse_pack
from domain.parameters import PARAMETERS
from domain.replacing import replace
from domain.rules.file import EndCause, RulePackEnded, own_pack
from domain.rules.state import RulesFile
from domain.sensitivity import P0, P2
from domain.terms.places import DivisionId

name_fields(
    rule_document=("文件名称", "Document"),
    issued_on=("成文日期", "Issued on"),
    effective_from=("施行日期", "Effective from"),
    effective_to=("有效期至", "Effective to"),
    pack_text=("规则包内容", "Text of the pack"),
    parameter_names=("所含参数", "Parameters it has"),
    publication_notes=("发布说明", "Notes on the publication"),
    parameter=("参数", "Parameter"),
    parameter_value=("参数值", "Value"),
    silent_in_text=("文件未作规定", "The text is silent"),
    binding_from=("自何日起适用", "Binding from"),
    approved_by_id=("批准人", "Approved by"),
    set_because=("设定理由", "Reason for the setting"),
)

NOT_YOUR_JURISDICTION = Refusal(
    "not_your_jurisdiction",
    zh="只能处理本辖区的规则",
    en="Only the rules of one's own jurisdiction can be dealt with",
)
PACK_UNREADABLE = Refusal("pack_unreadable", zh="规则包内容有误", en="The pack cannot be read")
PACK_OF_ANOTHER_PLACE = Refusal(
    "pack_of_another_place", zh="规则包不属于本辖区", en="The pack is made for another place"
)
PACK_NOT_IN_FORCE = Refusal(
    "pack_not_in_force", zh="规则包在此不适用", en="The pack is not in force here"
)
UNKNOWN_PARAMETER = Refusal("unknown_parameter", zh="没有此参数", en="There is no such parameter")
VALUE_UNREADABLE = Refusal(
    "value_unreadable", zh="参数值类型不符", en="The value is not of the parameter's type"
)
VALUE_TOO_LOW = Refusal(
    "value_too_low",
    zh="低于平台允许的最小值,起不到保护作用",
    en="It is below the least value allowed, and would protect nobody",
)
RULES_NOT_RETROACTIVE = Refusal(
    "rules_not_retroactive", zh="规则不得溯及既往", en="Rules do not bind backwards"
)
LATE_PUBLICATION_UNEXPLAINED = Refusal(
    "late_publication_unexplained",
    zh="施行日期已过,须说明补录原因",
    en="It is in force already: say why it is entered late",
)
BASELINE_HAS_NO_END = Refusal(
    "baseline_has_no_end", zh="平台基线不得失效", en="The platform's baseline never ends"
)
OWNER_REASON_MISSING = Refusal("owner_reason_missing", zh="须写明理由", en="Say why")


def high_enough(provisions: Iterable[Provision], field: str) -> None:
    """Refuses a value below the least that its parameter may have (ADR 0087)."""
    if any(
        p.parameter.least and p.value is not None and p.value < p.parameter.least
        for p in provisions
    ):
        raise VALUE_TOO_LOW(field=field)


def own_rules(command: Command[RulesFile], state: RulesFile) -> None:
    """Refuses whoever serves outside the jurisdiction."""
    actor, here = command.by.division_id, state.division_id
    inside = here is not None and actor in command.divisions.path(here, command.rules.on)
    if command.by.unit_id is not None and not inside:
        raise NOT_YOUR_JURISDICTION(field="id")


class RulePackPublished(
    Event[RulesFile], name="rules.pack_published", zh="规则包发布", en="Rule pack published"
):
    jurisdiction_id: Annotated[DivisionId, P0]
    pack_id: Annotated[str, P2]
    rule_document: Annotated[str, P2]
    issued_on: Annotated[date | None, P0]
    effective_from: Annotated[date, P0]
    effective_to: Annotated[date | None, P0]
    pack_text: Annotated[str, P2]
    parameter_names: Annotated[tuple[str, ...], P2] = ()
    publication_notes: Annotated[str, P2] = ""

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(
            state,
            asked=state.asked - {self.pack_id, *self.parameter_names},
            ended=state.ended - {self.pack_id},
        )


class PublishRulePack(
    Command[RulesFile],
    name="rules.publish_pack",
    zh="发布规则包",
    en="Publish a rule pack",
    when=PRESENT,
    clauses=("SH2020-6-a", "CN2017-6-a", "CQ2016-7-c", "CQ2024-0-a", "SH2024-3.3-a"),
):
    """The whole pack as YAML in the form of ``domain/packs``; it must cite clauses the platform knows."""

    rule_document: Annotated[str, P2]
    effective_from: Annotated[date, P0]
    pack_text: Annotated[str, P2]
    issued_on: Annotated[date | None, P0] = None
    publication_notes: Annotated[str, P2] = ""

    def decide(self, state: RulesFile) -> Iterator[Event[RulesFile]]:
        own_rules(self, state)
        pack = self._read()
        if pack.id != PLATFORM and pack.jurisdiction != self.rules.jurisdiction:
            raise PACK_OF_ANOTHER_PLACE(field="packText")
        if self.effective_from < self.rules.on and not self.publication_notes.strip():
            raise LATE_PUBLICATION_UNEXPLAINED(field="publicationNotes")
        assert state.division_id is not None
        yield RulePackPublished.of(
            self,
            jurisdiction_id=DivisionId(state.division_id),
            pack_id=pack.id,
            effective_to=pack.validity.last,
            parameter_names=tuple(sorted(pack.provisions)),
        )

    def _read(self) -> Pack:
        try:
            pack = parse_pack(self.pack_text)
        except (PackError, ValueError) as error:
            raise PACK_UNREADABLE(field="packText", zh=str(error), en=str(error)) from error
        baseline = self.rules.in_force[-1].provisions
        valueless = [n for n, p in pack.provisions.items() if p.value is None and n not in baseline]
        if valueless or (
            pack.id == PLATFORM and (not pack.always or baseline.keys() - pack.provisions)
        ):
            raise PACK_UNREADABLE(field="packText", zh="缺少参数值", en="a value is missing")
        high_enough(pack.provisions.values(), "packText")
        return pack


class EndRulePack(
    Command[RulesFile],
    name="rules.end_pack",
    zh="终止规则包",
    en="End a rule pack",
    when=PRESENT,
    clauses=("SH2020-6-a", "CN2017-6-a", "CQ2016-7-c"),
):
    """A text without a stated validity ends only by this decision (CQ2016-7-c)."""

    pack_id: Annotated[str, P2]
    ended_on: Annotated[date, P0]
    ended_because: Annotated[EndCause, P0]

    def decide(self, state: RulesFile) -> Iterator[Event[RulesFile]]:
        own_rules(self, state)
        if self.pack_id == PLATFORM:
            raise BASELINE_HAS_NO_END(field="packId")
        pack = own_pack(self.rules, self.pack_id)
        if pack is None or pack.validity.ended(self.rules.on):
            raise PACK_NOT_IN_FORCE(field="packId")
        if pack.jurisdiction != self.rules.jurisdiction:
            raise PACK_OF_ANOTHER_PLACE(field="packId")
        if self.ended_on < self.rules.on:
            raise RULES_NOT_RETROACTIVE(field="endedOn")
        yield RulePackEnded.of(self)


class RulePackParameterSet(
    Event[RulesFile], name="rules.parameter_set", zh="参数设定", en="Parameter set"
):
    jurisdiction_id: Annotated[DivisionId, P0]
    pack_id: Annotated[str, P2]
    parameter: Annotated[str, P2]
    parameter_value: Annotated[str, P2]
    silent_in_text: Annotated[bool, P0]
    binding_from: Annotated[date, P0]
    set_because: Annotated[str, P2]
    approved_by_id: Annotated[UUID, P2]

    def evolve(self, state: RulesFile) -> RulesFile:
        return replace(state, decided=state.decided | {self.parameter})


class SetRuleParameter(
    Command[RulesFile],
    name="rules.set_parameter",
    zh="设定参数",
    en="Set a parameter",
    when=PRESENT,
    clauses=("SH2020-6-a", "SH2024-0-c"),
):
    """The value as YAML: ``3``, ``P14D``, ``[POLICE]``. It rests on the clauses the parameter rested on before."""

    pack_id: Annotated[str, P2]
    parameter: Annotated[str, P2]
    parameter_value: Annotated[str, P2]
    silent_in_text: Annotated[bool, P0]
    binding_from: Annotated[date, P0]
    set_because: Annotated[str, P2]
    approved_by_id: Annotated[UUID, P2]

    def decide(self, state: RulesFile) -> Iterator[Event[RulesFile]]:
        own_rules(self, state)
        if self.parameter not in PARAMETERS:
            raise UNKNOWN_PARAMETER(field="parameter")
        pack = next((p for p in self.rules.in_force if p.id == self.pack_id), None)
        if pack is None:
            raise PACK_NOT_IN_FORCE(field="packId")
        if self.binding_from < self.rules.on:
            raise RULES_NOT_RETROACTIVE(field="bindingFrom")
        if not self.set_because.strip():
            raise OWNER_REASON_MISSING(field="setBecause")
        old = pack.provisions.get(self.parameter)
        try:
            new = decided_value(
                PARAMETERS[self.parameter], self.parameter_value, old, Mark.OWNER_DECIDED
            )
        except PackError as error:
            raise VALUE_UNREADABLE(field="parameterValue") from error
        high_enough((new,), "parameterValue")
        assert state.division_id is not None
        yield RulePackParameterSet.of(self, jurisdiction_id=DivisionId(state.division_id))
