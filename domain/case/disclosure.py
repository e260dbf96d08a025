"""司法调取 · Who reported is told to a court or a procuratorate by judicial order and in no other way (A.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from domain.case.state import Case
from domain.fields import camel
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.sensitivity import P0, P5
from domain.terms.units import UnitKind

name_fields(
    disclosure_order_number=("调取文书号", "Number of the order"),
    disclosed_to_unit_id=("调取机关", "Court or procuratorate"),
    disclosure_reason=("调取理由", "Why it is disclosed"),
)

DISCLOSURE_UNNUMBERED = Refusal(
    "disclosure_order_missing",
    zh="须写明司法文书号和理由",
    en="Give the number of the order and its reason",
    clauses=("SH2020-4.1-h",),
)
DISCLOSED_WHERE = Refusal(
    "disclosure_to_tribunal_only",
    zh="报告人身份只可向检察机关或人民法院披露",
    en="Who reported is disclosed to a procuratorate or a court only",
    clauses=("SH2020-4.1-h",),
)


class ReporterDisclosureOrdered(
    Event[Case],
    name="case.reporter_disclosure_ordered",
    zh="已依法调取报告人身份",
    en="Disclosure of the reporter ordered",
):
    disclosure_order_number: Annotated[str, P5]
    disclosure_reason: Annotated[str, P5]
    disclosed_to_unit_id: Annotated[UUID, P5]
    open_until: Annotated[datetime, P0]


class OrderReporterDisclosure(
    Command[Case],
    name="case.order_reporter_disclosure",
    zh="依法调取报告人身份",
    en="Order the disclosure of the reporter",
    clauses=("SH2020-4.1-h", "CQ2016-4.1-e"),
):
    """By the court, for itself or for the procuratorate that asked."""

    disclosure_order_number: Annotated[str, P5]
    disclosure_reason: Annotated[str, P5]
    disclosed_to_unit_id: Annotated[UUID, P5]

    def decide(self, _state: Case) -> Iterator[Event[Case]]:
        for name in ("disclosure_order_number", "disclosure_reason"):
            if not getattr(self, name).strip():
                raise DISCLOSURE_UNNUMBERED(field=camel(name))
        unit = self.directory.units.get(self.disclosed_to_unit_id)
        if unit is None or unit.kind not in {UnitKind.COURT, UnitKind.PROCURATORATE}:
            raise DISCLOSED_WHERE(field="disclosedToUnitId")
        days = timedelta(days=self.rules.days("disclosure_access_days"))
        yield ReporterDisclosureOrdered.of(self, open_until=self.at + days)
