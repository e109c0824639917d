"""A world as the tables that the evidence models read, the models built over it by dbt itself, and the rules judged.

Belongs here: from a world to findings. Does not belong here: what the world holds (`generator`, `faults`), what its
findings are worth (`measure`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from expectations.catalogue import Rule, load_rules
from expectations.findings import Finding
from expectations.run import judge
from tests.power.generator import INITIAL, METHODS, SOURCES, TEAMS, Counts, World

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
SEEDS = PROJECT / "seeds"
SUBJECTS = (
    "evidence_contact_code",
    "evidence_definition",
    "evidence_definition_between",
    "evidence_trend",
    "evidence_trend_agreement",
)
CALENDAR_DAYS = 14
MODELS = ("tag:series",)


def _long(values: Counts, world: World, **columns: str) -> pd.DataFrame:
    """A series by authority and month as rows; what is not a number was not sent."""
    n_authorities, n_months = values.shape
    frame = pd.DataFrame(
        {
            "authority": np.repeat(np.arange(n_authorities), n_months),
            "month": np.tile(np.arange(n_months), n_authorities),
            "value": values.ravel(),
        }
    )
    return frame[np.isfinite(frame["value"])].assign(**columns)


def figures(world: World) -> pd.DataFrame:
    """Every figure of the world, in the columns that matter of fct_indicator_value."""
    parts: list[pd.DataFrame] = []

    def add(indicator: str, values: Counts, dimension: str = "all", category: str = "all") -> None:
        parts.append(
            _long(
                values * world.factors[indicator] if indicator in world.factors else values,
                world,
                indicator_code=indicator,
                breakdown_dimension=dimension,
                breakdown_value=category,
            )
        )

    initial = [number for number, code in enumerate(world.codes) if world.meaning[code][0] in INITIAL]
    axes = {"team": (2, TEAMS), "contact_source": (3, SOURCES), "contact_method": (4, METHODS)}
    for indicator, cells in (
        ("contacts_received", world.contacts),
        ("initial_contacts", world.contacts[..., initial]),
    ):
        add(indicator, np.asarray(cells.sum(axis=(2, 3, 4, 5)), dtype=float))
        for dimension, (axis, names) in axes.items():
            others = tuple(one for one in (2, 3, 4, 5) if one != axis)
            by_category = cells.sum(axis=others)
            for number, name in enumerate(names):
                add(indicator, np.asarray(by_category[:, :, number], dtype=float), dimension, name)
    by_code = np.asarray(world.contacts.sum(axis=(2, 3, 4)), dtype=float)
    for dimension, position in (("contact_class", 0), ("contact_outcome", 1)):
        for name in sorted({meaning[position] for meaning in world.meaning.values()}):
            members = [number for number, code in enumerate(world.codes) if world.meaning[code][position] == name]
            add("contacts_received", by_code[:, :, members].sum(axis=2), dimension, name)
    for indicator, values in world.stages.items():
        add(indicator, values)
    add("cpp_count", world.stock)
    with np.errstate(divide="ignore", invalid="ignore"):
        add("rereferrals_pct", 100 * world.stages["rereferrals_count"] / world.stages["referrals_received"])
        add("referrals_rate_10k", 10_000 * world.stages["referrals_received"] / world.population)
    return pd.concat(parts, ignore_index=True)


def write_tables(world: World, file: Path, until: int | None = None) -> None:
    """A build file with the tables that the evidence models on series read, months after `until` not yet sent."""
    frame = figures(world)
    if until is not None:
        frame = frame[frame["month"] <= until]
    months = pd.DataFrame(
        {
            "month": range(len(world.months)),
            "period_start": world.months,
            "period_end": [day.replace(day=monthrange(day.year, day.month)[1]) for day in world.months],
        }
    )
    months["known_from"] = [day + timedelta(days=CALENDAR_DAYS) for day in months["period_end"]]
    authorities = pd.DataFrame({"authority": range(len(world.authorities)), "authority_code": world.authorities})
    snapshots = ("cpp_count",)
    history = pd.DataFrame(
        world.history, columns=["authority_code", "indicator_code", "period_start", "value", "known_from"]
    )
    events = pd.DataFrame(world.events, columns=["authority_code", "event_date", "title", "kind"])
    with duckdb.connect(str(file), config={"threads": 2}) as connection:
        for schema in ("marts", "registry", "intermediate", "evidence", "quality"):
            connection.execute(f"create schema if not exists {schema}")
        for seed in ("reg_indicator", "reg_flow", "reg_rule_parameter", "reg_comparator_member"):
            connection.execute(
                f"create or replace table registry.{seed} as from read_csv(?, header = true)",
                [str(SEEDS / f"{seed}.csv")],
            )
        connection.register("authorities", authorities)
        connection.execute(
            "create or replace table registry.reg_authority as "
            "select authority_code, 'local_authority' as authority_type from authorities"
        )
        connection.register("frame", frame)
        connection.register("months", months)
        connection.register("snapshots", pd.DataFrame({"indicator_code": snapshots}))
        connection.execute(
            """
            create or replace table marts.fct_indicator_value as
            select
                authority_code,
                indicator_code,
                if(indicator_code = 'cpp_count', 'snapshot', 'month') as period_basis,
                cast(if(indicator_code = 'cpp_count', period_end, period_start) as date) as period_start,
                cast(period_end as date) as period_end,
                breakdown_dimension,
                breakdown_value,
                cast(null as double) as numerator,
                cast(null as double) as denominator,
                value,
                'reported' as value_status,
                false as is_provisional,
                '1' as definition_version,
                'reported' as source_kind,
                'sent ' || authority_code || ' ' || strftime(period_start, '%Y-%m') as submission_id,
                strftime(period_start, '%Y-%m') || '.csv#' || indicator_code as source_ref,
                cast(value as varchar) as value_text,
                cast(known_from as date) as known_from,
            from frame
            inner join authorities using (authority)
            inner join months using (month)
            """
        )
        connection.register("events", events)
        connection.execute(
            """
            create or replace table marts.dim_event as
            select
                cast(authority_code as varchar) as authority_code,
                cast(event_date as date) as event_date,
                'day' as date_precision,
                cast(title as varchar) as title,
                cast(kind as varchar) as kind,
                cast(null as varchar) as indicator_code,
                false as rebase,
            from events
            """
        )
        connection.register("history", history)
        connection.execute(
            """
            create or replace table marts.fct_indicator_version_history as
            select
                authority_code, indicator_code, period_basis, period_start, period_end, breakdown_dimension,
                breakdown_value, value, value_status, source_kind, known_from, submission_id, source_ref
            from marts.fct_indicator_value
            union all by name
            select
                cast(authority_code as varchar) as authority_code,
                cast(indicator_code as varchar) as indicator_code,
                'month' as period_basis,
                cast(period_start as date) as period_start,
                last_day(cast(period_start as date)) as period_end,
                'all' as breakdown_dimension,
                'all' as breakdown_value,
                cast(value as double) as value,
                'reported' as value_status,
                'reported' as source_kind,
                cast(known_from as date) as known_from,
                'sent earlier' as submission_id,
                'earlier.csv' as source_ref,
            from history
            """
        )
        write_cells(connection, world, until)
        connection.execute(
            "create or replace table intermediate.int_submissions__admitted as select distinct submission_id, true as "
            "is_admitted from intermediate.int_measures__contact_cell"
        )


def write_cells(connection: duckdb.DuckDBPyConnection, world: World, until: int | None) -> None:
    """The cells of the contact returns, in the sender's own codes."""
    shape = world.contacts.shape
    place = np.flatnonzero(world.contacts if until is None else world.contacts[:, : until + 1])
    cells = world.contacts if until is None else world.contacts[:, : until + 1]
    shape = cells.shape
    authority, month, team, source, method, code = np.unravel_index(place, shape)
    frame = pd.DataFrame(
        {
            "authority": authority.astype("int16"),
            "month": month.astype("int16"),
            "team": team.astype("int8"),
            "source": source.astype("int8"),
            "method": method.astype("int8"),
            "code": code.astype("int8"),
            "contacts": cells.ravel()[place],
        }
    )
    connection.register("cells", frame)
    names = {
        "teams": TEAMS,
        "sources": SOURCES,
        "methods": METHODS,
        "codes": world.codes,
    }
    for table, values in names.items():
        connection.register(table, pd.DataFrame({"number": range(len(values)), "name": list(values)}))
    meanings = [(code, *world.meaning[code]) for code in world.codes]
    connection.register("meanings", pd.DataFrame(meanings, columns=["name", "contact_class", "contact_outcome"]))
    connection.register("initial_classes", pd.DataFrame({"contact_class": list(INITIAL)}))
    connection.register(
        "all_months", pd.DataFrame({"number": range(len(world.months)), "period_start": list(world.months)})
    )
    connection.register(
        "all_authorities",
        pd.DataFrame({"number": range(len(world.authorities)), "authority_code": list(world.authorities)}),
    )
    connection.execute(
        """
        create or replace table intermediate.int_measures__contact_cell as
        select
            'contacts.csv' as source_ref,
            'sent ' || authority_code || ' ' || strftime(cast(period_start as date), '%Y-%m') as submission_id,
            authority_code,
            cast(period_start as date) as month,
            'return' as tabulation,
            teams.name as team,
            sources.name as contact_source,
            methods.name as contact_method,
            meanings.contact_outcome,
            sources.name as local_source,
            methods.name as local_method,
            cast(null as varchar) as local_outcome,
            codes.name as local_code,
            meanings.contact_class,
            meanings.contact_class in (select contact_class from initial_classes) as is_initial_contact,
            cast(contacts as double) as contacts,
            false as is_row_total,
            false as is_column_total,
            last_day(cast(period_start as date)) + 14 as known_from,
            cast(null as timestamp) as received_at,
        from cells
        inner join all_authorities on cells.authority = all_authorities.number
        inner join all_months on cells.month = all_months.number
        inner join teams on cells.team = teams.number
        inner join sources on cells.source = sources.number
        inner join methods on cells.method = methods.number
        inner join codes on cells.code = codes.number
        inner join meanings on codes.name = meanings.name
        """
    )


