"""Re-create `web/graphiql/vendor` from the npm registry's packages, or check it.

    python web/vendor_graphiql.py            fetch the packages, write the files and VENDORED.md
    python web/vendor_graphiql.py --check    compare the files here with VENDORED.md; no network

It needs `npm`. Nothing of it runs when the platform is started: the files are committed.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent / "graphiql"
VENDOR: Final = HERE / "vendor"
RECORD: Final = HERE / "VENDORED.md"

PACKAGES: Final[dict[str, dict[str, str]]] = {
    "graphiql@3.8.3": {
        "graphiql.min.js": "graphiql-3.8.3.min.js",
        "graphiql.min.css": "graphiql-3.8.3.min.css",
        "LICENSE": "LICENSE-graphiql.txt",
    },
    "react@18.3.1": {
        "umd/react.production.min.js": "react-18.3.1.min.js",
        "LICENSE": "LICENSE-react.txt",
    },
    "react-dom@18.3.1": {
        "umd/react-dom.production.min.js": "react-dom-18.3.1.min.js",
        "LICENSE": "LICENSE-react-dom.txt",
    },
}
INTRODUCTION: Final = """# Vendored files

GraphiQL and React as their authors publish them on npm, unchanged, so that the page works where no
other host can be reached. All are under the MIT licence; the licence texts lie beside the files,
and the notices of what GraphiQL bundles (CodeMirror, graphql-js, markdown-it, Radix and others) are
inside its script. GraphiQL 3.8 is one script file and needs no worker.

Made by `python web/vendor_graphiql.py`; `--check` compares the files with this table.

| package | file in the package | file here | sha256 |
| --- | --- | --- | --- |
"""


def fetch(package: str, into: Path) -> Path:
    """The unpacked folder of an npm package."""
    packed = subprocess.run(  # noqa: S603 - a fixed list of packages
        ["npm", "pack", "--silent", package],  # noqa: S607 - npm is where the developer has it
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    folder = into / package.replace("@", "-")
    with tarfile.open(into / packed.stdout.strip()) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def rows() -> Iterator[str]:
    """The table of VENDORED.md for the files that are here now."""
    for package, names in PACKAGES.items():
        for inside, name in names.items():
            digest = hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()
            yield f"| {package} | {inside} | {name} | {digest} |\n"


def main(arguments: list[str]) -> int:
    """Write the files and their record, or compare; 1 when they differ."""
    if arguments == ["--check"]:
        return int(RECORD.read_text(encoding="utf-8") != INTRODUCTION + "".join(rows()))
    VENDOR.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for package, names in PACKAGES.items():
            folder = fetch(package, Path(temporary))
            for inside, name in names.items():
                (VENDOR / name).write_bytes((folder / inside).read_bytes())
    RECORD.write_text(INTRODUCTION + "".join(rows()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
