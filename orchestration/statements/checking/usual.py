"""Signal and noise: within what is usual, runs on one side of the average, too few months.

Belongs here: the control chart. Does not belong here: targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.statements import facts
from orchestration.statements.checking.claims import Claim, all_hold, figure_of, judged, unchecked
from orchestration.statements.checking.phrases import NUM, UNIT
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.reading import NUMBER, fits, printed_number
from orchestration.statements.words import shown


@reads(
    rf"(?P<where>within|outside) what is usual, (?P<lower>{NUMBER})(?:{UNIT}| days?)? to (?P<upper>{NUMBER})",
    rf"(?P<where>near) the limit of what is usual in two of three months, (?P<lower>{NUMBER})(?:{UNIT}| days?)? "
    rf"to (?P<upper>{NUMBER})",
)
def usual(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or at["control_lower"] is None:
        return
    rules = (at["signal_rule"] or "").split("|")
    said = {
        "within": at["signal"] == "common_cause",
        "outside": "outside_limit" in rules,
        "near": "two_of_three" in rules,
    }
    limits = [fits(printed_number(match[name]), at[f"control_{name}"], None) for name in ("lower", "upper")]
    unit = series.indicator.written
    told = f"usual is {shown(at['control_lower'], unit)} to {shown(at['control_upper'], unit)}; signal {at['signal']}"
    yield judged("usual", match, all_hold(said[match["where"]], *limits), told, figure_of(series, at))


@reads(r"part of a run of months in one direction(?:: more than noise)?")
def one_direction(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        rules = (at["signal_rule"] or "").split("|")
        yield judged("one_direction", match, "one_direction" in rules, f"signal {at['signal']}, {at['signal_rule']}")


@reads(rf"too few months \((?P<n>{NUM})\) to tell a trend from noise")
def too_few(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        points = at["control_points"]
        yield judged("usual", match, printed_number(match["n"]).value == points, f"the chart has {points} points")


@reads(
    rf"(?:(?P<n>{NUM}) months in a row|(?P<part>part of a run of months)) (?P<side>above|below) (?:the|its) "
    rf"average(?: of (?P<mean>{NUMBER}))?"
)
def one_side(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or at["control_centre"] is None:
        if match["n"]:
            yield unchecked("one_side", match, about.why_not or "there is no average to compare with")
        return
    run = facts.one_side_run(series, at)
    holds: list[bool | None] = [run is not None and run.kind == match["side"]]
    if match["n"]:
        holds.append(run is not None and run.months == printed_number(match["n"]).value)
    if match["mean"]:
        holds.append(fits(printed_number(match["mean"]), at["control_centre"], None))
    told = (
        f"{run.months} months {run.kind} the average of {shown(at['control_centre'], series.indicator.written)}"
        if run
        else "on the average"
    )
    yield judged("one_side", match, all_hold(*holds), told, figure_of(series, at, "control_centre"))
