"""Points in time as they are sent and as they are written: the contract, section 7."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.event.instant import (
    LAST_INSTANT,
    is_instant,
    read_canonical,
    read_instant,
    write_instant,
)

INSTANTS = st.integers(0, LAST_INSTANT)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("2015-02-23T22:28:55.111Z", "2015-02-23T22:28:55.111Z"),
        ("2015-02-23", "2015-02-23T00:00:00.000Z"),
        ("2015-02-23T22:28", "2015-02-23T22:28:00.000Z"),
        ("2015-02-23T22:28:55", "2015-02-23T22:28:55.000Z"),
        ("2015-02-23t22:28:55z", "2015-02-23T22:28:55.000Z"),
        ("2015-02-23 22:28:55", "2015-02-23T22:28:55.000Z"),
        ("2015-02-23 22:28:55.1 Z", "2015-02-23T22:28:55.100Z"),
        ("2015-02-23T22:28:55,12Z", "2015-02-23T22:28:55.120Z"),
        ("2015-02-23T22:28:55.1119999999999999999999Z", "2015-02-23T22:28:55.111Z"),
        ("2015-02-23T22:28:55." + "9" * 5000, "2015-02-23T22:28:55.999Z"),
        ("2015-02-23T22:28+01", "2015-02-23T21:28:00.000Z"),
        ("2015-02-23T22:28:55+0130", "2015-02-23T20:58:55.000Z"),
        ("2015-02-23T22:28:55.5-01:30", "2015-02-23T23:58:55.500Z"),
        ("2015-02-23T22:28:55 +23:59", "2015-02-22T22:29:55.000Z"),
        ("2015-02-23T22:28:55-00:00", "2015-02-23T22:28:55.000Z"),
        ("\t2015-02-23T22:28:55.111Z\r\n", "2015-02-23T22:28:55.111Z"),
        ("2016-02-29", "2016-02-29T00:00:00.000Z"),
        ("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"),
        ("1969-12-31T23:30:00-01:00", "1970-01-01T00:30:00.000Z"),
        ("9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (-0.0, "1970-01-01T00:00:00.000Z"),
        (1424730535, "2015-02-23T22:28:55.000Z"),
        (1424730535.111, "2015-02-23T22:28:55.111Z"),
        (1424730535.1119, "2015-02-23T22:28:55.111Z"),
        (1424730535111, "2015-02-23T22:28:55.111Z"),
        (1424730535111.9, "2015-02-23T22:28:55.111Z"),
        (1424730535111.0, "2015-02-23T22:28:55.111Z"),
        (1.005, "1970-01-01T00:00:01.005Z"),
        (4.35, "1970-01-01T00:00:04.350Z"),
        (1e-7, "1970-01-01T00:00:00.000Z"),
        (99_999_999_999, "5138-11-16T09:46:39.000Z"),
        (99_999_999_999.9, "5138-11-16T09:46:39.900Z"),
        (100_000_000_000, "1973-03-03T09:46:40.000Z"),
        (1e11, "1973-03-03T09:46:40.000Z"),
        (LAST_INSTANT, "9999-12-31T23:59:59.999Z"),
        (LAST_INSTANT + 0.9, "9999-12-31T23:59:59.999Z"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_time_in_any_accepted_form(sent: Any, written: str) -> None:
    instant = read_instant(sent)
    assert instant is not None
    assert write_instant(instant) == written
    assert read_canonical(written) == instant


@pytest.mark.parametrize(
    "sent",
    [
        "",
        " ",
        "yesterday",
        "2015",
        "2015-02",
        "2015-2-3",
        "20150223",
        "2015-02-30",
        "2015-02-29",
        "2015-13-01",
        "2015-00-01",
        "2015-01-00",
        "2015-W09-1",
        "2015-054",
        "2015-02-23Z",
        "2015-02-23+01:00",
        "2015-02-23T",
        "2015-02-23T22",
        "2015-02-23T2228",
        "2015-02-23T22:28:5",
        "2015-02-23T22:28.5",
        "2015-02-23T22:28:55.",
        "2015-02-23T22:28:55.Z",
        "2015-02-23  22:28",
        "2015-02-23T22:28:55  Z",
        "2015-02-23T22:28:55\tZ",
        "2015-02-23\n22:28:55",
        "2015-02-23T24:00:00Z",
        "2015-02-23T24:00",
        "2015-02-23T25:00",
        "2015-02-23T22:60",
        "2016-12-31T23:59:60Z",
        "2015-02-23T22:28:55+1",
        "2015-02-23T22:28:55+01:0",
        "2015-02-23T22:28:55+24:00",
        "2015-02-23T22:28:55+01:60",
        "2015-02-23T22:28:55+01:30:15",
        "2015-02-23T22:28:55\u221201:00",
        "2015-02-23T22:28:55 UTC",
        "2015-02-23T22:28:55Z+01:00",
        "2015-02-23T22:28:55.111ZZ",
        "\u0662\u0660\u0661\u0665-02-23",
        "2015-02-23T22:28:55.\u0661",
        "\u00a02015-02-23",
        "-2015-02-23",
        "+2015-02-23",
        "02015-02-23",
        "0000-01-01",
        "0001-01-01T00:00:00+23:59",
        "1969-12-31T23:59:59.9999Z",
        "1970-01-01T00:30:00+01:00",
        "9999-12-31T23:59:59-00:01",
        "1424730535",
        "1424730535111",
        -1,
        -1e-9,
        -100_000_000_000,
        LAST_INSTANT + 1,
        2**64 - 1,
        -(2**63),
        1e300,
        -1e300,
        True,
        False,
        None,
        {},
        [],
        ["2015-02-23"],
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_is_no_time(sent: Any) -> None:
    assert read_instant(sent) is None


@pytest.mark.parametrize(
    "text",
    [
        "2015-02-23T22:28:55.111",
        "2015-02-23T22:28:55,111Z",
        "2015-02-23 22:28:55.111Z",
        "2015-02-23t22:28:55.111z",
        "2015-02-23T22:28:55.1111Z",
        "2015-W09-1T22:28:55.111Z",
        "2015-02-23T24:00:00.000Z",
        "2015-02-29T22:28:55.111Z",
        "2016-12-31T23:59:60.000Z",
        "1969-12-31T23:59:59.999Z",
        "\u0662\u0660\u0661\u0665-02-23T22:28:55.111Z",
        "2015-02-23T22:28:55.111Z\n",
        "",
    ],
    ids=ascii,
)
def test_what_is_not_canonical(text: str) -> None:
    assert read_canonical(text) is None


@given(INSTANTS)
def test_what_is_written_is_read_again(instant: int) -> None:
    written = write_instant(instant)
    assert read_canonical(written) == read_instant(written) == instant
    assert datetime.fromisoformat(written) == datetime.fromtimestamp(instant // 1000, UTC).replace(
        microsecond=instant % 1000 * 1000
    )


@given(st.floats(0, 1e11, exclude_max=True, allow_subnormal=False))
def test_seconds_are_read_by_their_decimal_text(seconds: float) -> None:
    whole, _, fraction = f"{seconds:.30f}".partition(".")
    text = repr(seconds)
    if "e" not in text:
        whole, _, fraction = text.partition(".")
    assert read_instant(seconds) == int(whole) * 1000 + int(fraction[:3].ljust(3, "0"))


@given(INSTANTS)
def test_milliseconds_are_read_as_they_are(instant: int) -> None:
    if instant >= 1e11:
        assert read_instant(instant) == read_instant(float(instant)) == instant


@pytest.mark.parametrize(
    ("instant", "inside"), [(-1, False), (0, True), (LAST_INSTANT, True), (LAST_INSTANT + 1, False)]
)
def test_the_years_1970_to_9999(instant: int, *, inside: bool) -> None:
    assert is_instant(instant) is inside
