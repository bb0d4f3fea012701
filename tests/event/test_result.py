"""What becomes of a record."""

from typing import get_args

from pipeline import DeadLetter, Enriched
from pipeline.event.result import DECODE_CODES, Code


def test_results_can_be_logged_without_the_payload() -> None:
    assert "secret" not in repr(Enriched(b"secret", b"secret"))
    assert "secret" not in repr(DeadLetter("internal_error", "", cause=ValueError("secret")))


def test_the_stage_is_decode_up_to_not_an_object() -> None:
    codes = get_args(Code)
    last = codes.index("not_an_object")
    assert [DeadLetter(code, "").stage for code in codes] == [
        "decode" if position <= last else "validate" for position in range(len(codes))
    ]
    assert set(codes[: last + 1]) == DECODE_CODES
