"""任职身份 · The post in which somebody acts, for deeds that open something to whoever did them."""

from __future__ import annotations

from uuid import UUID

from domain.context import Actor
from domain.kernel import Refusal

ACTS_IN_NO_POST = Refusal(
    "acts_in_no_post",
    zh="须以任职身份办理:所开放的内容只对该岗位开放",
    en="Act in a post: what this opens is opened to that post",
)


def post_of(by: Actor) -> UUID:
    """The assignment somebody acts in. Refuses where there is none, as with the platform's own clock."""
    if by.assignment_id is None:
        raise ACTS_IN_NO_POST()  # noqa: RSE102 - a refusal makes its exception
    return by.assignment_id
