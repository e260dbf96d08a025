"""Lines told outside the database: whole ones only, in whatever blocks they are read."""

from pathlib import Path

import pytest

from eventlog import outside
from eventlog.outside import add_lines, last_lines, whole_lines


@pytest.mark.parametrize("block", [1, 2, 3, 5, 7, 64])
def test_lines_are_read_from_the_end_and_half_of_one_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(outside, "_BLOCK", block)
    path = tmp_path / "folder" / "told.log"
    assert (whole_lines(path), list(last_lines(path))) == ([], [])
    add_lines(path, ["one", "two"])
    with path.open("a", encoding="ascii") as file:
        file.write("half a l")
    assert whole_lines(path) == ["one", "two"]
    assert list(last_lines(path)) == ["two", "one"]
    add_lines(path, ["three"])
    assert path.read_text(encoding="ascii") == "one\ntwo\nthree\n"


def test_a_file_of_half_a_line_alone_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "told.log"
    path.write_text("ha", encoding="ascii")
    assert list(last_lines(path)) == []
    add_lines(path, ["whole"])
    assert path.read_text(encoding="ascii") == "whole\n"
