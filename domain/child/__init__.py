"""儿童档案 · The chapters of a child's file, in the order things happen."""

# ruff: noqa: F401 - importing a chapter registers its actions
# isort: off
import domain.child.screening
import domain.child.file
import domain.child.places
import domain.child.disputes
import domain.child.guardians
import domain.child.guardian_condition
import domain.child.household
import domain.child.guidance
import domain.child.categories
import domain.child.leaving
import domain.child.key_targets
import domain.child.school_roll
import domain.child.records
import domain.child.entrusted_care
import domain.child.entrusted_concerns
import domain.child.entrusted_end
import domain.child.cadence
import domain.child.contacts
import domain.child.home_hazards
import domain.child.home_visits
import domain.child.overdue
import domain.child.visit_problems
import domain.child.follow_up
import domain.child.family_contact
import domain.child.child_voice
import domain.child.concerns
import domain.child.warnings
import domain.child.tier
import domain.child.tier_decisions
import domain.child.reactions
import domain.child.corrections
import domain.child.closing
import domain.child.tasks
