"""What a command says to the person at the terminal."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """A line for the person at the terminal, at once."""
    print(text, flush=True)


def say_wrong(text: str) -> None:
    """Why a command could not run."""
    print(text, file=sys.stderr, flush=True)
