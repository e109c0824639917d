"""What the rules on series are worth: recall by kind and size of fault, months to detection, error of the onset, false
alarms. Writes docs/power.md; `python -m tests.power.measure --help`.

Belongs here: planning worlds, matching findings to faults, the tables of the report. Does not belong here: thresholds
(the catalogue).
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from expectations.findings import Finding
from tests.power.faults import FAULTS, Fault
from tests.power.generator import Assumptions, World, clean_world
from tests.power.store import findings_of, month_index

# Seeds on which limits were chosen, and others on which they are reported.
TUNING_SEEDS = tuple(range(1, 6))
REPORTED_SEEDS = tuple(range(111, 115))
NEAR = 3
MONTHS_NAMED = re.compile(r", from \w{3} \d{4}$")


@dataclass(frozen=True)
class Injected:
    """A fault as it was put into a world."""

    world: int
    authority: int
    kind: str
    size: float | None
    onset: int


@dataclass
class Detection:
    """What was said about an injected fault: the findings that the clean world does not have, near its onset."""

    injected: Injected
    findings: list[Finding] = field(default_factory=list)
    onset_error: int | None = None
    others: int = 0
    delay: int | None = None

    @property
    def found(self) -> bool:
        return bool(self.findings)


def cases() -> list[tuple[Fault, float | None]]:
    """Every kind at every size."""
    return [(one, size) for one in FAULTS.values() for size in (one.sizes or (None,))]


def plan(world_number: int, world: World, rng: np.random.Generator, offset: int) -> list[Injected]:
    """Faults for a third of the authorities, going through the list of cases from `offset` on."""
    everything = cases()
    chosen = rng.permutation(len(world.authorities))[: len(world.authorities) // 3]
    injected = []
    for number, authority in enumerate(chosen):
        kind, size = everything[(offset + number) % len(everything)]
        first, last = (len(world.months) - one for one in kind.from_end)
        injected.append(Injected(world_number, int(authority), kind.name, size, int(rng.integers(first, last + 1))))
    return injected


def inject(world: World, injected: Iterable[Injected], rng: np.random.Generator) -> None:
    """Puts the faults into the world."""
    for one in injected:
        FAULTS[one.kind].apply(world, one.authority, one.onset, one.size or 0.0, rng)


def topic(finding: Finding) -> tuple[str, str, str]:
    """What a finding is about, without its month."""
    return (finding.rule_id, finding.authority_code or "", MONTHS_NAMED.sub("", finding.subject))


def matched(
    world: World, injected: Sequence[Injected], clean: Iterable[Finding], faulty: Iterable[Finding]
) -> list[Detection]:
    """For each fault the findings that it made: near its onset, of its authority, and not in the clean world."""
    before: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for finding in clean:
        before[topic(finding)].append(month_index(world, finding.period_start))
    by_authority: dict[str, list[Finding]] = defaultdict(list)
    for finding in faulty:
        month = month_index(world, finding.period_start)
        if not any(abs(month - known) <= 2 for known in before[topic(finding)]):
            by_authority[finding.authority_code or ""].append(finding)
    detections = []
    for one in injected:
        new = by_authority[world.authorities[one.authority]]
        near = [finding for finding in new if -NEAR <= month_index(world, finding.period_start) - one.onset <= NEAR]
        errors = [month_index(world, finding.period_start) - one.onset for finding in near]
        detection = Detection(one, near, others=len(new) - len(near))
        if near:
            detection.onset_error = _weightiest(near, errors)
        detections.append(detection)
    return detections


def _weightiest(findings: Sequence[Finding], errors: Sequence[int]) -> int:
    """The error of the month that most findings name; of a tie the one nearer to the onset."""
    counted = Counter(errors)
    return min(counted, key=lambda error: (-counted[error], abs(error)))


@dataclass
class Result:
    """All worlds together."""

    detections: list[Detection] = field(default_factory=list)
    clean: list[Finding] = field(default_factory=list)
    clean_months: int = 0
    seconds: float = 0.0


def run(
    seeds: Sequence[int],
    folder: Path,
    n_authorities: int = 150,
    n_months: int = 48,
    assume: Assumptions | None = None,
    offset: int = 0,
) -> Result:
    """Builds every world twice, without and with its faults, and matches what is found."""
    result = Result()
    start = time.monotonic()
    for number, seed in enumerate(seeds):
        clean = clean_world(seed, n_authorities, n_months, assume)
        clean_findings = findings_of(clean, folder / "clean")
        result.clean += clean_findings
        result.clean_months += n_authorities * n_months
        rng = np.random.default_rng(seed + 10_000)
        world = clean_world(seed, n_authorities, n_months, assume)
        injected = plan(number, world, rng, offset)
        offset += len(injected)
        inject(world, injected, rng)
        result.detections += matched(world, injected, clean_findings, findings_of(world, folder / "faulty"))
    result.seconds = time.monotonic() - start
    return result


# Kinds that begin and stay, and that are watched as returns arrive.
WATCHED_SIZES = (0.10, 0.20, 0.40)
WATCHED_ONSET = 30


def replay(seed: int, folder: Path, n_authorities: int = 60, months: int = 8) -> list[Detection]:
    """One world, all of whose faults begin in one month, seen after each month from then on: how many months until each
    is first said. A delay of 0 is the return of the onset itself."""
    clean = clean_world(seed, n_authorities, WATCHED_ONSET + months)
    world = clean_world(seed, n_authorities, WATCHED_ONSET + months)
    rng = np.random.default_rng(seed + 20_000)
    kinds = [
        (kind, size)
        for size in WATCHED_SIZES
        for kind in FAULTS.values()
        if size in kind.sizes and not kind.control and kind.from_end == (34, 9)
    ]
    chosen = rng.permutation(n_authorities)[: n_authorities // 3]
    picked = rng.permutation(len(kinds))[: len(chosen)]
    injected = [
        Injected(0, int(authority), kinds[pick][0].name, kinds[pick][1], WATCHED_ONSET)
        for authority, pick in zip(chosen, picked, strict=False)
    ]
    inject(world, injected, rng)
    seen = {one.authority: Detection(one) for one in injected}
    for until in range(WATCHED_ONSET, WATCHED_ONSET + months):
        known = findings_of(clean, folder / "clean_replay", until)
        now = findings_of(world, folder / "replay", until)
        for detection in matched(world, injected, known, now):
            first = seen[detection.injected.authority]
            if detection.found and not first.found:
                first.findings = detection.findings
                first.delay = until - WATCHED_ONSET
    return list(seen.values())


def watched(detections: Sequence[Detection]) -> list[str]:
    """Months to detection by size."""
    lines = [
        "| size | watched | in the same month | within 1 month | within 2 | within 3 | within 6 | within 7 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size in WATCHED_SIZES:
        group = [one for one in detections if one.injected.size == size]
        delays = [one.delay for one in group if one.delay is not None]
        shares_within = [f"{sum(delay <= limit for delay in delays) / len(group):.2f}" for limit in (0, 1, 2, 3, 6, 7)]
        lines.append(f"| {size:.0%} | {len(group)} | {' | '.join(shares_within)} |" if group else f"| {size:.0%} | 0 |")
    return lines


def table(result: Result) -> list[str]:
    """Recall by kind and size."""
    rows: dict[tuple[str, float | None], list[Detection]] = defaultdict(list)
    for detection in result.detections:
        rows[detection.injected.kind, detection.injected.size].append(detection)
    lines = [
        "| kind of fault | acts on | size | n | recall | onset within 1 month | findings each | seen by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in FAULTS.values():
        for size in kind.sizes or (None,):
            group = rows.get((kind.name, size), [])
            if not group or kind.control:
                continue
            found = [one for one in group if one.found]
            within = [one for one in found if abs(one.onset_error or 0) <= 1]
            rules = Counter(rule for one in found for rule in {finding.rule_id for finding in one.findings})
            lines.append(
                f"| {kind.name} | {kind.headline} | {'' if size is None else f'{size:.0%}'} | {len(group)} "
                f"| {len(found) / len(group):.2f} | {_share(len(within), len(found))} "
                f"| {np.mean([len(one.findings) for one in found]) if found else 0:.1f} "
                f"| {', '.join(f'{rule} {n}' for rule, n in rules.most_common(3))} |"
            )
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


def summary(result: Result) -> list[str]:
    """Recall by size over all kinds, against the targets."""
    lines = ["| size | faults | recall | onset within 1 month |", "|---|---|---|---|"]
    groups = {
        "5 %": lambda size: size == 0.05,
        "10 % to 15 %": lambda size: size in (0.10, 0.15),
        "20 % and more": lambda size: size is not None and size >= 0.2,
        "no size of its own": lambda size: size is None,
    }
    for name, belongs in groups.items():
        group = [
            one for one in result.detections if belongs(one.injected.size) and not FAULTS[one.injected.kind].control
        ]
        found = [one for one in group if one.found]
        within = [one for one in found if abs(one.onset_error or 0) <= 1]
        lines.append(
            f"| {name} | {len(group)} | {_share(len(found), len(group))} | {_share(len(within), len(found))} |"
        )
    return lines


def controls(result: Result) -> list[str]:
    """What was said about real changes."""
    lines = [
        "| real change | size | n | with a finding of definition | with any finding | rules |",
        "|---|---|---|---|---|---|",
    ]
    rows: dict[tuple[str, float | None], list[Detection]] = defaultdict(list)
    for detection in result.detections:
        if FAULTS[detection.injected.kind].control:
            rows[detection.injected.kind, detection.injected.size].append(detection)
    for (kind, size), group in sorted(rows.items()):
        called = [one for one in group if any(f.rule_id.startswith("definition.") for f in one.findings)]
        rules = Counter(finding.rule_id for one in group for finding in one.findings)
        lines.append(
            f"| {kind} | {size:.0%} | {len(group)} | {len(called) / len(group):.2f} "
            f"| {sum(one.found for one in group) / len(group):.2f} "
            f"| {', '.join(f'{rule} {n}' for rule, n in rules.most_common(4))} |"
        )
    return lines


def alarms(result: Result) -> list[str]:
    """False alarms on clean data, for 100 authority-months."""
    lines = ["| severity | rule | for 100 authority-months |", "|---|---|---|"]
    per = result.clean_months / 100
    by_severity = Counter(finding.severity.value for finding in result.clean)
    for severity in ("critical", "warning", "info"):
        lines.append(f"| {severity} | all | {by_severity[severity] / per:.2f} |")
    for (severity, rule), n in sorted(Counter((f.severity.value, f.rule_id) for f in result.clean).items()):
        lines.append(f"| {severity} | {rule} | {n / per:.2f} |")
    return lines


# Practice as it moves between published years (robust deviation of the logarithm of a ratio from one year to the next
# about 0.15), all of it taken for real change of practice: the roughest world that the national tables allow.
ROUGH = Assumptions(practice_sd=0.12, source_sd=0.15)


def not_steady(rough: Result | None) -> list[str]:
    """What is left of it where practice drifts."""
    if rough is None:
        return []
    return [
        "## Where practice is not steady",
        "",
        "The same with conversions and sources that drift as ratios of the annual tables do (deviation"
        f" {ROUGH.practice_sd} and {ROUGH.source_sd}): real drift is told from a fault only by its suddenness.",
        "",
        *summary(rough),
        "",
        *alarms(rough)[:5],
        "",
    ]


def report(result: Result, rough: Result | None, watched_ones: Sequence[Detection], seeds: Sequence[int]) -> str:
    """docs/power.md."""
    assume = Assumptions()
    return "\n".join(
        [
            "# What the rules on series find",
            "",
            "<!-- Made by `make power` (tests/power); change that, not this file. -->",
            "",
            "How many coding faults of which size the rules of the families `definition`, `trend` and `codes` find in"
            " series of months, how soon, and how often they cry wolf. Measured on generated countries of 150"
            " authorities and 48 months, since nobody knows the true faults of real figures.",
            "",
            f"Seeds reported: {', '.join(map(str, seeds))}. Limits were chosen on the seeds"
            f" {', '.join(map(str, TUNING_SEEDS))}. {len(result.detections)} faults and real changes, in a third of the"
            f" authorities of each country; {result.clean_months:,} authority-months without a fault.",
            "",
            "## The country",
            "",
            "- **Calibrated on published figures** (referrals by month of every authority, 2012/13 to 2019/20): median"
            f" of {assume.level_median:.0f} referrals a month, spread between authorities {assume.level_sd} (deviation"
            " of the logarithm); the calendar (August a sixth lower); a slow part of demand, autoregressive with"
            f" {assume.demand_ar} a month and deviation {assume.demand_sd}; noise of a month such that the robust"
            " deviation of a month is 0.12, about four and a half times the variance of Poisson counts. Conversions to"
            " re-referrals, section 47, conferences and plans: medians of the annual tables.",
            "- **Assumed**, since nothing is published about contacts: "
            f"{assume.conversion:.0%} become referrals (deviation {assume.conversion_between_sd} between authorities);"
            " sources near those of referrals, methods by source after one hub's table; a third of contacts are"
            " advice, information or open cases; practice is steady: conversions drift by"
            f" {assume.practice_sd} and vary by {assume.practice_month_sd} a month, sources by {assume.source_sd} and"
            f" {assume.source_month_sd}. The last table shows what is left when they are not.",
            "- A fault's size is the relative move of the figure it acts on. A fault counts as found when a finding"
            f" about its authority names a month at most {NEAR} from the onset, and the same country without the"
            " fault does not have that finding.",
            "",
            "## Found, by size",
            "",
            *summary(result),
            "",
            "Asked for: 0.95 from 20 % on, 0.80 at 10 %, the onset within one month.",
            "",
            "## Cried wolf",
            "",
            "Findings in countries without a fault, for 100 authority-months over four years. Asked for: at most 1"
            " critical and 10 warnings.",
            "",
            *alarms(result),
            "",
            "## Real changes",
            "",
            "What was said about changes that are none of coding. Findings of the family `definition` near the onset"
            " that the country without the change does not have.",
            "",
            *controls(result),
            "",
            "## How soon",
            "",
            "Sustained faults that begin in the same month, seen after each month's returns.",
            "",
            *watched(watched_ones),
            "",
            "## Kind by kind",
            "",
            *table(result),
            "",
            *not_steady(rough),
            "## What is weak, and why",
            "",
            "- A tenth of a small figure (re-referrals, section 47, assessments against referrals) is within what"
            " chance and delay do to it; only a longer time shows it.",
            "- All figures of a month falling by a fifth lies within what demand does in a month.",
            "- Two months of one series that are swapped are found only where they differ by more than such months do.",
            "- Contacts counted twice leave the mix as it is; only the ratio to what follows shows them.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=list(REPORTED_SEEDS))
    parser.add_argument("--write", type=Path, help="the report's file; without it, the report is printed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(arguments.seeds, Path(folder))
        rough = run([seed + 100 for seed in arguments.seeds[:1]], Path(folder), assume=ROUGH)
        delays = replay(arguments.seeds[0] + 200, Path(folder))
    text = report(result, rough, delays, arguments.seeds)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    print(text)
    print(f"{result.seconds + rough.seconds:.0f} s")


if __name__ == "__main__":
    main()
