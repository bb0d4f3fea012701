"""Points in time as they are sent and as they are written: the contract, section 7.

Inside, an instant is a number of milliseconds since 1970.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from pipeline.event.values import is_number, trim

#: The last millisecond of the year 9999; the first of 1970 is 0.
LAST_INSTANT: Final = 253_402_300_799_999

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

#: What is written: a second, and its milliseconds. `fromisoformat` alone would accept more: commas,
#: week dates.
_CANONICAL_SECOND: Final = re.compile(
    r"(?:19[789]|[2-9][0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}"
    r"T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}"
)
_CANONICAL_ENDS: Final = tuple(f".{milliseconds:03}Z" for milliseconds in range(1000))
_MILLISECONDS: Final = {end: milliseconds for milliseconds, end in enumerate(_CANONICAL_ENDS)}
#: What is read: a day, or a day and a time.
_ACCEPTED: Final = re.compile(
    r"""
    [0-9]{4}-[0-9]{2}-[0-9]{2}
    (?:
        [Tt\ ] (?:[01][0-9]|2[0-3]) : [0-9]{2} (?: : [0-9]{2} (?: [.,] [0-9]+ )? )?
        \ ?
        (?: [Zz] | [+-] (?:[01][0-9]|2[0-3]) (?: :? [0-5][0-9] )? )?
    )?
    """,
    re.VERBOSE,
)


def is_instant(milliseconds: int) -> bool:
    """Whether a number of milliseconds lies in the years 1970 to 9999."""
    return 0 <= milliseconds <= LAST_INSTANT


def read_canonical(text: str) -> int | None:
    """Read a time that is written as the pipeline writes it; None if it is not, or is no time."""
    milliseconds = _MILLISECONDS.get(text[19:])
    if milliseconds is None:
        return None
    second = _read_second(text[:19])
    return None if second is None else second + milliseconds


def read_instant(value: Any) -> int | None:
    """Read a time in any accepted form, cut to whole milliseconds; None if it cannot be read."""
    if isinstance(value, str):
        instant = _read_text(trim(value))
    elif is_number(value):
        instant = _read_number(value)
    else:
        return None
    return instant if instant is not None and is_instant(instant) else None


def write_instant(instant: int) -> str:
    """Write an instant as `2015-02-23T22:28:55.111Z`."""
    return _write_second(instant // 1000) + _CANONICAL_ENDS[instant % 1000]


# Records of one moment share their seconds, and reading one anew takes four times as long.
@lru_cache(maxsize=1024)
def _read_second(text: str) -> int | None:
    """Read `2015-02-23T22:28:55` as milliseconds."""
    if not _CANONICAL_SECOND.fullmatch(text):
        return None
    try:
        return (datetime.fromisoformat(text + "Z") - _EPOCH) // _MILLISECOND
    except ValueError:
        return None


# Writing one anew takes three times as long.
@lru_cache(maxsize=1024)
def _write_second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat().removesuffix("+00:00")


def _read_text(text: str) -> int | None:
    if not _ACCEPTED.fullmatch(text):
        return None
    try:
        # Python knows neither a small `z` nor a space before the zone.
        moment = datetime.fromisoformat(text[:11] + text[11:].replace(" ", "").upper())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def _read_number(number: float) -> int:
    """Read epoch milliseconds, or seconds where the number is too small for them."""
    shift = 0 if abs(number) >= 1e11 else 3
    return math.floor(Decimal(repr(number)).scaleb(shift))
