"""The documents of ``docs/how-to/screens.md`` as a manifest, so that a front end asks for them by their ids."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.terms.roles import Role
from schema.transport.trusted import document_id

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "screens.md"
_BLOCK = re.compile(r"^```graphql\n(# (\w+)\n.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Screen:
    """One screen: the role it is for, and its whole request."""

    role: Role
    text: str


def screens() -> Iterator[Screen]:
    """Those of the page, in its order. Raises ``ValueError`` for a role that is none."""
    for text, role in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        yield Screen(Role(role), text)


def render() -> str:
    """The manifest, as ``YIDANG_DOCUMENTS`` reads it."""
    documents = {document_id(screen.text): screen.text for screen in screens()}
    return json.dumps({"documents": documents}, ensure_ascii=False, indent=2) + "\n"
