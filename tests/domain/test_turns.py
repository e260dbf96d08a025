"""What may be done when, told by hand: a turn that is widened lets somebody act on what is over or not begun."""

from __future__ import annotations

import domain.actions  # noqa: F401 - registers the domain
from domain.access.state import AccessOrder
from domain.case.progress import progress_of
from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.file_state import FileState, FileStatus
from domain.child.state import Child
from domain.kernel import COMMANDS, State, open_to
from domain.terms.reports import ReportProgress

TASKS = {"accept_task", "refuse_task", "hand_over_task", "reassign_task", "complete_task"}


def by_people(state: State) -> set[str]:
    """What somebody may put to this stream, without the stream's name."""
    return {command.name.partition(".")[2] for command in open_to(state)}


def open_on(state: State) -> set[str]:
    """The same, with what clocks and reactions put."""
    return {
        name.partition(".")[2]
        for name, command in COMMANDS.items()
        if command.state_type is type(state) and command.when.holds(state)
    }


def file(status: FileStatus) -> Child:
    """A file of which nothing else is known."""
    return Child(version=1, file=FileState(status=status))


def case(stage: Stage) -> Case:
    """A case of which nothing else is known."""
    return Case(version=1, stage=stage)


def test_a_closed_file_is_reopened_or_set_right_and_nothing_else() -> None:
    allowed = {"reopen_file", "correct_event", "disavow_event"}
    assert by_people(file(FileStatus.CLOSED)) == TASKS | allowed


def test_a_closed_case_leaves_accounts_aftercare_and_the_reporters_protection() -> None:
    accounts = {
        "find_failure_to_report",
        "establish_failure_consequences",
        "find_report_obstruction",
        "decide_reporter_accountability",
    }
    reporter = {"commend_reporter", "record_reporter_assistance", "order_reporter_disclosure"}
    after = {"open_aftercare_plan", "record_aftercare_visit", "conclude_conference"}
    for stage in (Stage.CLOSED, Stage.CLOSED_UNFOUNDED):
        assert by_people(case(stage)) == TASKS | accounts | reporter | after


def test_an_access_order_takes_only_what_is_of_its_kind() -> None:
    assert by_people(AccessOrder(version=1)) == TASKS


def test_a_screened_child_has_no_ledger_yet() -> None:
    opened, screened = open_on(file(FileStatus.OPEN)), open_on(file(FileStatus.SCREENED))
    assert screened - opened == {"open_screened_file"}
    assert opened - screened == {
        "assign_responsible_worker",
        "clear_key_target",
        "clear_school_roll_flag",
        "confirm_category",
        "determine_category",
        "drop_category_review",
        "end_category",
        "enter_work_log",
        "flag_key_target",
        "make_follow_up_visit",
        "note_category_review_due",
        "note_return_home",
        "override_risk_tier",
        "record_disability",
        "set_school_roll_flag",
        "take_school_census",
        "verify_file",
        "verify_key_target",
    }
    assert opened - open_on(file(FileStatus.DORMANT)) == {"verify_file"}


def test_what_waits_for_its_condition_on_an_open_file() -> None:
    of_children = {n.partition(".")[2] for n, c in COMMANDS.items() if c.state_type is Child}
    dropout = {
        "register_dropout",
        "make_return_persuasion",
        "submit_dropout_report",
        "acknowledge_dropout_report",
        "take_dropout_measure",
        "return_to_school",
        "resume_attendance",
    }
    carer = {
        "end_entrusted_care",
        "replace_entrusted_carer",
        "sign_entrusted_care_agreement",
        "supervise_entrusted_care",
        "support_entrusted_carer",
        "raise_entrusted_care_concern",
        "inform_parents_of_care_concern",
    }
    conduct = {
        "complete_reintegration",
        "enrol_in_correction",
        "hold_case_consultation",
        "record_correction_progress",
        "record_early_intervention",
        "record_special_education",
    }
    beginning = {"screen_child", "open_child_file", "open_screened_file", "reopen_file"}
    waits = dropout | carer | conduct | beginning | {"confirm_risk_tier"}
    assert of_children - open_on(file(FileStatus.OPEN)) == waits


POLICE_DEEDS = {
    "attempt_parent_contact",
    "collect_evidence",
    "end_danger",
    "find_missing_child",
    "give_medical_assistance",
    "record_police_findings",
    "start_assessment",
    "start_missing_child_search",
    "take_protective_measure",
}
"""Not before somebody is on the scene."""

AFTER_FINDINGS = {
    "close_case",
    "ask_care_candidate",
    "attempt_parent_notification",
    "escort_child",
    "handle_domestic_violence",
    "notify_civil_affairs_for_placement",
    "notify_township",
    "order_parents_to_return",
    "record_candidate_decline",
    "record_parents_unreachable",
    "record_repeat_infringement",
    "set_emergency_duty_aside",
}
"""Not before it is known what was found."""


def test_a_case_goes_its_way_stage_by_stage() -> None:
    handling = open_on(case(Stage.HANDLING))
    early = {
        Stage.REPORTED_STREET: {
            "accept_street_report",
            "direct_report",
            "forward_report",
            "join_open_case",
        },
        Stage.REPORTED: {"accept_report", "direct_report", "join_open_case"},
        Stage.ACCEPTED: {"dispatch_police", "join_open_case"},
    }
    for stage, more in early.items():
        assert handling - open_on(case(stage)) == POLICE_DEEDS | AFTER_FINDINGS
        assert open_on(case(stage)) - handling == more
    on_scene = open_on(case(Stage.ON_SCENE))
    assert (handling - on_scene, on_scene - handling) == (AFTER_FINDINGS, {"find_report_unfounded"})
    for stage in (Stage.NOTIFIED, Stage.ASSESSING, Stage.PLANNED, Stage.SERVING):
        assert open_on(case(stage)) == handling


def test_what_waits_for_its_condition_while_a_case_is_handled() -> None:
    of_cases = {n.partition(".")[2] for n, c in COMMANDS.items() if c.state_type is Case}
    beginning = {
        "submit_report",
        "report_clue",
        "report_guardianship_supervision",
        "end_guardianship_supervision",
    }
    intake = {
        "accept_report",
        "accept_street_report",
        "direct_report",
        "dispatch_police",
        "find_report_unfounded",
        "forward_report",
        "join_open_case",
    }
    assessment = {"ask_for_contribution", "complete_assessment", "contribute_to_assessment"}
    custody = {
        "arrange_temporary_care_on_custody",
        "find_care_need",
        "make_custody_child_inquiry",
        "start_custody_care",
    }
    used_for_crime = {"consult_on_crime", "intervene_early"}
    waits = beginning | intake | assessment | custody | used_for_crime
    assert of_cases - open_on(case(Stage.HANDLING)) == waits


def test_who_reported_is_told_how_far_it_is_and_not_what_was_found() -> None:
    told = {stage: progress_of(stage) for stage in Stage}
    received = {stage for stage, p in told.items() if p is ReportProgress.RECEIVED}
    assert received == {Stage.REPORTED_STREET, Stage.REPORTED}
    assert {s for s, p in told.items() if p is ReportProgress.ACCEPTED} == {Stage.ACCEPTED}
    closed = {stage for stage, p in told.items() if p is ReportProgress.CLOSED}
    assert closed == {Stage.CLOSED, Stage.CLOSED_UNFOUNDED}
