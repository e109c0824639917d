"""A text read sentence by sentence: the way in.

Belongs here: which sentence follows which. Does not belong here: how one is read (`reader`) or judged (`readings`).
"""

from __future__ import annotations

from datetime import date

from orchestration.statements.checking.books import Book
from orchestration.statements.checking.claims import Checked
from orchestration.statements.checking.reader import Reader
from orchestration.statements.checking.readings import READINGS
from orchestration.statements.reading import sentences


def check_text(book: Book, text: str, *, indicator: str | None = None, month: date | None = None) -> list[Checked]:
    """Every sentence of a text with its claims and verdicts.

    `indicator` (a code) and `month` are what the text is about where it does not say so itself.
    """
    checked: list[Checked] = []
    before: str | None = None
    paragraph = -1
    for sentence in sentences(text):
        reader = Reader(book, sentence.text, indicator, month, before if sentence.paragraph == paragraph else None)
        checked.append(Checked(sentence.text, tuple(reader.claims(READINGS))))
        before, paragraph = reader.subject(), sentence.paragraph
    return checked
