"""Random operations give the same bytes, and the same journal, by plan and by graphql-core."""

from __future__ import annotations

import pytest

from tests.plan.comparing import ROLES, Reading, both
from tests.plan.operations import Drawing, Known

ROUNDS = 10
EACH = 30
"""Operations a round: several hundred in all."""


@pytest.mark.parametrize("number", range(ROUNDS))
def test_random_operations(reading: Reading, known: Known, number: int) -> None:
    planned = 0
    for i in range(EACH):
        seed = number * EACH + i
        drawn = Drawing(reading.schema, known, seed).operation()
        planned += both(reading, ROLES[seed % len(ROLES)], drawn.text, drawn.variables)
    assert planned > EACH / 2, "most operations of this kind have plans"
