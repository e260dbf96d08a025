"""规则 · The rules stream, in the order things happen."""

# ruff: noqa: F401 - importing a chapter registers its actions
# isort: off
import domain.rules.file
import domain.rules.packs
import domain.rules.gaps
import domain.rules.tasks
import domain.rules.ledger
