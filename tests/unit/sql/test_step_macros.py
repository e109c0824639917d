"""Steps and noise, against numpy and against golden values."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Macro = Callable[..., str]
Evaluate = Callable[..., Any]


def test_a_share_stands_on_the_arcsine_scale(macro: Macro, evaluate: Evaluate) -> None:
    assert evaluate(macro("steps", "share_position", "25", "100")) == pytest.approx(math.pi / 6)
    assert evaluate(macro("steps", "share_position", "0", "7")) == 0
    assert evaluate(macro("steps", "share_position", "3", "0")) is None
    # More than the whole, by a slip, is the whole.
    assert evaluate(macro("steps", "share_position", "8", "7")) == pytest.approx(math.pi / 2)


def test_its_variance_is_that_of_the_shares_drawn(macro: Macro, evaluate: Evaluate) -> None:
    drawn = np.random.default_rng(3).binomial(400, 0.3, 20_000)
    expected = np.var(np.arcsin(np.sqrt(drawn / 400)))
    assert evaluate(macro("steps", "share_variance", "400")) == pytest.approx(expected, rel=0.03)


def test_a_ratio_stands_on_the_logarithm_with_half_a_case_added(macro: Macro, evaluate: Evaluate) -> None:
    assert evaluate(macro("steps", "ratio_position", "30", "100")) == pytest.approx(math.log(30.5 / 100.5))
    assert evaluate(macro("steps", "ratio_position", "0", "0")) == 0


def test_the_variance_of_a_ratio_is_that_of_the_counts_drawn(macro: Macro, evaluate: Evaluate) -> None:
    generator = np.random.default_rng(4)
    ratio = np.log(generator.poisson(60, 40_000) + 0.5) - np.log(generator.poisson(200, 40_000) + 0.5)
    assert evaluate(macro("steps", "ratio_variance", "60", "200")) == pytest.approx(np.var(ratio), rel=0.04)


def test_robust_deviation_and_noise_are_those_of_numpy_and_leave_a_step_alone(macro: Macro, evaluate: Evaluate) -> None:
    noise = np.random.default_rng(5).normal(0, 0.08, 48)
    level = noise + np.where(np.arange(48) >= 20, 1.0, 0.0)
    changes = np.diff(level)
    aggregate = macro("steps", "noise_variance", "change")
    got = evaluate(f"(select {aggregate} from (select unnest($1::double[]) as change))", changes.tolist())
    assert got == pytest.approx((1.4826 * np.median(np.abs(changes))) ** 2 / 2)
    assert math.sqrt(got) == pytest.approx(0.08, rel=0.35)
    assert np.std(changes) / math.sqrt(2) > 1.4 * math.sqrt(got)


def test_the_score_of_a_step_is_that_of_two_means(macro: Macro, evaluate: Evaluate) -> None:
    # 0.2 apart, twelve months and three, a deviation of 0.1: 0.2 / (0.1 * sqrt(1/12 + 1/3)).
    score = evaluate(macro("steps", "step_score", "0.5", "12", "0.7", "3", "0.01"))
    assert score == pytest.approx(0.2 / (0.1 * math.sqrt(1 / 12 + 1 / 3)))
