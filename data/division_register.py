"""The tables of ``data/divisions`` as the extraction script reads, extends and writes them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROVINCES = {"31": ("shanghai", "sh"), "50": ("chongqing", "cq")}  # code -> file, id prefix

DIVISION_FIELDS = ("id", "name", "level", "valid_from", "valid_to")
PARENT_FIELDS = ("id", "parent_id", "valid_from", "valid_to")
CODE_FIELDS = ("id", "code_system", "code", "valid_from", "valid_to", "name")
CHANGE_FIELDS = ("date", "kind", "division_id", "old_id", "new_id", "document")

Row = tuple[str, ...]


@dataclass(slots=True)
class Register:
    """The five tables; what is in them already is kept, what is new is appended."""

    divisions: dict[str, Row] = field(default_factory=dict)
    parents: dict[Row, Row] = field(default_factory=dict)  # (id, parent, from) -> row
    codes: dict[Row, Row] = field(default_factory=dict)  # (id, system, code, from) -> row
    changes: dict[Row, Row] = field(default_factory=dict)  # (date, kind, division) -> row
    ids: dict[tuple[str, str], str] = field(default_factory=dict)  # (system, code) -> id
    renamed: list[Row] = field(default_factory=list)  # (id, kept name, name in the source)

    @classmethod
    def read(cls, folder: Path) -> "Register":
        """Read the CSV files of an earlier run; a missing file is an empty table."""
        register = cls()
        for file, _ in PROVINCES.values():
            register.divisions |= {r[0]: r for r in _rows(folder / f"{file}.csv")}
        register.parents = {r[:3]: r for r in _rows(folder / "parents.csv")}
        register.codes = {r[:4]: r for r in _rows(folder / "codes.csv")}
        register.changes = {r[:3]: r for r in _rows(folder / "changes.csv")}
        # A code given to a second place later stands for the place that has it still.
        for row in sorted(register.codes.values(), key=lambda r: r[4] or "9999"):
            register.ids[row[1], row[2]] = row[0]
        return register

    def division(self, system: str, code: str, name: str, level: str, since: str = "") -> str:
        """Give the id of the division that has this code, allocated now if it has none."""
        known = self.ids.get((system, code))
        if known:
            if self.divisions[known][1] != name:
                self.renamed.append((known, self.divisions[known][1], name))
            return known
        prefix = PROVINCES[code[:2]][1]
        last = max((i for i in self.divisions if i.startswith(prefix)), default=f"{prefix}00000")
        new = f"{prefix}{int(last[2:]) + 1:05}"
        self.divisions[new] = (new, name, level, since, "")
        self.code(new, system, code, since)
        return new

    def end(self, division: str, day: str) -> None:
        """Close a division, its place in the tree and its codes on a day."""
        self.divisions[division] = (*self.divisions[division][:4], day)
        for table, start in ((self.parents, 2), (self.codes, 3)):
            for key, row in table.items():
                if key[0] == division and not row[start + 1]:
                    table[key] = (*row[: start + 1], day, *row[start + 2 :])

    def parent(self, division: str, parent: str, since: str = "", until: str = "") -> None:
        """Put a division under another one, unless it is there already."""
        self.parents.setdefault((division, parent, since), (division, parent, since, until))

    def code(
        self,
        division: str,
        system: str,
        code: str,
        since: str = "",
        until: str = "",
        name: str = "",
    ) -> None:
        """Give a division a code; ``name`` only where that system has another name for it."""
        row = (division, system, code, since, until, name)
        self.codes.setdefault(row[:4], row)
        if not until:
            self.ids[system, code] = division

    def change(self, *row: str) -> None:
        """Note one change: date, kind, division, old id, new id, document."""
        self.changes.setdefault(row[:3], row)

    def write(self, folder: Path) -> None:
        """Write the files, each ordered by its own key."""
        folder.mkdir(parents=True, exist_ok=True)
        for file, prefix in PROVINCES.values():
            own = [r for i, r in self.divisions.items() if i.startswith(prefix)]
            _write(folder / f"{file}.csv", DIVISION_FIELDS, own)
        _write(folder / "parents.csv", PARENT_FIELDS, self.parents.values())
        _write(folder / "codes.csv", CODE_FIELDS, self.codes.values())
        _write(folder / "changes.csv", CHANGE_FIELDS, self.changes.values())


def _rows(path: Path) -> Iterator[Row]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from (tuple(r) for r in list(csv.reader(file))[1:])


def _write(path: Path, header: Row, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))
