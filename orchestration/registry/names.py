"""How a label is made comparable: one normalisation for row labels, authority names and symbols.

Belongs here: text functions without imports of weight, shared by intake, compile and the dbt macro that mirrors them.
Does not belong here: any list of names.
"""

from __future__ import annotations

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣-"), "-")
_QUOTES = {ord("‘"): "'", ord("’"): "'", ord("‛"): "'", ord("“"): '"', ord("”"): '"'}
_FOOTNOTE = re.compile(r"[\s*¹²³⁰⁴-⁹]+$")
_SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    """`text` as labels are compared: NFC, lower case, plain dashes and quotes, single spaces, no footnote marker at
    the end."""
    text = _FOOTNOTE.sub("", text)
    text = unicodedata.normalize("NFC", text).translate(_DASHES).translate(_QUOTES)
    return _SPACES.sub(" ", text).strip().lower()


def code_of(text: str) -> str:
    """`text` as a code: lower case, letters and digits kept, everything else a single underscore."""
    return re.sub(r"[^a-z0-9]+", "_", normalise(text)).strip("_")
