"""Every cell that Surrey, Kent and East Sussex printed for a board, against ours: reproduced, or listed with a reason.

The lists stand in docs/reproduced.md, where people read them; here each cell is worked out again, and the page must say
the same. Does not belong here: the formulas (dbt unit tests of intermediate/indicators).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT

pytestmark = pytest.mark.slow

PAGE = PROJECT / "docs" / "reproduced.md"
AUTHORITIES = {"Surrey": "E10000030", "Kent": "E10000016", "East Sussex": "E10000011"}
ARROWS = {"↑": "up", "↓": "down", "→": "same"}

# Kent's "Performance Indicator Summary", December 2013: rating before, rating now, arrow. It is no table of its return.
KENT_SUMMARY = {
    "initial_assessments_10wd_pct": ("AMBER", "AMBER", "↓"),
    "caseholding_posts_permanent_pct": ("RED", "RED", "↑"),
    "cpp_repeat_24m_pct": ("GREEN", "GREEN", "↑"),
    "cpp_ceased_2y_pct": ("GREEN", "GREEN", "↓"),
    "leaving_care_adopted_pct": ("GREEN", "GREEN", "↓"),
    "lac_3plus_placements_12m_pct": ("AMBER", "AMBER", "↑"),
}

SURREY_CELLS = """
with printed as (
    select *, date_trunc('month', coalesce(period_end, date '2017-01-31'))::date as month
    from marts.fct_reported_figure
    where authority_code = 'E10000030' and section like 'Appendix I Improvement%'
),
months as (select * from marts.mart_indicator_monthly where authority_code = 'E10000030'),
parts as (
    select * from marts.fct_indicator_value
    where authority_code = 'E10000030' and source_kind = 'reported' and period_basis in ('month', 'snapshot')
),
target_month as (select * from months where month = date '2017-01-01'),
averages as (
    select printed.source_ref, avg(coalesce(months.value, parts.value)) as value
    from printed
    left join months
        on printed.indicator_code = months.indicator_code and printed.breakdown_dimension = 'all'
        and months.month between printed.period_start and printed.period_end
    left join parts
        on printed.indicator_code = parts.indicator_code and printed.breakdown_dimension = parts.breakdown_dimension
        and printed.breakdown_value = parts.breakdown_value and printed.breakdown_dimension <> 'all'
        and parts.period_end between printed.period_start and printed.period_end
    where printed.role = 'average'
    group by all
)
select
    printed.indicator_code,
    printed.breakdown_dimension,
    printed.breakdown_value,
    printed.role,
    printed.period_end,
    printed.value,
    printed.value_text,
    printed.printed_rag,
    printed.printed_direction,
    months.rag,
    months.value_direction,
    case
        when printed.role = 'average' then averages.value
        when printed.role = 'target' and printed.breakdown_value = 'upper' then target_month.target_upper
        when printed.role = 'target' and printed.breakdown_value = 'lower' then target_month.target_lower
        when printed.role = 'target' then target_month.registered_target
        when printed.role = 'baseline' and printed.period_basis = 'quarter'
            then coalesce(months.quarter_value, months.value)
        when printed.role = 'baseline' and printed.period_basis in ('half_year', 'rolling_12m')
            then months.rolling_12m_value
        when printed.period_end is null then null
        when printed.role in ('actual', 'baseline') and printed.breakdown_dimension = 'all' then months.value
        when printed.role in ('actual', 'baseline') then parts.value
    end as ours
from printed
left join averages on printed.source_ref = averages.source_ref
left join months
    on printed.indicator_code = months.indicator_code and printed.month = months.month
    and printed.breakdown_dimension = 'all'
left join parts
    on printed.indicator_code = parts.indicator_code and printed.period_end = parts.period_end
    and printed.breakdown_dimension = parts.breakdown_dimension and printed.breakdown_value = parts.breakdown_value
left join target_month on printed.indicator_code = target_month.indicator_code
"""

KENT_CELLS = """
select
    printed.indicator_code,
    printed.role,
    printed.period_end,
    printed.value,
    printed.value_text,
    printed.printed_rag,
    months.rag,
    case printed.role
        when 'actual' then months.value
        when 'target' then months.registered_target
        when 'benchmark' then months.neighbour_value
    end as ours
