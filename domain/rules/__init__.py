"""规则 · The rules stream."""

import domain.rules.file
import domain.rules.packs
import domain.rules.gaps
import domain.rules.tasks  # noqa: F401
