"""Arithmetic of dates: months, working days of England, ages. Belongs here: what the calendar alone decides.

Does not belong here: any rule of a measure.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(days=1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a year."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; 0 on the same day."""
    count = 0
    day = start
    while day < end:
        day += DAY
        if is_working_day(day):
            count += 1
    return count


def add_working_days(start: date, number: int) -> date:
    """The day on which `number` working days have passed after `start`."""
    day = start
    while number > 0:
        day += DAY
        if is_working_day(day):
            number -= 1
    return day


def add_months(day: date, number: int) -> date:
    """The same day `number` months on (or back); the month's last day where there is no such day."""
    index = day.year * 12 + day.month - 1 + number
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_of(first: date, last: date) -> list[date]:
    """First days of all months from that of `first` to that of `last`."""
    months = [month_start(first)]
    while add_months(months[-1], 1) <= last:
        months.append(add_months(months[-1], 1))
    return months


def age_on(born: date, day: date) -> int:
    """Completed years; -1 before birth. One born on 29 February is a year older on 1 March of a common year."""
    if day < born:
        return -1
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date:
    """The day on which `age` is reached."""
    if born.month == 2 and born.day == 29 and not calendar.isleap(born.year + age):
        return date(born.year + age, 3, 1)
    return born.replace(year=born.year + age)
