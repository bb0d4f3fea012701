from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.stream.producer_id import error_codes

REFUSED, NOT_ATTEMPTED = 29, 55


@pytest.mark.parametrize(
    ("response", "codes"),
    [
        ({"error_code": 0}, [0]),
        ({"error_code": 53}, [53]),
        ({"errors": [("enriched", [(0, 0)]), ("dead-letter", [(0, 0)])]}, [0, 0]),
        ({"errors": [("enriched", [(0, NOT_ATTEMPTED)]), ("dead", [(0, REFUSED)])]}, [REFUSED]),
    ],
)
def test_the_codes_are_those_of_what_was_attempted(
    response: dict[str, Any], codes: list[int]
) -> None:
    assert error_codes(SimpleNamespace(**response)) == codes
