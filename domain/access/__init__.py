"""查阅 · The access stream."""

import domain.access.erasure  # noqa: F401
