"""Every reading, in the order they are tried: words that one has understood are not read by a later one.

Belongs here: the order, nothing else. A new reading is a judge in the module of its theme and a row here, before any
looser one that would take its words.
"""

from __future__ import annotations

from orchestration.statements.checking import (
    caveats,
    changes,
    comparisons,
    directions,
    levels,
    parts,
    runs,
    targets,
    usual,
    windows,
)
from orchestration.statements.checking.reader import Reading

READINGS: tuple[Reading, ...] = (
    *caveats.definition,
    *caveats.absent,
    *caveats.no_comparison,
    *caveats.provisional,
    *caveats.questions,
    *windows.no_window,
    *windows.window,
    *windows.projection,
    *targets.rating,
    *targets.not_rated,
    *usual.usual,
    *usual.one_direction,
    *usual.too_few,
    *targets.no_target,
    *usual.one_side,
    *comparisons.neighbour_answers,
    *comparisons.place,
    *comparisons.others,
    *targets.target_met,
    *targets.target_sum,
    *targets.target_side,
    *targets.target_streak,
    *runs.extreme,
    *runs.running,
    *changes.more_than,
    *changes.change_and_share,
    *changes.moved_by,
    *changes.from_to,
    *directions.up_on,
    *directions.beside_months,
    *directions.moved,
    *parts.parts_of,
    *parts.sum_of_parts,
    *directions.moved_to,
    *levels.level,
    *parts.fraction,
    *levels.counted,
)
