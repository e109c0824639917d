"""Patterns of spellings that mean the same in Python and in the warehouse.

Belongs here: what a pattern of a code list may use. Does not belong here: matching one.
"""

from __future__ import annotations

import re

# What RE2, the warehouse's expressions, does not have: looking around, going back, keeping what was matched.
_NOT_PORTABLE = re.compile(r"\(\?[=!<P]|\\\d|[*+?}]\+")


def pattern_fault(pattern: str) -> str | None:
    """Why a pattern cannot be used, or None."""
    if _NOT_PORTABLE.search(pattern):
        return "the pattern uses what the warehouse's expressions do not have"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"the pattern cannot be read: {error}"
    return None
