"""查阅 · The access stream."""

# ruff: noqa: F401 - importing a chapter registers its actions
# isort: off
import domain.access.erasure
import domain.access.contracts
import domain.access.break_glass
import domain.access.break_glass_review
import domain.access.audit
import domain.access.tasks
