"""机构 · The unit stream: organisations, their people, the duties they owe, and how they are overseen."""

# ruff: noqa: F401 - importing a chapter registers its actions
# isort: off
import domain.unit.posts
import domain.unit.contacts
import domain.unit.vetting
import domain.unit.bans
import domain.unit.suspension
import domain.unit.directors
import domain.unit.station
import domain.unit.vacancies
import domain.unit.training
import domain.unit.obligations
import domain.unit.obligation_clock
import domain.unit.safety
import domain.unit.hazards
import domain.unit.attestations
import domain.unit.providers
import domain.unit.conference
import domain.unit.plans_filed
import domain.unit.inspection
import domain.unit.annual_report
import domain.unit.accountability
import domain.unit.funding
import domain.unit.publicity
import domain.unit.programmes
import domain.unit.extracts
import domain.unit.tasks
import domain.unit.reactions