def run_dbt(file: Path, models: Sequence[str], target: Path) -> str:
    """Builds the evidence models in the file, with dbt."""
    environment = os.environ | {
        "BELLWETHER_BUILD_FILE": str(file),
        "DBT_TARGET_PATH": str(target / "target"),
        "DBT_LOG_PATH": str(target / "logs"),
        "BELLWETHER_RUN_DAY": "2026-11-21",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(
        [str(Path(sys.executable).parent / "dbt"), "run", "--select", *models, "--profiles-dir", "."],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def series_rules() -> list[Rule]:
    """The rules that judge series."""
    return [rule for rule in load_rules() if rule.evidence in SUBJECTS]


def find(file: Path) -> tuple[Finding, ...]:
    """What the rules on series find in a built file."""
    with duckdb.connect(str(file), read_only=True) as connection:
        judgement = judge(connection, series_rules())
    if judgement.has_errors:
        raise RuntimeError("; ".join(one.message for one in judgement.findings if one.rule_id == "gate.rule_error"))
    return judgement.findings


def findings_of(world: World, folder: Path, until: int | None = None) -> tuple[Finding, ...]:
    """From a world to findings."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "world.duckdb"
    file.unlink(missing_ok=True)
    write_tables(world, file, until)
    run_dbt(file, MODELS, folder)
    return find(file)


def month_index(world: World, day: date | None) -> int:
    """The number of a month in its world; -1 where a finding has none."""
    if day is None:
        return -1
    return (day.year - world.months[0].year) * 12 + day.month - world.months[0].month
