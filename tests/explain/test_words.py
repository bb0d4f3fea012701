from typing import get_args

from pipeline.event.result import Code
from pipeline.event.warnings import WarningCode
from pipeline.explain.words import DEAD_LETTERS, WARNINGS


def test_every_warning_has_words() -> None:
    assert list(WARNINGS) == list(get_args(WarningCode))


def test_every_dead_letter_has_words() -> None:
    assert list(DEAD_LETTERS) == list(get_args(Code))


def test_the_words_are_sentences() -> None:
    texts = [*WARNINGS.values(), *(text for trouble in DEAD_LETTERS.values() for text in trouble)]
    assert all(text[0].isupper() and text.endswith(".") and "  " not in text for text in texts)
