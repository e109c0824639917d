"""A small measurement of power on fixed seeds: what the rules must at least find, and how seldom they may cry wolf.

The full measurement is `make power`; its seeds are others.
"""

from __future__ import annotations

import pytest

from tests.power.faults import FAULTS
from tests.power.measure import Result, alarms, cases, run, summary, table

pytestmark = pytest.mark.slow

# Kinds that every size of authority shows.
FLOOR = 0.85


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """One country of ninety authorities, thirty of them with a fault."""
    return run([5], tmp_path_factory.mktemp("power"), n_authorities=90)


def test_faults_of_a_fifth_and_more_are_found_in_their_month(measured: Result) -> None:
    large = [
        one
        for one in measured.detections
        if one.injected.size and one.injected.size >= 0.2 and not FAULTS[one.injected.kind].control
    ]
    found = [one for one in large if one.found]
    assert len(large) >= 8
    assert len(found) / len(large) >= FLOOR, "\n".join(table(measured))
    assert sum(abs(one.onset_error or 0) <= 1 for one in found) / len(found) >= FLOOR


def test_what_is_in_order_is_mostly_left_alone(measured: Result) -> None:
    per = measured.clean_months / 100
    critical = sum(one.severity.value == "critical" for one in measured.clean)
    warnings = sum(one.severity.value == "warning" for one in measured.clean)
    assert critical / per <= 1, "\n".join(alarms(measured))
    assert 0 < warnings / per <= 10, "\n".join(alarms(measured))


def test_the_tables_of_the_report_say_what_was_measured(measured: Result) -> None:
    assert any(line.startswith("| 20 % and more |") for line in summary(measured))
    assert len(table(measured)) == 2 + len({(one.injected.kind, one.injected.size) for one in measured.detections})
    assert len(cases()) > len(measured.detections)
