"""定义要件 · The limbs of a definition, each judged by what stands on the file on the day of the fact.

A limb that a text does not test is empty in the pack and asks nothing. The refusal names the first limb that is not
met, so that a director knows what is missing, and cites the clause of that limb (SH2020-1-a … 1-d, CQ2016-1-a).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.child.care_state import CareState, Guardian
from domain.child.file_state import FileState
from domain.child.state import Child
from domain.divisions import CodeSystem, Divisions, Level
from domain.kernel import Refusal
from domain.periods import under
from domain.provisions import Category
from domain.terms.file import Difficulty, DifficultyCause, HukouKind, Limb

LIMB_REFUSED = {
    Limb.AGE: Refusal(
        "category_age_not_met", zh="年龄不符合定义", en="Not under the age of the definition"
    ),
    Limb.AREA: Refusal(
        "category_area_not_met",
        zh="居住地不在定义所指地区",
        en="The residence is not in an area of the definition",
    ),
    Limb.CHILD_HUKOU: Refusal(
        "category_hukou_not_met",
        zh="儿童不是本市户籍",
        en="The child's hukou is not of this municipality",
    ),
    Limb.PARENTS_HUKOU: Refusal(
        "category_parents_hukou_not_met",
        zh="父母户籍或居住证不符合定义",
        en="The parents' hukou or residence permit does not meet the definition",
    ),
    Limb.ABSENCE: Refusal(
        "category_absence_not_met",
        zh="未登记父母双方外出务工,或一方外出务工、另一方无监护能力",
        en="Not on file: both parents away for work, or one away and the other without capacity",
    ),
    Limb.CAUSE: Refusal(
        "category_cause_not_met",
        zh="困境原因不符合定义",
        en="The cause is not one of the definition",
    ),
    Limb.DIFFICULTY: Refusal(
        "category_difficulty_missing",
        zh="须说明因此产生的困难",
        en="Say what difficulty has come of it",
    ),
}
"""What is answered when a limb is not met."""

LIMB_CLAUSES = {
    Limb.AREA: ("SH2020-1-a",),
    Limb.PARENTS_HUKOU: ("SH2020-1-b",),
    Limb.ABSENCE: ("SH2020-1-c", "CQ2016-1-a"),
    Limb.AGE: ("SH2020-1-d", "CQ2016-1-a"),
    Limb.CHILD_HUKOU: ("SH2020-1-d",),
}
"""The clause of one limb, where the definition spreads over several."""

_MET_BY = {
    DifficultyCause.POVERTY: {
        Difficulty.LIVING,
        Difficulty.MEDICAL,
        Difficulty.SCHOOLING,
        Difficulty.OTHER,
    },
    DifficultyCause.DISABILITY: {
        Difficulty.REHABILITATION,
        Difficulty.DAILY_CARE,
        Difficulty.NURSING,
        Difficulty.INTEGRATION,
        Difficulty.OTHER,
    },
    DifficultyCause.GUARDIANSHIP: {Difficulty.SAFETY},
}
"""Which difficulty belongs to which cause (CN2017-1-a, CN2017-1-b, CN2017-1-c).

The lists of poverty and of disability end with 等困难; what fails of guardianship leads to is named whole."""


def limbs_of(
    row: Category,
    child: Child,
    on: date,
    divisions: Divisions,
    causes: tuple[DifficultyCause, ...],
    difficulties: tuple[Difficulty, ...],
) -> Iterator[tuple[Limb, bool]]:
    """Every limb this definition tests, and whether it is met."""
    if row.area_types:
        yield Limb.AREA, child.file.area_type in row.area_types
    if row.child_hukou_province:
        yield Limb.CHILD_HUKOU, _local(child.file.hukou, row.child_hukou_province, divisions, on)
    if row.parents_hukou:
        yield Limb.PARENTS_HUKOU, _parents_hukou(row, child.care, divisions, on)
    if row.absence:
        yield Limb.ABSENCE, bool(row.absence & absence_of(child.care))
    if row.age_below is not None:
        yield Limb.AGE, _under(child.file, row.age_below, on)
    if row.causes:
        yield Limb.CAUSE, bool(row.causes & set(causes))
        yield Limb.DIFFICULTY, _difficult(row, causes, difficulties)


def absence_of(care: CareState) -> frozenset[str]:
    """Which kind of absence stands on file; both parents must be on it to tell."""
    parents = care.parents
    if len(parents) < len(("father", "mother")):
        return frozenset()
    found = set()
    if all(p.away_for_work for p in parents):
        found.add("BOTH_AWAY_FOR_WORK")
    others_unable = all(p.away_for_work or p.unable for p in parents)
    if any(p.away_for_work for p in parents) and any(p.unable for p in parents) and others_unable:
        found.add("ONE_AWAY_OTHER_INCAPABLE")
    return frozenset(found)


def _under(file: FileState, age: int, on: date) -> bool:
    return file.birth_on is not None and under(file.birth_on, age, on)


def _local(hukou: str | None, province: str | None, divisions: Divisions, on: date) -> bool:
    """Whether a hukou lies in the municipality of this NBS code."""
    if hukou is None:
        return False
    found = divisions.ancestor(hukou, Level.PROVINCE, on)
    return found is not None and divisions.code(found.id, CodeSystem.NBS, on) == province


def _parents_hukou(row: Category, care: CareState, divisions: Divisions, on: date) -> bool:
    """SH2020-1-b. Judged of the living: a dead parent has neither hukou nor permit."""
    parents = [p for p in care.parents if p.living]

    def agricultural(parent: Guardian) -> bool:
        local = _local(parent.hukou, row.child_hukou_province, divisions, on)
        return local and parent.hukou_kind == HukouKind.AGRICULTURAL

    def permitted(parent: Guardian) -> bool:
        local = _local(parent.hukou, row.child_hukou_province, divisions, on)
        return not local and parent.permit_until is not None and parent.permit_until >= on

    farmers = [p for p in parents if agricultural(p)]
    others = [p for p in parents if not agricultural(p)]
    met = set()
    if farmers and not others:
        met.add("BOTH_LOCAL_AGRICULTURAL")
    if farmers and others and all(permitted(p) for p in others):
        met.add("ONE_LOCAL_AGRICULTURAL_OTHER_PERMIT")
    return bool(row.parents_hukou & met)


def _difficult(
    row: Category, causes: tuple[DifficultyCause, ...], difficulties: tuple[Difficulty, ...]
) -> bool:
    """Some difficulty that belongs to a cause of the definition; illness has no list of its own."""
    counted = [c for c in causes if c in row.causes]
    fits = (_MET_BY.get(c, set(Difficulty)) for c in counted)
    return any(set(difficulties) & fit for fit in fits)
