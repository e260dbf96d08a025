"""A child of 重庆 with a father and a mother on file."""

from __future__ import annotations

from domain.terms.care import Kinship
from tests.domain.child.family import cq, opening, the_id, told_by, with_parents

OPENED = cq(opening())
TWO = with_parents(OPENED, cq, "2025-03-03", father={}, mother={})
FATHER = the_id(told_by(*TWO), Kinship.FATHER)
MOTHER = the_id(told_by(*TWO), Kinship.MOTHER)
LATER = "2025-03-10 09:00"
