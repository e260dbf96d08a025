"""机构 · The unit stream: organisations, their posts and the people in them."""

import domain.unit.posts  # noqa: F401
