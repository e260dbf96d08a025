"""就学、结对、控辍、心理、矫治的队列 · Queues of schooling, dropout control, counselling, conduct (domain model G).

Q-61 … Q-69 are not in the catalogue of the spec: its chapters start these duties all the same, and every duty has an
owner (law 10). The tasks of conduct are there only for those who may know of it (A.2 rule 7). Schools and education
know their pupils by enrolment and residence, so a task of theirs opens nothing more of the child; only a clinic's does.
"""

from __future__ import annotations

from typing import Any

from domain.terms.file import CategoryGroup
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from projections.queue_grammar import Closes, Due, Moves, Opens, Queue
from projections.queues_of_the_file import CIVIL_AFFAIRS, FILE_ENDS, TOWNSHIP

SCHOOL, EDUCATION = UnitKind.SCHOOL, UnitKind.DISTRICT_EDUCATION
JUSTICE, POLICE = UnitKind.DISTRICT_JUSTICE, UnitKind.POLICE
PROCURATORATE = UnitKind.PROCURATORATE
AT_SCHOOL = (Role.SCHOOL_HEAD, Role.CLASS_TEACHER)
BACK = (
    Closes("child.returned_to_school", done=False),
    Closes("child.dropout_cleared", done=False),
    *FILE_ENDS,
)
DROPOUT_CLAUSES = ("SH2020-5.4-c", "SH2020-5.4-d", "CQ2016-3.3-s", "CQ2016-3.3-t")


def _first_of_run(event: Any, _child: Any) -> bool:
    return event.contact_home_by is not None


def _left_behind_in_chongqing(event: Any, _child: Any) -> bool:
    """The census is a duty of CQ2016 alone (CQ2016-3.3-c, CQ2016-3.3-d)."""
    packs = {pack for pack, _ in event.told.packs}
    return event.category_group is CategoryGroup.LBC and "CQ2016" in packs


