"""规则 · The rules stream of one jurisdiction: what its owner decided where the texts are silent or ended."""

from __future__ import annotations

from domain.kernel import State


class RulesFile(State, stream="rules", zh="规则事项", en="Rules file"):
    """One jurisdiction's decisions about its rule packs."""

    division_id: str | None = None

    @property
    def place(self) -> str | None:
        """The jurisdiction."""
        return self.division_id
