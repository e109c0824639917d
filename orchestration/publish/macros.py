"""The macros of a publication: an analyst's usual questions as functions over its tables.

Belongs here: macros that only select from tables of the publication, each with its comment. Does not belong here: any
arithmetic on figures (the marts hold it), and the copying of tables (`build`).

DuckDB checks a macro against its tables when it is made, so one whose tables are not there is not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Macro:
    """One macro of the schema marts. `reads` are the tables of marts it selects from; `signature` is name and
    parameters; `body` its SQL; `example` a call that ends the comment analysts see."""

    signature: str
    reads: tuple[str, ...]
    body: str
    what: str
    example: str
    is_table: bool = True

    @property
    def name(self) -> str:
        return self.signature.partition("(")[0]


# What a person may call a thing is looked up once, and a name that is not there is refused in words.
_FOUND = """(
    select case when count(*) = 0 then error('{text}') else list({column}) end
    from marts.{table} where {condition}
)"""

# Periods are written as `bellwether explain` takes them.
_YEAR = "try_cast(left(cast(period as varchar), 4) as integer)"
_DAY = "regexp_full_match(cast(period as varchar), '[0-9]{4}-[0-9]{2}-[0-9]{2}')"
_MONTH = "regexp_full_match(cast(period as varchar), '[0-9]{4}-(0[1-9]|1[0-2])')"
_QUARTER = "regexp_full_match(cast(period as varchar), '[0-9]{4}-[Qq][1-4]')"
_FINANCIAL_YEAR = (
    "regexp_full_match(cast(period as varchar), '[0-9]{4}[-/][0-9]{2}') "
    f"and try_cast(right(cast(period as varchar), 2) as integer) = ({_YEAR} + 1) % 100"
)
_NO_PERIOD = (
    "error(cast(period as varchar) || ' is not a period. Write a month 2017-01, a day 2017-01-31, "
    "a financial year 2016/17 or a quarter of it 2016-Q3.')"
)

MACROS = (
    Macro(
        "as_at(d)",
        ("fct_indicator_value", "fct_indicator_version_history"),
        """
        select * exclude (known_to, version_number) from marts.fct_indicator_version_history
        where known_from <= cast(d as date) and (known_to is null or known_to > cast(d as date))
        """,
        "The table fct_indicator_value as it was known at the end of a day.",
        "from marts.as_at('2017-06-30')",
    ),
    Macro(
        "indicator_codes(indicator)",
        ("dim_indicator",),
        _FOUND.format(
            column="indicator_code",
            table="dim_indicator",
            text="There is no indicator ' || indicator || '. Look for its code or name in marts.dim_indicator.",
            condition="indicator_code = lower(trim(indicator)) or lower(name) = lower(trim(indicator))",
        ),
        "The code of an indicator given by its code or name, as a list. An unknown one is an error.",
        "select marts.indicator_codes('Contacts received')",
        is_table=False,
    ),
    Macro(
        "authority_codes(authority)",
        ("dim_authority",),
        _FOUND.format(
            column="authority_code",
            table="dim_authority",
            text="There is no authority ' || authority || '. Look for its code or name in marts.dim_authority.",
            condition=(
                "authority_code = upper(trim(authority)) or dfe_code = trim(authority) "
                "or lower(name) = lower(trim(authority))"
            ),
        ),
        "The codes an authority has had, by one of them, its three-digit code or its name. An unknown one is an error.",
        "select marts.authority_codes('Buckinghamshire')",
        is_table=False,
    ),
    Macro(
        "compared_codes(indicator)",
        ("dim_indicator",),
        _FOUND.format(
            column="indicator_code",
            table="dim_indicator",
            text="There is no rate, percentage or mean ' || indicator || ' to compare. A count depends on the size of "
            "the authority: compare the rate made of it. Codes and names are in marts.dim_indicator.",
            condition=(
                "kind <> 'count' and (indicator_code = lower(trim(indicator)) or lower(name) = lower(trim(indicator)))"
            ),
        ),
        "The code of an indicator that authorities are compared on, as a list. A count or an unknown one is an error.",
        "select marts.compared_codes('rereferrals_pct')",
        is_table=False,
    ),
    Macro(
        "first_day(period)",
        (),
        f"""case
            when {_DAY} then cast(period as date)
            when {_MONTH} then cast(cast(period as varchar) || '-01' as date)
            when {_FINANCIAL_YEAR} then make_date({_YEAR}, 4, 1)
            when {_QUARTER}
                then make_date({_YEAR}, 4, 1) + to_months(3 * (cast(right(cast(period as varchar), 1) as integer) - 1))
            else {_NO_PERIOD}
        end""",
        "First day of a period: a month 2017-01, a day, a financial year 2016/17, a quarter of it 2016-Q3.",
        "select marts.first_day('2016/17')",
        is_table=False,
    ),
    Macro(
        "last_day_of(period)",
        (),
        f"""cast(case
            when {_DAY} then cast(period as date)
            when {_MONTH} then last_day(marts.first_day(period))
            when {_FINANCIAL_YEAR} then last_day(marts.first_day(period) + to_months(11))
            else last_day(marts.first_day(period) + to_months(2))
        end as date)""",
        "Last day of a period: a month 2017-01, a day, a financial year 2016/17, a quarter of it 2016-Q3.",
        "select marts.last_day_of('2016-Q3')",
        is_table=False,
    ),
    Macro(
        "series(indicator, authority)",
        ("fct_indicator_value", "dim_authority", "dim_indicator"),
        """
        select
            figure.authority_code,
            named.name as authority,
            figure.indicator_code,
            figure.period_basis,
            figure.period_start,
            figure.period_end,
            figure.value,
            figure.value_status,
            figure.numerator,
            figure.denominator,
            figure.is_provisional,
            figure.definition_version,
            figure.source_kind,
            figure.source_ref,
        from marts.fct_indicator_value as figure
        inner join marts.dim_authority as named on figure.authority_code = named.authority_code
        where list_contains(marts.indicator_codes(indicator), figure.indicator_code)
            and list_contains(marts.authority_codes(authority), figure.authority_code)
            and figure.breakdown_dimension = 'all'
        order by figure.indicator_code, figure.period_basis, figure.period_start, figure.source_kind
        """,
        "Every figure of an indicator and an authority, without breakdowns, in order of time; both by code or name. "
        "An authority that was reorganised under one name comes with all its codes.",
        "from marts.series('assessments_open', 'Surrey')",
    ),
    Macro(
        "compare(indicator, period)",
        ("mart_benchmark", "dim_authority", "dim_indicator"),
        """
        with asked as (
            select *
            from marts.mart_benchmark
            where list_contains(marts.compared_codes(indicator), indicator_code)
                and period_end = marts.last_day_of(period)
                and (period_start = marts.first_day(period) or period_basis = 'snapshot')
        ),
        neighbours as (
            -- The vintage in force at the end of the period; before the first, the first.
            select *, cast(rpad(vintage, 7, '-01') || '-01' as date) as vintage_from
            from asked
            where comparator_set = 'statistical_neighbours'
            qualify row_number() over (
                partition by authority_code, indicator_code, period_basis
                order by
                    vintage_from > period_end,
                    case when vintage_from <= period_end then vintage_from end desc,
                    vintage_from
            ) = 1
        )
        select
            england.authority_code,
            named.name as authority,
            named.region_name,
            england.indicator_code,
            england.period_basis,
            england.period_end,
            england.value,
            england.value_status,
            england.numerator,
            england.denominator,
            england.confidence_lower_95,
            england.confidence_upper_95,
            england.rank,
            england.n_ranked,
            england.rank_basis,
            england.quartile,
            england.band,
            england.pooled as england_pooled,
            england.mean as england_mean,
            england.median as england_median,
            england.n_used as england_n_used,
            region.pooled as region_pooled,
            region.mean as region_mean,
            region.median as region_median,
            region.n_used as region_n_used,
            neighbours.pooled as neighbours_pooled,
            neighbours.mean as neighbours_mean,
            neighbours.median as neighbours_median,
            neighbours.n_used as neighbours_n_used,
            neighbours.vintage as neighbours_vintage,
            england.comparability,
            england.comparison_note,
        from asked as england
        inner join marts.dim_authority as named on england.authority_code = named.authority_code
        left join asked as region
            on england.authority_code = region.authority_code
            and england.indicator_code = region.indicator_code
            and england.period_basis = region.period_basis
            and region.comparator_set = 'region'
        left join neighbours
            on england.authority_code = neighbours.authority_code
            and england.indicator_code = neighbours.indicator_code
            and england.period_basis = neighbours.period_basis
        where england.comparator_set = 'england'
        order by england.indicator_code, england.period_basis, england.rank nulls last, named.name
        """,
        "Every authority's figure of an indicator and a period beside England, its region and its statistical "
        "neighbours, in order of rank. A rate, percentage or mean: a count depends on the size of the authority.",
        "from marts.compare('rereferrals_pct', '2024/25')",
    ),
    Macro(
        "board(authority, month)",
        ("mart_indicator_monthly", "dim_authority", "dim_indicator"),
        """
        select
            monthly.authority_code,
            indicator.theme,
            monthly.indicator_code,
            indicator.name,
            monthly.value,
            monthly.value_status,
            monthly.previous_value,
            monthly.same_month_last_year_value,
            monthly.value_direction,
            monthly.performance_direction,
            coalesce(monthly.trajectory, monthly.target) as target,
            monthly.target_bound,
            monthly.rag,
            monthly.previous_rag,
            monthly.rag_reason,
            monthly.signal,
            monthly.projected_outturn,
            monthly.national_value,
            monthly.national_year,
            monthly.neighbour_value,
            monthly.open_findings,
        from marts.mart_indicator_monthly as monthly
        inner join marts.dim_indicator as indicator on monthly.indicator_code = indicator.indicator_code
        where list_contains(marts.authority_codes(authority), monthly.authority_code)
            and monthly.month = date_trunc('month', marts.last_day_of(month))
        order by indicator.theme, monthly.indicator_code
        """,
        "What a board reads of an authority for a month: one row an indicator, with target (the way to it where there "
        "is one), rating, direction, trend or noise, outturn and comparators.",
        "from marts.board('Surrey', '2017-01')",
    ),
)


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the macros whose tables the current database holds, with their comments."""
    held = {
        table
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'marts'"
        ).fetchall()
    }
    for macro in MACROS:
        if held.issuperset(macro.reads):
            kind = "table " if macro.is_table else ""
            connection.execute(f"create macro marts.{macro.signature} as {kind}{macro.body}")
            comment = f"{macro.what} Example: {macro.example}".replace("'", "''")
            connection.execute(f"comment on macro {kind}marts.{macro.name} is '{comment}'")
