"""The journeys' worlds, for the negative list."""

from tests.journeys.conftest import founded_template, story, templates, world

__all__ = ["founded_template", "story", "templates", "world"]
