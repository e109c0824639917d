"""When the monthly load starts by itself, the working day after monthly returns are due, and the packs after it.

Belongs here: the calendar of runs. Does not belong here: when a return is due (the registry).
"""

from datetime import date, timedelta

import dagster as dg

from orchestration.defs.jobs import monthly_load
from orchestration.defs.packs import packs
from orchestration.defs.sensors import telling_of_failure
from orchestration.settings import load_settings


@dg.schedule(
    job=monthly_load,
    cron_schedule="0 6 * * 1-5",
    execution_timezone="Europe/London",
    description="On the working day after the last monthly return is due: the month that has ended.",
)
@telling_of_failure("monthly_schedule")
def monthly_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    return decide(context.scheduled_execution_time.date(), due_working_day())


@dg.schedule(
    job=packs,
    cron_schedule="0 7 * * 1-5",
    execution_timezone="Europe/London",
    description="On the working day after the monthly load: the month's packs, as known when the day before ended.",
)
@telling_of_failure("monthly_packs")
def monthly_packs(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    return decide_packs(context.scheduled_execution_time.date(), due_working_day(), "monthly")


@dg.schedule(
    job=packs,
    cron_schedule="30 7 * 1,4,7,10 1-5",
    execution_timezone="Europe/London",
    description="On the working day after the load of a quarter's last month: the quarter's packs.",
)
@telling_of_failure("quarterly_packs")
def quarterly_packs(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    return decide_packs(context.scheduled_execution_time.date(), due_working_day(), "quarterly")


def decide_packs(today: date, due_day: int, kind: str) -> dg.RunRequest | dg.SkipReason:
    """A run for the packs of the month before, if today is the working day after its load; else why not.

    They are frozen as at yesterday: today has not ended, and what still arrives would belong to it.
    """
    wanted = nth_working_day(today.year, today.month, due_day + 2)
    if today != wanted:
        return dg.SkipReason(f"The {kind} packs are made on {wanted:%d %B %Y}, the working day after the load.")
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    as_at = (today - timedelta(days=1)).isoformat()
    asked = {"kind": kind, "month": month, "as_at": as_at}
    return dg.RunRequest(
        run_key=f"{kind}-packs:{month}",
        run_config={"ops": {"make_packs": {"config": asked}}},
        tags={"bellwether/month": month},
    )


def decide(today: date, due_day: int) -> dg.RunRequest | dg.SkipReason:
    """A run for the month before, if today is the working day after the due day; else why not."""
    wanted = nth_working_day(today.year, today.month, due_day + 1)
    if today != wanted:
        return dg.SkipReason(f"The load of last month is on {wanted:%d %B %Y}, the working day after returns are due.")
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    return dg.RunRequest(run_key=f"monthly:{month}", partition_key=month)


def nth_working_day(year: int, month: int, n: int) -> date:
    """The n-th working day of a month in England: no weekend, no bank holiday."""
    import holidays

    closed = holidays.country_holidays("GB", subdiv="ENG", years=year)
    day = date(year, month, 1)
    counted = 0
    while True:
        if day.weekday() < 5 and day not in closed:
            counted += 1
            if counted == n:
                return day
        day += timedelta(days=1)


def due_working_day() -> int:
    """The latest working day on which a monthly return is due, by the registry; the tenth where it says nothing."""
    import csv

    path = load_settings().project / "data" / "registry" / "expected_returns.csv"
    if not path.exists():
        return 10
    with path.open(encoding="utf-8", newline="") as stream:
        days = [
            int(row["due_working_day"])
            for row in csv.DictReader(stream)
            if row["frequency"] == "monthly" and row["due_working_day"]
        ]
    return max(days, default=10)
