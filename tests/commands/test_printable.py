import pytest

from pipeline.commands.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("é😀\n", "é😀\n"),
        ("\x9b31m\x7f", "\\u009b31m\\u007f"),
        ("\ud83c", "\\ud83c"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown
