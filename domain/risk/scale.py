"""风险等级表 · The scale as data: ordered tiers, what each demands at least, which rule gives
which, and the numbers.

Nothing in code knows what a tier means: codes, ranks, colours and duties come from
``domain/packs/risk.yaml``, so a city with three or five levels brings its own file. A tier may
only shorten a cadence the documents set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import yaml

from domain.periods import Period


@dataclass(frozen=True, kw_only=True)
class Response:
    """One thing a tier demands at least, and what stands behind it."""

    zh: str
    en: str
    mark: str
    """``document`` or ``platform_default``."""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One level of a scale. ``rank`` 1 is the most urgent."""

    code: str
    rank: int
    zh: str
    en: str
    colour: str
    colour_zh: str
    meaning_zh: str
    meaning_en: str
    acts_at_once: bool
    """Whether a rise to it takes effect without waiting for a person."""
    contact: Period | None = None
    """The longest time between contacts, where the tier sets one of its own."""
    home_visit: Period | None = None
    cadence_class: str | None = None
    """The visiting class of the documents it is tied to."""
    responses: tuple[Response, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers the rules ask for, none of which is in the five texts; all at least 1."""

    care_gap_days: int
    aftercare_months: int
    no_answer_days: int
    accumulation_factors: int
    lapse_multiple: int

    def __post_init__(self) -> None:
        """A number below one would make a rule hold always or never."""
        for name, value in vars(self).items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number with what the explanation says of it: its rule, its unit, its name, and whose it
    is.
    """

    name: str
    value: int
    unit: str
    rule: str
    zh: str
    en: str
    mark: str
    """``platform_default``: none of these numbers is in the five texts."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Ordered tiers, most urgent first, and which rule gives which.

    Raises ``ValueError`` where the ranks are not 1 to n, a rule names an unknown tier, or a rule
    gives a milder tier than one further down, which would let a further fact lower a tier.
    """

    id: str
    version: int
    zh: str
    en: str
    clauses: tuple[str, ...]
    """The clauses that demand levels at all."""
    tiers: tuple[Tier, ...]
    rules: Mapping[str, str] = field(hash=False)
    """Rule id → tier code, in the order the rules are read."""
    lift_steps: int
    lift_up_to: str

    def __post_init__(self) -> None:
        """Refuses a scale on which the tier would not be monotone."""
        ranks = [t.rank for t in self.tiers]
        if ranks != list(range(1, len(ranks) + 1)):
            raise ValueError(f"scale {self.id}: ranks {ranks} are not 1 to {len(ranks)} in order")
        unknown = {*self.rules.values(), self.lift_up_to} - {t.code for t in self.tiers}
        if unknown:
            raise ValueError(f"scale {self.id}: no such tier: {sorted(unknown)}")
        given = [self.tier_by_rule(rule_id).rank for rule_id in self.rules]
        if given != sorted(given):
            raise ValueError(f"scale {self.id}: a rule gives a milder tier than a rule below it")

    def find(self, code: str) -> Tier | None:
        """The tier of this code; none where the code is of another scale."""
        return next((t for t in self.tiers if t.code == code), None)

    def tier_by_rule(self, rule_id: str) -> Tier:
        """The tier a rule gives; ``KeyError`` for a rule the scale does not place."""
        code = self.rules[rule_id]
        return next(t for t in self.tiers if t.code == code)

    def lifted(self, tier: Tier) -> Tier:
        """The tier after a lift (R-X1): up by the configured steps, not past its limit, never
        down.
        """
        limit = next(t.rank for t in self.tiers if t.code == self.lift_up_to)
        rank = min(tier.rank, max(tier.rank - self.lift_steps, limit))
        return self.tiers[rank - 1]


def _span(data: dict[str, int] | None) -> Period | None:
    return Period(months=data.get("months", 0), days=data.get("days", 0)) if data else None


def _tier(data: dict[str, Any]) -> Tier:
    responses = tuple(
        Response(**{**r, "clauses": tuple(r.get("clauses", ()))}) for r in data["responses"]
    )
    spans = {name: _span(data.get(name)) for name in ("contact", "home_visit")}
    return Tier(**{**data, **spans, "responses": responses})


def read_scale(data: dict[str, Any]) -> Scale:
    """A scale from its data, in the shape of ``risk.yaml``."""
    return Scale(
        id=data["id"],
        version=data["version"],
        zh=data["zh"],
        en=data["en"],
        clauses=tuple(data["demanded_by"]),
        tiers=tuple(_tier(t) for t in data["tiers"]),
        rules=dict(data["rules"]),
        lift_steps=data["lift"]["steps"],
        lift_up_to=data["lift"]["up_to"],
    )


_DATA: dict[str, Any] = yaml.safe_load(
    files("domain").joinpath("packs/risk.yaml").read_text("utf-8")
)

DEFAULT_SCALE = read_scale(_DATA)
PARAMETERS = tuple(Parameter(name=name, **said) for name, said in _DATA["numbers"].items())
DEFAULT_NUMBERS = Numbers(**{p.name: p.value for p in PARAMETERS})