from marts.fct_reported_figure as printed
left join marts.mart_indicator_monthly as months
    on printed.authority_code = months.authority_code and printed.indicator_code = months.indicator_code
    and date_trunc('month', printed.period_end) = months.month
where printed.authority_code = 'E10000016' and printed.source_ref like 'quarterly_performance%'
"""


@dataclass(frozen=True)
class Cell:
    """One printed cell: what it says and what ours says, both as text ('' for nothing)."""

    indicator: str
    part: str
    what: str
    day: str
    printed: str
    ours: str
    agrees: bool

    @property
    def row(self) -> tuple[str, ...]:
        return (self.indicator, self.part, self.what, self.day, self.printed, self.ours)


def decimals(text: str) -> int:
    """Decimals of the first number in a printed text."""
    number = text.strip().split()[0].rstrip("%,()")
    return len(number.partition(".")[2])


def number_cell(indicator: str, part: str, what: str, day: object, value: float, text: str, ours: float | None) -> Cell:
    """A printed number; it is reproduced if ours rounds to it at its decimals."""
    places = decimals(text)
    agrees = ours is not None and abs(value - ours) <= 0.5 * 10**-places + 1e-9
    shown = "" if ours is None else f"{ours:.{max(places, 1)}f}".removesuffix(".0")
    return Cell(indicator, part, what, str(day or ""), f"{value:.{places}f}", shown, agrees)


def sign_cell(indicator: str, part: str, what: str, day: object, printed: str, ours: str | None) -> Cell:
    """A printed colour or arrow, in our words."""
    return Cell(indicator, part, what, str(day or ""), printed, ours or "", printed == ours)


def surrey(connection: duckdb.DuckDBPyConnection) -> Iterator[Cell]:
    """Appendix I: figures, averages, baselines, targets, colours and arrows; and the arrows of the chapters."""
    found = connection.execute(SURREY_CELLS)
    names = [column[0] for column in found.description]
    for record in found.fetchall():
        cell = dict(zip(names, record, strict=True))
        indicator, day = cell["indicator_code"], cell["period_end"]
        part = "" if cell["breakdown_dimension"] == "all" else cell["breakdown_value"]
        if cell["value"] is not None:
            yield number_cell(indicator, part, cell["role"], day, cell["value"], cell["value_text"], cell["ours"])
        else:
            ours = "" if cell["ours"] is None else f"{cell['ours']:.1f}".removesuffix(".0")
            yield sign_cell(indicator, part, f"empty {cell['role']}", day, "", ours)
        if cell["printed_rag"] in ("Red", "Amber", "Green"):
            yield sign_cell(indicator, part, "rating", day, cell["printed_rag"].upper(), cell["rag"])
        if cell["printed_rag"] == "-":
            yield sign_cell(indicator, part, "no rating", day, "not_rated", cell["rag"] or "not_rated")
    arrows = connection.execute(
        """
        select
            printed.indicator_code, if(printed.breakdown_dimension = 'all', '', printed.breakdown_value) as part,
            printed.period_end, any_value(printed.printed_direction), any_value(months.value_direction)
        from marts.fct_reported_figure as printed
        left join marts.mart_indicator_monthly as months
            on printed.authority_code = months.authority_code and printed.indicator_code = months.indicator_code
            and date_trunc('month', printed.period_end) = months.month and printed.breakdown_dimension = 'all'
        where printed.authority_code = 'E10000030' and printed.printed_direction in ('↑', '↓', '→')
        group by all
        """
    ).fetchall()
    for indicator, part, day, arrow, direction in arrows:
        yield sign_cell(indicator, part, "arrow", day, ARROWS[arrow], direction)


def rereferrals(connection: duckdb.DuckDBPyConnection) -> Iterator[Cell]:
    """Surrey's re-referral rate of each month, from the two counts it prints beside it."""
    rows = connection.execute(
        """
        select percent.month, percent.value, 100 * above.value / below.value
        from marts.mart_indicator_monthly as percent
        inner join marts.mart_indicator_monthly as above
            on percent.authority_code = above.authority_code and percent.month = above.month
            and above.indicator_code = 'rereferrals_count'
        inner join marts.mart_indicator_monthly as below
            on percent.authority_code = below.authority_code and percent.month = below.month
            and below.indicator_code = 'referrals_received'
        where percent.authority_code = 'E10000030' and percent.indicator_code = 'rereferrals_pct'
        """
    ).fetchall()
    for month, printed, ours in rows:
        yield number_cell("rereferrals_pct", "", "rate from counts", month, printed, "0.0", ours)


