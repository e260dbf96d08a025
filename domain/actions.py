"""Every action of every stream, in the order they happen. Importing this module registers the whole domain."""

from __future__ import annotations

import domain.access
import domain.case
import domain.child
import domain.rules
import domain.unit  # noqa: F401
