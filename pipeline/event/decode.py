"""From a record's bytes to a JSON object: the contract, section 1."""

import re
from itertools import accumulate
from typing import Any, Final

import orjson

from pipeline.event.result import Code, DeadLetter
from pipeline.event.values import kind
from pipeline.event.warnings import Warnings

#: What orjson can write back; it reads 1024 levels.
MAX_DEPTH: Final = 254

#: orjson's words for faults that have a code of their own; all others are invalid JSON.
_CODE_OF_FAULT: Final[dict[str, Code]] = {
    "number is infinity when parsed as double": "number_out_of_range",
    "depth limit exceeded": "too_deep",
}

#: Every digit as `0`, every opening bracket as `[`.
_SHAPE: Final = bytes.maketrans(b"123456789{", b"000000000[")
#: An integer of more than 64 bits has at least 19 digits.
_LONG_NUMBER: Final = b"0" * 19

_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"')
_LONG_INTEGER: Final = re.compile(rb"(?<![0-9.eE+-])-?[0-9]{19,}+(?![.eE])")
_64_BITS: Final = range(-(2**63), 2**64)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[{]}"))

#: An escape of a string: a pair of surrogates, a lone one (the group), or anything else.
_ESCAPE: Final = re.compile(
    rb"""
    \\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}
    | (\\u[dD][89a-fA-F][0-9a-fA-F]{2})
    | \\.
    """,
    re.VERBOSE | re.DOTALL,
)


def decode(
    value: bytes | None, max_event_bytes: int, warnings: Warnings
) -> dict[str, Any] | DeadLetter:
    """Read a record's value as one JSON object of at most `max_event_bytes` bytes."""
    if not value:
        return DeadLetter("empty_value", "expected a page event, found no value")
    if len(value) > max_event_bytes:
        message = f"expected at most {max_event_bytes} bytes, found {len(value)}"
        return DeadLetter("too_large", message)
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError as fault:
        return _decode_faulty(value, fault, max_event_bytes, warnings)
    # One look at the bytes clears nearly every event of two faults.
    shape = value.translate(_SHAPE)
    if _LONG_NUMBER in shape or shape.count(b"[") > MAX_DEPTH:
        refused = _refuse_changed(_STRING.sub(b"", value))
        if refused:
            return refused
    if not isinstance(document, dict):
        return DeadLetter("not_an_object", f"expected a JSON object, found {kind(document)}")
    return document


def _decode_faulty(
    value: bytes, fault: orjson.JSONDecodeError, max_event_bytes: int, warnings: Warnings
) -> dict[str, Any] | DeadLetter:
    """Decode what has no other fault than lone surrogates; say what is wrong with all else."""
    repaired = _ESCAPE.sub(_replace_lone_surrogate, value)
    if repaired != value:
        warnings.add("invalid_unicode", "")
        return decode(repaired, max_event_bytes, warnings)
    try:
        value.decode()
    except UnicodeDecodeError as error:
        message = f"expected UTF-8, found at byte {error.start}: {error.reason}"
        return DeadLetter("invalid_utf8", message)
    code = _CODE_OF_FAULT.get(fault.msg, "invalid_json")
    return DeadLetter(code, f"expected JSON, found at character {fault.pos}: {fault.msg}")


def _replace_lone_surrogate(escape: re.Match[bytes]) -> bytes:
    # What browser SDKs send for a title that was cut inside an emoji, and orjson refuses.
    return rb"\ufffd" if escape[1] else escape[0]


def _refuse_changed(bare: bytes) -> DeadLetter | None:
    """Refuse JSON that orjson would not write back as it was, seen without its strings."""
    if any(int(digits) not in _64_BITS for digits in _LONG_INTEGER.findall(bare)):
        message = "expected integers of at most 64 bits, found a longer one"
        return DeadLetter("number_out_of_range", message)
    if _depth(bare) > MAX_DEPTH:
        return DeadLetter("too_deep", f"expected at most {MAX_DEPTH} levels, found more")
    return None


def _depth(bare: bytes) -> int:
    brackets = bare.translate(None, _NO_BRACKETS)
    return max(accumulate(1 if bracket in b"[{" else -1 for bracket in brackets), default=0)
