"""Write ``data/calendar/*.csv`` from the two packages named in ``SOURCES.md``.

Development time only::

    python -m data.extract_calendar build/calendar

``cn_workdays.csv`` is what the yearly notices said: rest days (weekends inside a holiday too) and
make-up working days. ``cn_statutory.csv`` holds the statutory holidays of the years that have no
notice yet; days given in lieu or moved from a weekend are the notice's to say and are left out.
"""
# ruff: noqa: S603 - a development script: starts pip

import csv
import importlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

OUT = Path(__file__).parent / "calendar"
PACKAGES = ("chinesecalendar==1.11.0", "holidays==0.109")
LAST_YEAR = 2099  # where the lunar table of the package ends

NAMES = {
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
    "Dragon Boat Festival": "端午节",
    "Labour Day": "劳动节",
    "Labor Day": "劳动节",
    "Mid-autumn Festival": "中秋节",
    "Mid-Autumn Festival": "中秋节",
    "National Day": "国庆节",
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Chinese New Year's Eve": "春节",
    "Chinese New Year (Spring Festival)": "春节",
    "Tomb-sweeping Day": "清明节",
    "Tomb-Sweeping Day": "清明节",
}


def download(work: Path) -> None:
    """Bring both packages into ``work`` and make them importable."""
    work.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    subprocess.run([*pip, str(work / "site"), "--upgrade", *PACKAGES], check=True)
    sys.path.insert(0, str(work / "site"))


def notices() -> list[tuple[str, str, str]]:
    """Give (day, REST or WORK, holiday) of every day a notice named."""
    table = importlib.import_module("chinese_calendar.constants")
    rest = [(day, "REST", NAMES[name]) for day, name in table.holidays.items()]
    work = [(day, "WORK", NAMES[name]) for day, name in table.workdays.items()]
    return sorted((day.isoformat(), kind, name) for day, kind, name in rest + work)


def statutory(first_year: int) -> list[tuple[str, str, str]]:
    """Give (day, STATUTORY, holiday) of the statutory holidays from a year on."""
    china = importlib.import_module("holidays").CN(years=range(first_year, LAST_YEAR + 1))
    kept = {  # not "(observed)" and not "Day off (substituted from …)"
        day: [NAMES[name] for name in names.split("; ") if name in NAMES]
        for day, names in china.items()
    }
    return sorted(
        (day.isoformat(), "STATUTORY", "、".join(names)) for day, names in kept.items() if names
    )


def write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Write one CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("day", "kind", "name"))
        writer.writerows(rows)


def main(work: Path) -> None:
    """Extract both tables into ``OUT``."""
    download(work)
    named = notices()
    after = int(named[-1][0][:4]) + 1
    write(OUT / "cn_workdays.csv", named)
    write(OUT / "cn_statutory.csv", statutory(after))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
