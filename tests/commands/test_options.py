import click
import pytest

from pipeline.commands.options import Time


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2026-11-23T06:00:00Z", 1_795_413_600_000),
        ("2026-11-23 07:00:00.1239+01:00", 1_795_413_600_123),
        ("2026-11-23", 1_795_392_000_000),
        ("0", 0),
        ("-1", -1),
        ("+5", 5),
        ("1795413600000", 1_795_413_600_000),
        ("99999999999999999999", 99_999_999_999_999_999_999),
    ],
)
def test_time(text: str, milliseconds: int) -> None:
    assert Time().convert(text, None, None) == milliseconds


@pytest.mark.parametrize("text", ["", "now", "1.5", "2026-13-01", "24:00", "٣"])
def test_no_time(text: str) -> None:
    with pytest.raises(click.BadParameter, match="expected ISO 8601 or milliseconds since 1970"):
        Time().convert(text, None, None)
