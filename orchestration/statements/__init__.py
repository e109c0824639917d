"""Sentences about figures: written from the marts, and held against them.

Belongs here: `statements` (what can be said of a month) and `check_text` (what a text says, and whether the marts
agree). Reads only a publication, read-only; knows nothing of Dagster or of the command line.
"""

from orchestration.statements.checking.books import PublicationBook, SeriesBook
from orchestration.statements.checking.check import check_text
from orchestration.statements.checking.claims import (
    AGREES,
    CONTRADICTED,
    NOT_CHECKABLE,
    Checked,
    Claim,
    as_records,
    count_verdicts,
)
from orchestration.statements.generator import Figure, Statement, statements
from orchestration.statements.series import Indicator, Month, Series, load_indicator, load_labels, load_series

__all__ = [
    "AGREES",
    "CONTRADICTED",
    "NOT_CHECKABLE",
    "Checked",
    "Claim",
    "Figure",
    "Indicator",
    "Month",
    "PublicationBook",
    "Series",
    "SeriesBook",
    "Statement",
    "as_records",
    "check_text",
    "count_verdicts",
    "load_indicator",
    "load_labels",
    "load_series",
    "statements",
]
