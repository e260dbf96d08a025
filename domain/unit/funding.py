"""经费 · Money for the work, by year and level; no child is in it (C.13)."""

from __future__ import annotations

from typing import Annotated

from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P0, P2
from domain.terms.oversight import CoordinationLevel
from domain.unit.state import Unit

name_fields(
    funding_year=("经费年度", "Year of the funding"),
    funding_level=("资金层级", "Level of the funds"),
    amount_yuan=("金额(元)", "Amount (yuan)"),
    funding_use=("用途", "Use"),
)


class FundingRecorded(
    Record[Unit],
    name="unit.funding_recorded",
    zh="经费已登记",
    en="Funding recorded",
    act="unit.record_funding",
    does=("登记经费", "Record funding"),
    clauses=(
        "SH2020-5.3-a",
        "CQ2016-6.2-d",
        "CN2017-5.1-x",
        "CQ2024-4-b",
        "SH2024-4.1-d",
    ),
):
    funding_year: Annotated[int, P0]
    funding_level: Annotated[CoordinationLevel, P0]
    amount_yuan: Annotated[int, P0]
    funding_use: Annotated[str, P2]
