"""身份 · Checks of a child's identity: what is surely wrong is refused, what only looks odd is noted.

A child may have no number at all. The checksum of a resident identity number (GB 11643, ISO 7064 MOD 11-2) is hard: a
number that fails it belongs to nobody. Its place, birth date and sex parts are soft: files are right and cards wrong
often enough.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from domain.kernel import Refusal
from domain.labels import name_fields
from domain.periods import under
from domain.rules_in_force import Rules
from domain.terms.file import IdRemark, Sex

name_fields(
    child_name=("儿童姓名", "Child's name"),
    sex=("性别", "Sex"),
    birth_on=("出生日期", "Birth date"),
    birth_estimated=("出生日期系推定", "Birth date is estimated"),
    id_number=("公民身份号码", "Identity number"),
    id_remarks=("身份号码提示", "Remarks on the number"),
)

NAME_MISSING = Refusal("name_missing", zh="须填写姓名", en="A name is needed")
NAME_GARBLED = Refusal(
    "name_garbled",
    zh="姓名中有无法识别的字符,生僻字须原样录入",
    en="The name has lost characters: rare characters are entered as they are",
)
ID_MALFORMED = Refusal(
    "id_number_malformed",
    zh="公民身份号码须为17位半角数字加1位数字或X",
    en="An identity number is 17 ASCII digits and a digit or X",
)
ID_CHECKSUM = Refusal(
    "id_number_checksum", zh="公民身份号码校验码不符", en="The check digit does not fit the number"
)
BORN_LATER = Refusal(
    "born_later", zh="出生日期不能晚于发生之日", en="The child cannot be born after this happened"
)
NOT_A_CHILD = Refusal("not_a_child", zh="已成年,不能建立儿童档案", en="Of age: no child's file")

_LOST = frozenset("?？□〓�")
"""What systems print where a rare character was lost."""
_FORM = re.compile(r"[0-9]{17}[0-9X]")
"""ASCII alone: ``str.isdigit`` would let ``²`` and full-width digits pass."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (81, 83))
    for code in (*range(first, last + 1), 71)
)
"""Provinces of GB/T 2260, Taiwan (71), Hong Kong, Macao and their residents on the mainland (81-83)."""


def clean_name(name: str, *, field: str = "childName") -> str:
    """The name without blanks at its ends and otherwise untouched: normalising would replace rare characters."""
    kept = name.strip()
    if not kept:
        raise NAME_MISSING(field=field)
    if any(c in _LOST or unicodedata.category(c) in {"Cc", "Cs"} for c in kept):
        raise NAME_GARBLED(field=field)
    return kept


def clean_id_number(number: str | None) -> str | None:
    """The number in its one form, or None for a child without one; refuses a bad form or check digit."""
    if number is None or not number.strip():
        return None
    kept = number.strip().replace("x", "X")
    if not _FORM.fullmatch(kept):
        raise ID_MALFORMED(field="idNumber")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, kept[:17], strict=True))
    if _CHECK[total % 11] != kept[17]:
        raise ID_CHECKSUM(field="idNumber")
    return kept


def id_remarks(number: str | None, birth_on: date, sex: Sex) -> tuple[IdRemark, ...]:
    """What does not fit between the number and the rest of the identity."""
    if number is None:
        return ()
    told = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    found = {
        IdRemark.PLACE_UNKNOWN: number[:2] not in _PROVINCES,
        IdRemark.BIRTH_DIFFERS: number[6:14] != birth_on.strftime("%Y%m%d"),
        IdRemark.SEX_DIFFERS: sex is not Sex.UNKNOWN and told is not sex,
    }
    return tuple(remark for remark, so in found.items() if so)


def check_birth(birth_on: date, rules: Rules) -> None:
    """Refuses a birth after the day of the fact, and somebody of age."""
    if birth_on > rules.on:
        raise BORN_LATER(field="birthOn")
    if not under(birth_on, rules.count("adult_age"), rules.on):
        raise NOT_A_CHILD(field="birthOn")
