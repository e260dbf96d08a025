"""条款 · The clauses of the five policy texts, as the platform cites them.

Every duty, refusal, due date and tier names the clause that makes it so (law 5). An id reads
document, section, letter: ``SH2020-4.2-g`` is section 四(二) of 沪府规〔2020〕29号. The words are
quoted from the texts; the table ``clauses.json`` is written by :mod:`domain.extract_clauses`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class UnknownClause(LookupError):
    """A clause id that none of the five texts has."""

    def __init__(self, clause_id: str) -> None:
        """Name the id that was asked for."""
        super().__init__(f"unknown clause id {clause_id!r}")
        self.clause_id = clause_id


@dataclass(frozen=True, slots=True)
class Document:
    """One policy text. Number, issuer and days are None where the text states none."""

    code: str
    title_zh: str
    title_en: str
    number: str | None
    issuer: str | None
    issued_on: date | None
    adopted_on: date | None = None
    """The day the government's meeting passed it, where the text says so."""

    @property
    def name_zh(self) -> str:
        """How an official names it: title in book marks, then the document number."""
        return f"《{self.title_zh}》" + (f"（{self.number}）" if self.number else "")


class Clause(NamedTuple):
    """One row of the requirements matrix: the quoted words and what they oblige whom to do."""

    id: str
    document: str
    section: str
    quote_zh: str
    actor: str
    obligation: str
    limit: str
    group: str
    kind: str


DOCUMENTS: Mapping[str, Document] = MappingProxyType(
    {
        document.code: document
        for document in (
            Document(
                "CQ2016",
                "重庆市人民政府关于加强农村留守儿童关爱保护工作的实施意见",
                "Chongqing on the care and protection of rural left-behind children",
                "渝府发〔2016〕27号",
                "重庆市人民政府",
                date(2016, 6, 30),
            ),
            Document(
                "CN2017",
                "长宁区人民政府关于加强本区困境儿童保障工作的实施意见",
                "Changning District on the protection of children in difficulty",
                "长府〔2017〕59号",
                "上海市长宁区人民政府",
                date(2017, 8, 21),
                adopted_on=date(2017, 7, 31),
            ),
            Document(
                "SH2020",
                "上海市人民政府关于加强农村留守儿童关爱保护工作的实施意见",
                "Shanghai on the care and protection of rural left-behind children",
                "沪府规〔2020〕29号",
                "上海市人民政府",
                date(2020, 12, 14),
            ),
            # The text we hold states neither number, issuer nor date (domain model I.18).
            Document(
                "SH2024",
                "上海市农村留守儿童和困境儿童关爱服务质量提升三年行动实施方案（2024—2026年）",
                "Shanghai, three-year plan for better services (2024-2026)",
                None,
                None,
                None,
            ),
            Document(
                "CQ2024",
                "进一步加强城乡留守儿童关爱保护工作方案",
                "Chongqing, plan for urban and rural left-behind children",
                "渝府办发〔2024〕57号",
                "重庆市人民政府办公厅",
                date(2024, 6, 14),
            ),
        )
    }
)


def _load() -> dict[str, Clause]:
    text = Path(__file__).with_name("clauses.json").read_text(encoding="utf-8")
    return {row["id"]: Clause(section=row["id"].split("-")[1], **row) for row in json.loads(text)}


CLAUSES: Mapping[str, Clause] = MappingProxyType(_load())


def clause(clause_id: str) -> Clause:
    """The clause of this id; raises :class:`UnknownClause`."""
    try:
        return CLAUSES[clause_id]
    except KeyError:
        raise UnknownClause(clause_id) from None
