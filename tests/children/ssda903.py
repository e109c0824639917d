"""The SSDA903 of a fabricated authority: a council's return of children looked after, of one financial year.

Belongs here: which records each file covers and how they are written. Does not belong here: how records come about
(world.py), nor any measure. Only what the measures need is told: the other files are made by hand where a test wants
them.
"""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path

from tests.children.world import Care, World

Rows = list[dict[str, object]]

SEX = {"a) Male": "1", "b) Female": "2"}
ETHNIC = {
    "a) White": "WBRI",
    "b) Mixed": "MOTH",
    "c) Asian or Asian British": "AOTH",
    "d) Black or black British": "BOTH",
    "e) Other ethnic group": "OOTH",
    "f) Not stated": "NOBT",
}
LEGAL = {
    "a) Interim care orders": "C1",
    "b) Full care orders": "C2",
    "d) Placement order granted": "E1",
    "e) Accommodated under S20": "V2",
}
NEED = {
    "a) Abuse or neglect": "N1",
    "b) Child's disability": "N2",
    "c) Parents illness or disability": "N3",
    "d) Family in acute stress": "N4",
    "e) Family dysfunction": "N5",
    "f) Socially unacceptable behaviour": "N6",
    "h) Absent parenting": "N8",
}
PLACE = {
    "a) Foster Placement": "U6",
    "c) Placed with parents": "P1",
    "h) Children’s Homes": "K2",
    "f) Residential accommodation": "H5",
    "d) Independent living": "P2",
    "n) Other placements": "Z1",
}
PROVIDER = {"a) Own LA": "PR1", "b) Private": "PR4", "c) Other": "PR2"}
CEASED = {
    "a) Adopted": "E11",
    "c) Care taken by another LA": "E3",
    "d) Returned home to live with parents or relatives": "E4A",
    "g) Special Guardianship Orders": "E45",
    "h) Moved into independent living": "E6",
}


def make_ssda903(world: World, year_end: date, from_day: date | None = None) -> dict[str, Rows]:
    """The files of the year that ends on 31 March `year_end`, as known on that day. `from_day` reaches further back."""
    begin = from_day or date(year_end.year - 1, 4, 1)
    periods = [one for one in world.care if one.started <= year_end and (one.ceased is None or one.ceased >= begin)]
    children = {one.child_id for one in periods}
    return {
        "header": [_header(world, child_id) for child_id in sorted(children)],
        "episodes": [row for one in periods for row in _episodes(one, begin, year_end)],
        "reviews": [
            {"CHILD": one.child_id, "DOB": world.children[one.child_id].born, "REVIEW": day, "REVIEW_CODE": "PN1"}
            for one in periods
            for day in one.reviews
            if begin <= day <= year_end
        ],
        "missing": [
            {
                "CHILD": one.child_id,
                "DOB": world.children[one.child_id].born,
                "MISSING": "M" if episode.kind == "missing" else "A",
                "MIS_START": episode.started,
                "MIS_END": episode.ended if episode.ended and episode.ended <= year_end else None,
            }
            for one in periods
            for episode in one.missing
            if begin <= episode.started <= year_end
        ],
        "uasc": [
            {"CHILD": child_id, "SEX": SEX[child.gender], "DOB": child.born, "DUC": None}
            for child_id in sorted(children)
            if (child := world.children[child_id]).unaccompanied
        ],
    }


def _header(world: World, child_id: str) -> dict[str, object]:
    child = world.children[child_id]
    return {
        "CHILD": child_id,
        "SEX": SEX.get(child.gender, ""),
        "DOB": child.born,
        "ETHNIC": ETHNIC[child.ethnicity],
        "UPN": "UN1",
        "MOTHER": "0",
        "MC_DOB": None,
    }


def _episodes(care: Care, begin: date, year_end: date) -> Rows:
    """A new episode for each placement and each legal status. An episode that ended before the year is not sent."""
    starts = sorted({*(place.started for place in care.placements), *(day for day, _ in care.legal)})
    rows: Rows = []
    for number, day in enumerate(starts):
        if day > year_end:
            break
        following = starts[number + 1] if number + 1 < len(starts) else None
        ended = following or care.ceased
        if ended and ended > year_end:
            ended = following = None
        if ended and ended < begin:
            continue
        place = [one for one in care.placements if one.started <= day][-1]
        status = [name for since, name in care.legal if since <= day][-1]
        moved, ordered = place.started == day, any(since == day for since, _ in care.legal)
        rows.append(
            {
                "CHILD": care.child_id,
                "DECOM": day,
                "RNE": "S" if number == 0 else "B" if moved and ordered else "P" if moved else "L",
                "LS": LEGAL[status],
                "CIN": NEED[care.primary_need],
                "PLACE": PLACE[place.kind],
                "PLACE_PROVIDER": PROVIDER[place.provider],
                "DEC": ended,
                "REC": None
                if ended is None
                else "X1"
                if following
                else CEASED[care.reason or "d) Returned home to live with parents or relatives"],
                "REASON_PLACE_CHANGE": None,
                "HOME_POST": None,
                "PL_POST": place.postcode,
                "URN": place.urn,
                "PL_LOCATION": "IN" if place.inside else "OUT",
                "PL_DISTANCE": place.miles,
            }
        )
    return rows


def write_ssda903(files: dict[str, Rows], path: Path, authority: str = "E10000011") -> Path:
    """A ZIP of CSVs with a file that says whose they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("about.csv", f"Authority,{authority}\r\n")
        for name, rows in files.items():
            out = StringIO()
            if rows:
                writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
                writer.writeheader()
                writer.writerows({key: _text(value) for key, value in row.items()} for row in rows)
            package.writestr(f"{name}.csv", out.getvalue())
    return path


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
