"""地点 · Places: a division by its own stable id, and what a place is to a child (domain model A.3)."""

from __future__ import annotations

from typing import NewType

from domain.labels import Term

DivisionId = NewType("DivisionId", str)
"""A stable division id such as ``cq00417``; an identifier, not free text, and never a code."""


class PlaceKind(Term):
    """地点类别 · Which of the places of a child: all are recorded, one owner is computed."""

    HUKOU = "HUKOU", "户籍地", "Household registration"
    RESIDENCE = "RESIDENCE", "居住地", "Residence"
    LONG_TERM_FACT = "LONG_TERM_FACT", "事实长期居住地", "Long-term residence in fact"
    INCIDENT = "INCIDENT", "事发地", "Place of incident"


class AreaType(Term):
    """地区类型 · What kind of area the place lies in; the texts distinguish them, the division code does not."""

    SUBURBAN_RURAL = "SUBURBAN_RURAL", "郊区农村", "Suburban rural"
    RURAL = "RURAL", "农村", "Rural"
    URBAN = "URBAN", "城镇", "Urban"
