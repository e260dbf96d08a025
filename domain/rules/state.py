"""规则 · The rules stream of one jurisdiction: what its owner decided where the texts are silent, differ or ended."""

from __future__ import annotations

from uuid import UUID, uuid5

from domain.kernel import State

_SPACE = UUID("c1f0a7a2-0000-5000-8000-000000000048")


def rules_file_id(division_id: str) -> UUID:
    """The one rules file of a jurisdiction, so that everybody finds it."""
    return uuid5(_SPACE, division_id)


class RulesFile(State, stream="rules", zh="规则事项", en="Rules file"):
    """One jurisdiction's decisions about its rule packs.

    ``asked``: the topics of which the owner was told that they are open, and the packs of which an end was told;
    ``decided``: the topics on which there is a decision.
    """

    division_id: str | None = None
    asked: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()

    @property
    def place(self) -> str | None:
        """The jurisdiction."""
        return self.division_id
