"""个案 · The actions of a protection case, in the order they happen."""

# ruff: noqa: F401 - importing a chapter registers its actions
# isort: off
import domain.case.reports
import domain.case.clues
import domain.case.further_reports
import domain.case.intake
import domain.case.accountability
import domain.case.commendation
import domain.case.dispatch
import domain.case.parents
import domain.case.candidates
import domain.case.opinion
import domain.case.escort
import domain.case.handover
import domain.case.missing
import domain.case.violence
import domain.case.evidence
import domain.case.notices
import domain.case.measures
import domain.case.custody
import domain.case.care_secured
import domain.case.assessment
import domain.case.assessment_questions
import domain.case.assessment_result
import domain.case.placement_start
import domain.case.placement_care
import domain.case.placement_guardianship
import domain.case.institution
import domain.case.placement_change
import domain.case.placement_limits
import domain.case.guardian_search
import domain.case.return_home
import domain.case.placement_end
import domain.case.hukou_escort
import domain.case.aftercare
import domain.case.plan
import domain.case.services
import domain.case.service_delivery
import domain.case.closing
import domain.case.after_return
import domain.case.tasks
