"""What the tests of the gate share: the policy of this version, and people to ask it for."""

import pytest

from authz.gate import Gate
from authz.policy import committed


@pytest.fixture(scope="session")
def gate() -> Gate:
    return Gate(committed())
