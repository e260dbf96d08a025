"""Generated files: written, found the same, and found out when somebody edits one by hand."""

from pathlib import Path

import pytest

from ops.artefacts import ARTEFACTS, CHECKOUT, main, stale


@pytest.mark.contract
def test_what_is_committed_is_what_the_code_says() -> None:
    assert [path.relative_to(CHECKOUT) for path, _ in stale()] == []


def test_an_edit_by_hand_is_found_and_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], tmp_path) == 0
    written = set(capsys.readouterr().out.split())
    assert {name for name in written if not name.startswith("tests/contracts/golden/")} == set(
        ARTEFACTS
    )
    assert main(["--check"], tmp_path) == 0
    edited = tmp_path / next(iter(ARTEFACTS))
    edited.write_text(edited.read_text() + "edited by hand\n")
    assert main(["--check"], tmp_path) == 1
    told = capsys.readouterr().out
    assert "-edited by hand" in told
    assert "make regen" in told
    assert main([], tmp_path) == 0
    assert "edited by hand" not in edited.read_text()
