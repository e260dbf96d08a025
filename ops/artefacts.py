"""Files that are generated and committed, so that a change of meaning shows as a diff.

python -m ops.artefacts           write them anew
python -m ops.artefacts --check   compare, say what differs, and end with 1 if anything does
"""

import argparse
import difflib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from authz import roles_doc
from ops import golden
from ops.pages import actions, clauses, events, glossary, reports, screens
from schema import build

CHECKOUT = Path(__file__).parent.parent
ARTEFACTS: Mapping[str, Callable[[], str]] = {
    "docs/roles.md": roles_doc.render,
    "docs/actions.md": actions.render,
    "docs/clauses.md": clauses.render,
    "docs/events.md": events.render,
    "docs/glossary.md": glossary.render,
    "docs/reports.md": reports.render,
    "docs/how-to/screens.json": screens.render,
    "schema/schema.graphql": build.sdl,
}
SHOWN_LINES = 20


def _goldens(folder: Path) -> Path:
    return folder / golden.FOLDER.relative_to(CHECKOUT)


def stale(folder: Path = CHECKOUT) -> Iterator[tuple[Path, str]]:
    """Each artefact below `folder` that is not what the code says, and what it should be.

    Of golden events only those are named that are not there: a golden that differs is mended in the code.
    """
    for name, render in ARTEFACTS.items():
        path = folder / name
        text = render()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield path, text
    yield from golden.missing(_goldens(folder))


def _difference(path: Path, text: str) -> str:
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(
        kept.splitlines(), text.splitlines(), f"{path} (committed)", "generated", lineterm="", n=0
    )
    return "\n".join(list(lines)[:SHOWN_LINES])


def main(arguments: list[str], folder: Path = CHECKOUT) -> int:
    parser = argparse.ArgumentParser(prog="python -m ops.artefacts")
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args(arguments).check
    differs = list(stale(folder))
    for path, text in differs:
        if check:
            print(_difference(path, text))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(folder))
    if check and differs:
        print("生成的文件已过时：make regen · Generated files are out of date: make regen")
    return int(check and bool(differs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
