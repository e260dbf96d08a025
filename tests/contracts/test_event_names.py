"""Every event name of the catalogue stands on the page once, and what it is said to have become exists."""

from __future__ import annotations

from collections import Counter

import pytest

from domain.kernel import EVENTS
from ops.pages import events

pytestmark = pytest.mark.contract
PAGE = events.render()


def test_the_catalogue_has_256_names_each_once() -> None:
    names = [row.name for row in events.catalogue()]
    assert len(names) == 256
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert set(events.DIFFERENT) <= set(names)


def test_every_name_has_its_row_and_every_event_it_became_exists() -> None:
    for row in events.catalogue():
        (line,) = [text for text in PAGE.splitlines() if text.startswith(f"| `{row.name}` |")]
        became = events.became(row.name)
        assert set(became.events) <= set(EVENTS), row.name
        assert all(f"`{event}`" in line for event in became.events)
        assert became.events or became.because, f"{row.name} is no event here: say why"
        assert became.because in line


def test_every_event_here_is_on_the_page() -> None:
    assert [name for name in EVENTS if f"`{name}`" not in PAGE] == []


def test_a_name_that_became_nothing_is_asked_about() -> None:
    with pytest.raises(LookupError, match="ChildAbducted of the catalogue became nothing"):
        events.became("ChildAbducted")
