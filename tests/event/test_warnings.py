"""The warnings of one event."""

from pipeline.event.warnings import Warnings


def test_no_pair_of_code_and_field_comes_twice() -> None:
    warnings = Warnings()
    warnings.add("invalid_type", "name")
    warnings.add("invalid_type", "channel")
    warnings.add("invalid_type", "name")
    assert warnings == [
        {"code": "invalid_type", "field": "name"},
        {"code": "invalid_type", "field": "channel"},
    ]
