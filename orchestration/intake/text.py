"""Reading words as people type them.

Belongs here: comparing headings and labels whatever their case, spacing, dashes or look-alike letters. Does not
belong here: what a word means (contracts, periods, the registry).
"""

from __future__ import annotations

import re
import unicodedata

# Cyrillic and Greek letters that look like Latin ones in the fonts people use. Only letters that have been, or
# plausibly could be, typed or pasted for the Latin one; a map of the whole Unicode confusables table would fold
# letters that nobody mistakes.
_LOOKALIKES = {
    **dict(zip("АВЕЅІЈКМНОРСТУХԚԜҮ", "ABESIJKMHOPCTYXQWY", strict=True)),
    **dict(zip("аеѕіјорсухԛԝһӏүԁ", "aesijopcyxqwhlyd", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("ονρυι", "ovpui", strict=True)),
}
_FOLD = str.maketrans(_LOOKALIKES)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣-", "-"))
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"'})
_BLANKS = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def tidy(text: str) -> str:
    """The text in one line.

    NFKC, one kind of dash and quote, single spaces, nothing at the ends. Case and letters stay.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_QUOTES)
    return _BLANKS.sub(" ", folded.replace("\ufeff", "").replace("\u200b", "")).strip()


def fold_lookalikes(text: str) -> str:
    """The text with Cyrillic and Greek letters that look Latin replaced by the Latin ones."""
    return text if text.isascii() else text.translate(_FOLD)


def lookalikes(text: str) -> str:
    """The letters of a text that only look Latin, in their order, when they stand in an otherwise Latin-looking word;
    else ''.

    A word written wholly in Cyrillic that does not fold to Latin letters (a family's language, a name) is left alone.
    """
    if text.isascii():
        return ""
    found = [letter for letter in text if letter in _LOOKALIKES]
    if not found:
        return ""
    folded = fold_lookalikes(text)
    return "".join(found) if not any(_is_foreign(letter) for letter in folded) else ""


def _is_foreign(letter: str) -> bool:
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")


def words(text: str) -> str:
    """A heading or label as it is compared: tidy, look-alikes folded, lower case, without footnote marks and closing
    punctuation."""
    return fold_lookalikes(tidy(text)).lower().rstrip("*†‡¹²³ :").strip()


def key(header: str) -> str:
    """A column heading as an identifier.

    ``Referrals`` -> ``referrals``, ``61+_days`` -> ``61_plus_days``, `` Month `` -> ``month``.
    """
    return _NOT_WORD.sub("_", words(header).replace("+", " plus ").replace("%", " percent ")).strip("_")


def display(text: str, limit: int = 60) -> str:
    """A cell's text for a message: one line, printable, at most ``limit`` characters."""
    shown = "".join(c if c.isprintable() else "�" for c in _BLANKS.sub(" ", text).strip())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def listing(names: list[str], limit: int = 12) -> str:
    """Names in quotes for a sentence: ``'a', 'b' and 3 more``."""
    shown = ", ".join(f"'{display(n)}'" for n in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
