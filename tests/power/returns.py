"""A world as the files that authorities would send: contact_return, indicator_return and contact_codes.

Belongs here: writing a world in the formats of the returns. Does not belong here: the tables of the warehouse
(`store`).
"""

from __future__ import annotations

from calendar import monthrange
from pathlib import Path

import duckdb
import pandas as pd

from tests.power.generator import CODES, INITIAL, METHODS, SOURCES, World
from tests.power.store import figures, write_cells

# What a contact return gives by itself is not sent a second time.
FROM_CONTACTS = ("contacts_received", "initial_contacts")


def write_returns(world: World, folder: Path) -> None:
    """Three files in a folder. Codes without a meaning in the world stand on no list."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("create schema intermediate")
        write_cells(connection, world, None)
        connection.execute(
            f"""
            copy (
                select
                    authority_code, strftime(month, '%Y-%m') as month, team, local_source as contact_source,
                    local_method as contact_method, contact_outcome, local_code as contact_code,
                    cast(contacts as integer) as contacts,
                    known_from as issue_date
                from intermediate.int_measures__contact_cell
                order by all
            ) to '{folder / "contact_return.csv"}' (header, delimiter ',')
            """
        )
    _codes().to_csv(folder / "contact_codes.csv", index=False)
    frame = figures(world)
    frame = frame[~frame["indicator_code"].isin(FROM_CONTACTS)]
    days = pd.DataFrame(
        {
            "month": range(len(world.months)),
            "first": world.months,
            "last": [day.replace(day=monthrange(day.year, day.month)[1]) for day in world.months],
        }
    )
    frame = frame.merge(days, on="month")
    snapshot = frame["indicator_code"] == "cpp_count"
    pd.DataFrame(
        {
            "authority_code": frame["authority"].map(dict(enumerate(world.authorities))),
            "period_basis": snapshot.map({True: "snapshot", False: "month"}),
            "period_start": frame["first"].where(~snapshot, frame["last"]),
            "period_end": frame["last"],
            "indicator": frame["indicator_code"],
            "value": frame["value"].round(4),
        }
    ).to_csv(folder / "indicator_return.csv", index=False)


def _codes() -> pd.DataFrame:
    """The list of codes: sources, methods and outcomes are those of the vocabulary; a code has a class."""
    sources = [("source", name, name, None, None) for name in SOURCES]
    methods = [("method", name, "phone" if " " in name else name, None, None) for name in METHODS]
    codes = [
        ("code", name, contact_class, contact_class, "true" if contact_class in INITIAL else "false")
        for name, (contact_class, _) in CODES.items()
        if contact_class != "unmapped"
    ]
    names = sorted({outcome for _, outcome in CODES.values()} - {"unmapped"})
    outcomes = [("outcome", name, name, None, None) for name in names]
    rows = [("", *row, "2010-01-01") for row in (*sources, *methods, *outcomes, *codes)]
    return pd.DataFrame(
        rows,
        columns=[
            "authority_code",
            "dimension",
            "local_code",
            "conformed_code",
            "contact_class",
            "is_initial_contact",
            "valid_from",
        ],
    )