SCHOOL_QUEUES = (
    Queue(
        "Q-18",
        zh="结对帮扶",
        en="Pair the child with teacher, mentor, peer",
        sees_child=False,
        opens=(
            Opens(
                "child.pairing_due",
                SCHOOL,
                Due("pairing_days", "pair_by"),
                unit="school_unit_id",
                key=("pairing_kind",),
            ),
        ),
        closes=(
            Closes("child.teacher_paired", ("pairing_kind",)),
            Closes("child.growth_mentor_assigned", ("pairing_kind",)),
            Closes("child.peer_partner_assigned", ("pairing_kind",)),
            Closes(
                "child.enrolment_recorded",
                only=lambda e, child: e.school_unit_id != child.school.pairing_school,
                done=False,
            ),
            Closes("child.category_ended", only=lambda _, child: not child.file.held, done=False),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION, CIVIL_AFFAIRS),
        clauses=("SH2020-3.3-b", "SH2024-2.1.2-a", "CQ2016-3.3-m", "CQ2024-2.6-b"),
        names=(Role.SCHOOL_HEAD,),
    ),
    Queue(
        "Q-19",
        zh="辍学书面报告、签收、采取措施",
        en="Report the dropout in writing, acknowledge, take measures",
        sees_child=False,
        follows_pupil=True,
        opens=(
            Opens(
                "child.persuasion_failed",
                (SCHOOL, EDUCATION),
                Due("persuasion_school_days", "report_by"),
                unit="school_unit_id",
                key=("dropout_id",),
            ),
            Opens(
                "child.dropout_report_submitted",
                EDUCATION,
                Due("dropout_acknowledgement_working_days", "acknowledge_by"),
                unit="addressee_unit_ids",
                key=("dropout_id",),
            ),
            Opens(
                "child.dropout_report_acknowledged",
                EDUCATION,
                Due("dropout_measure_days", "measures_by"),
                unit="measure_unit_ids",
                key=("dropout_id",),
            ),
        ),
        moves=(
            Moves(
                "child.dropout_report_submitted",
                key=("dropout_id",),
                only=lambda e, _: bool(e.missing_addressees),
            ),
        ),
        closes=(
            Closes(
                "child.dropout_report_submitted",
                ("dropout_id",),
                only=lambda e, _: not e.missing_addressees,
                own=True,
            ),
            Closes("child.dropout_report_acknowledged", ("dropout_id",), own=True),
            Closes("child.dropout_measure_taken", ("dropout_id",), own=True),
            *BACK,
        ),
        escalates=(EDUCATION, CIVIL_AFFAIRS),
        clauses=DROPOUT_CLAUSES,
        names=(Role.SCHOOL_HEAD, Role.DISTRICT_EDUCATION, Role.TOWNSHIP),
    ),
    Queue(
        "Q-45",
        zh="学校普查、学籍标识",
        en="School census and roll flag",
        sees_child=False,
        standing=True,
        opens=(
            Opens(
                "child.category_determined",
                EDUCATION,
                Due("school_census_interval"),
                unit="education_unit_id",
                only=_left_behind_in_chongqing,
            ),
            Opens(
                "child.school_census_taken",
                EDUCATION,
                Due("school_census_interval", "next_census_on"),
                unit="education_unit_id",
            ),
        ),
        closes=(
            Closes(
                "child.category_ended", only=lambda _, child: not child.file.left_behind, done=False
            ),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION, CIVIL_AFFAIRS),
        clauses=("CQ2016-3.3-c", "CQ2016-3.3-d"),
        names=(Role.DISTRICT_EDUCATION,),
    ),
    Queue(
        "Q-61",
        zh="旷课联系家庭",
        en="Ask at home about the absence",
        sees_child=False,
        follows_pupil=True,
        opens=(
            Opens(
                "child.truancy_recorded",
                (SCHOOL, EDUCATION),
                Due("truancy_contact_days", "contact_home_by"),
                unit="school_unit_id",
                only=_first_of_run,
            ),
        ),
        closes=(
            "child.school_home_contact_made",
            Closes("child.attendance_resumed", done=False),
            Closes("child.dropout_registered", done=False),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION,),
        clauses=("SH2020-5.4-a", "CQ2016-3.3-q"),
        names=(Role.CLASS_TEACHER, Role.SCHOOL_HEAD),
    ),
    Queue(
        "Q-68",
        zh="放假前与家庭建立联系",
        en="Speak with the family before the holiday",
        sees_child=False,
        opens=(
            Opens(
                "child.holiday_contact_due",
                (SCHOOL, EDUCATION),
                Due("periodic_duties", "contact_home_by"),
                unit="school_unit_id",
            ),
        ),
        closes=(
            "child.school_home_contact_made",
            Closes(
                "child.enrolment_recorded",
                only=lambda e, child: e.school_unit_id != child.school.holiday_school,
                done=False,
            ),
            Closes("child.category_ended", only=lambda _, child: not child.file.held, done=False),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION,),
        clauses=("SH2024-2.4.12-d",),
        names=(Role.CLASS_TEACHER, Role.SCHOOL_HEAD),
    ),
    Queue(
        "Q-62",
        zh="辍学研判",
        en="Review the absence for dropout",
        sees_child=False,
        follows_pupil=True,
        opens=(
            Opens(
                "child.truancy_recorded",
                (SCHOOL, EDUCATION),
                Due("dropout_review_days", "dropout_review_by"),
                unit="school_unit_id",
                only=_first_of_run,
            ),
        ),
        closes=(
            "child.dropout_registered",
            Closes("child.attendance_resumed", done=False),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION,),
        clauses=("SH2020-5.4-a", "SH2020-5.4-b", "CQ2016-3.3-q", "CQ2016-3.3-r"),
        names=AT_SCHOOL,
    ),
    Queue(
        "Q-63",
        zh="学业帮扶",
        en="Help with learning",
        sees_child=False,
        follows_pupil=True,
        opens=(
            Opens(
                "child.learning_difficulty_recorded",
                (SCHOOL, EDUCATION),
                Due("learning_support_days", "learning_help_by"),
                unit="school_unit_id",
                key=("difficulty_id",),
            ),
        ),
        closes=(
            Closes("child.learning_support_given", ("difficulty_id",)),
            Closes("child.learning_difficulty_overcome", ("difficulty_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION,),
        clauses=("SH2020-3.3-i",),
        names=(Role.CLASS_TEACHER, Role.SCHOOL_HEAD),
    ),
    Queue(
        "Q-64",
        zh="解决入学障碍",
        en="Remove the barrier to enrolment",
        sees_child=False,
        opens=(
            Opens(
                "child.enrolment_barrier_reported",
                EDUCATION,
                Due("enrolment_barrier_days", "resolve_by"),
                unit="education_unit_id",
                key=("barrier_id",),
            ),
        ),
        closes=(
            Closes("child.enrolment_barrier_resolved", ("barrier_id",)),
            Closes("child.enrolment_barrier_fell_away", ("barrier_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION, CIVIL_AFFAIRS),
        clauses=("CQ2016-5.1-f", "CN2017-5.1-p", "CQ2024-2.8-a"),
        names=(Role.DISTRICT_EDUCATION,),
    ),
    Queue(
        "Q-65",
        zh="处理校园欺凌",
        en="Deal with bullying",
        sees_child=False,
        left_by_pupil=True,
        opens=(
            Opens(
                "child.bullying_incident_recorded",
                (SCHOOL, EDUCATION),
                Due("bullying_days", "deal_by"),
                unit="school_unit_id",
                key=("bullying_id",),
            ),
        ),
        closes=(Closes("child.bullying_dealt_with", ("bullying_id",)), *FILE_ENDS),
        escalates=(EDUCATION,),
        clauses=("CQ2024-2.4-e",),
        names=(Role.SCHOOL_HEAD, Role.DISTRICT_EDUCATION),
    ),
    Queue(
        "Q-66",
        zh="劝返复学",
        en="Persuade to return to school",
        sees_child=False,
        follows_pupil=True,
        opens=(
            Opens(
                "child.dropout_registered",
                (SCHOOL, EDUCATION),
                Due("persuasion_school_days", "persuade_by"),
                unit="school_unit_id",
                key=("dropout_id",),
            ),
            Opens(
                "child.enrolment_gap_found",
                EDUCATION,
                Due("persuasion_school_days", "persuade_by"),
                unit="education_unit_id",
                key=("dropout_id",),
            ),
        ),
        moves=(Moves("child.return_persuasion_made", key=("dropout_id",)),),
        closes=(
            Closes("child.returned_to_school", ("dropout_id",)),
            Closes("child.persuasion_failed", ("dropout_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(EDUCATION, CIVIL_AFFAIRS),
        clauses=("SH2020-5.4-b", "CQ2016-3.3-r", "CQ2016-3.3-b", "CN2017-3.3-d"),
        names=(*AT_SCHOOL, Role.DISTRICT_EDUCATION),
    ),
    Queue(
        "Q-67",
        zh="就诊确认",
        en="See that the clinic was attended",
        opens=(
            Opens(
                "child.clinic_referral_made",
                UnitKind.MEDICAL,
                Due("clinic_attendance_days"),
                unit="clinic_unit_id",
                key=("clinic_referral_id",),
                only=lambda e, _: e.clinic_unit_id is not None,
            ),
        ),
        closes=(Closes("child.clinic_attendance_recorded", ("clinic_referral_id",)), *FILE_ENDS),
        escalates=(TOWNSHIP,),
        clauses=("SH2024-2.1.2-c", "CQ2024-2.2-f"),
        names=(Role.MEDICAL,),
    ),
    Queue(
        "Q-38",
        zh="纳入帮教矫治",
        en="Enrol in help and correction",
        sees_child=False,
        opens=(
            Opens(
                "child.conduct_case_opened",
                (JUSTICE, POLICE),
                Due("correction_days", "correct_by"),
                unit="correction_unit_id",
                key=("conduct_id",),
            ),
        ),
        closes=(
            Closes("child.correction_programme_enrolled", ("conduct_id",)),
            Closes("child.reintegration_completed", ("conduct_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(PROCURATORATE,),
        clauses=("CQ2024-1-g", "CQ2024-2.3-h"),
        names=(Role.DISTRICT_JUSTICE, Role.POLICE),
    ),
    Queue(
        "Q-69",
        zh="专门教育",
        en="Place for special education",
        sees_child=False,
        opens=(
            Opens(
                "child.conduct_case_opened",
                EDUCATION,
                Due("correction_days", "correct_by"),
                unit="special_education_unit_id",
                key=("conduct_id",),
                only=lambda e, _: e.special_education_unit_id is not None,
            ),
        ),
        closes=(
            Closes("child.special_education_placement_recorded", ("conduct_id",)),
            Closes("child.reintegration_completed", ("conduct_id",), done=False),
            *FILE_ENDS,
        ),
        escalates=(PROCURATORATE,),
        clauses=("CQ2024-2.3-g",),
        names=(Role.DISTRICT_EDUCATION,),
    ),
)