def kent(connection: duckdb.DuckDBPyConnection) -> Iterator[Cell]:
    """The table of each of the six indicators, and the summary on the first page."""
    for indicator, role, day, value, text, colour, rag, ours in connection.execute(KENT_CELLS).fetchall():
        if value is not None:
            yield number_cell(indicator, "", role, day, value, text, ours)
        if colour in ("Red", "Amber", "Green"):
            yield sign_cell(indicator, "", "rating", day, colour.upper(), rag)
    for indicator, (before, now, arrow) in KENT_SUMMARY.items():
        [(month, rag, previous, meaning)] = connection.execute(
            """
            select month, rag, previous_rag, performance_direction
            from marts.mart_indicator_monthly
            where authority_code = 'E10000016' and indicator_code = $indicator
                and value is not null and month <= date '2013-12-01'
            order by month desc limit 1
            """,
            {"indicator": indicator},
        ).fetchall()
        # Kent's arrow points up for better: no other reading fits its six.
        better = {"↑": "improving", "↓": "worsening"}[arrow]
        yield sign_cell(indicator, "summary", "rating before", month, before, previous)
        yield sign_cell(indicator, "summary", "rating", month, now, rag)
        yield sign_cell(indicator, "summary", "arrow", month, better, meaning)


def east_sussex(connection: duckdb.DuckDBPyConnection) -> Iterator[Cell]:
    """The rolling year, the targets and the projection of initial contacts, quarter 2 of 2012/13."""
    printed = connection.execute(
        """
        select indicator_code, role, period_basis, period_end, value
        from marts.fct_reported_figure
        where authority_code = 'E10000011' and indicator_code in ('contacts_received', 'contacts_rate_10k')
            and role in ('actual', 'target', 'projection') and value is not null
        """
    ).fetchall()
    months = {
        record[0]: record[1:]
        for record in connection.execute(
            """
            select indicator_code, rolling_12m_value, rolling_12m_status, target, projected_outturn
            from marts.mart_indicator_monthly
            where authority_code = 'E10000011' and month = date '2012-09-01'
            """
        ).fetchall()
    }
    for indicator, role, basis, day, value in printed:
        rolling, status, target, projected = months[indicator]
        ours = {
            ("actual", "rolling_12m"): rolling if status == "complete" else None,
            ("target", "month"): target,
            ("target", "year"): 12 * target,
            ("projection", "year"): projected,
        }[role, basis]
        yield number_cell(indicator, "", f"{role}, {basis}", day, value, "0", ours)


GATHER = {
    "Surrey": surrey,
    "Surrey's re-referrals": rereferrals,
    "Kent": kent,
    "East Sussex": east_sussex,
}


def tables(page: str, heading: str) -> list[list[tuple[str, ...]]]:
    """The rows of the Markdown tables under a second-level heading, header and rule left out."""
    body = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found: list[list[tuple[str, ...]]] = []
    inside = False
    for line in body.splitlines():
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append(tuple(cell.strip().strip("`") for cell in line.strip("|").split("|")))
        inside = line.startswith("|")
    return [rows[2:] for rows in found]


@pytest.fixture(scope="module")
def connection(publication: Path) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(publication), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("heading", GATHER)
def test_the_page_lists_every_cell_that_ours_does_not_repeat_and_why(
    heading: str, connection: duckdb.DuckDBPyConnection
) -> None:
    cells = list(GATHER[heading](connection))
    counts, listed = tables(PAGE.read_text(encoding="utf-8"), heading)
    printed, agreeing = Counter(cell.what for cell in cells), Counter(cell.what for cell in cells if cell.agrees)
    assert {(what, int(n), int(same)) for what, n, same, *_ in counts} == {
        (what, n, agreeing[what]) for what, n in printed.items()
    }
    differing = Counter(cell.row for cell in cells if not cell.agrees)
    assert Counter(row[:6] for row in listed) == differing
    assert [row for row in listed if len(row) != 7 or not row[6]] == []
