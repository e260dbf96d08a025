"""规则 · The rules stream."""

import domain.rules.gaps  # noqa: F401
