"""Which code it was: a digest of every file of some packages, for what is kept only as long as they stay the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType


def digest_of(*modules: ModuleType) -> str:
    """Of all files beside these modules and below, names and contents; compiled ones are not looked at."""
    found = hashlib.sha256()
    for folder, path in _files(modules):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def changed_since(moment: float, *modules: ModuleType) -> bool:
    """Whether any of these files was written or put in its place after this: what runs may be other code."""
    return any(path.stat().st_ctime > moment for _, path in _files(modules))


def _files(modules: Iterable[ModuleType]) -> Iterator[tuple[Path, Path]]:
    for module in modules:
        folder = Path(str(module.__file__)).parent
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            yield folder, path
