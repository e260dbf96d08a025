"""任务的内情 · What the telling of tasks must remember of each beside what people see of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from domain.sensitivity import P0
from projections.readmodel import ReadModel


class DutyRow(
    ReadModel,
    table="duty",
    key=("task_id",),
    private=True,
    indexes=("duty_id",),
    zh="职责",
    en="Duties behind tasks",
):
    """``duty_id``: the first task of the duty; reassigned tasks and those of units above share it.

    ``subject``: what tells duties of one stream apart (a question, a placement). ``supervises``: the unit above watches
    over somebody else's task. ``escalates_at``: when it goes a level up; None when nobody is left above; ``dated_at``:
    when that was recorded.
    ``told_unit_id``, ``told_person_id``: whose it was when its queue was last told. ``rests_as``: the status of its
    task when the child's file was closed, to be taken up again.
    """

    task_id: Annotated[UUID, P0]
    duty_id: Annotated[UUID, P0]
    subject: Annotated[str, P0]
    place_id: Annotated[str | None, P0]
    set_at: Annotated[datetime, P0]
    escalates_at: Annotated[datetime | None, P0]
    dated_at: Annotated[datetime, P0]
    supervises: Annotated[bool, P0]
    sees_child: Annotated[bool, P0]
    sees_case: Annotated[bool, P0]
    told_unit_id: Annotated[UUID, P0]
    told_person_id: Annotated[UUID | None, P0]
    rests_as: Annotated[str | None, P0]
