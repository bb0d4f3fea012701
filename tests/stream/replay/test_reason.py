import pytest

from pipeline.stream.output_record import Header
from pipeline.stream.replay.reason import Reason, take_apart

APPENDED: list[Header] = [
    ("__connect.errors.topic", b"raw"),
    ("__connect.errors.partition", b"3"),
    ("__connect.errors.offset", b"8"),
    ("__connect.errors.stage", b"validate"),
    ("__connect.errors.exception.message", "name: expected …".encode()),
    ("error-code", b"missing_name"),
]
FIELD: Header = ("error-field", b"name")
SOURCE: Header = ("source-offset", b"8")


@pytest.mark.parametrize("field", [[FIELD], []], ids=["with a field", "without a field"])
@pytest.mark.parametrize(
    "own",
    [
        pytest.param([], id="no headers of its own"),
        pytest.param([("trace", b"1"), ("trace", None)], id="headers of its own"),
        pytest.param([("error-code", b"E1"), ("source-offset", b"7")], id="of the same names"),
        pytest.param([FIELD], id="a field of its own"),
        pytest.param([*APPENDED, SOURCE], id="a dead letter that was sent as a raw record"),
    ],
)
def test_only_what_the_pipeline_appended_is_taken_off(
    own: list[Header], field: list[Header]
) -> None:
    found = take_apart([*own, *APPENDED, *field, SOURCE])
    name = "name" if field else None
    assert found == (own, Reason("missing_name", name, "name: expected …", "8"))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="no headers"),
        pytest.param([SOURCE], id="a canonical event"),
        pytest.param(APPENDED, id="without a source offset"),
        pytest.param([*APPENDED[1:], SOURCE], id="one missing"),
        pytest.param([*APPENDED[::-1], SOURCE], id="another order"),
        pytest.param([*APPENDED, SOURCE, ("mirrored", b"1")], id="one behind them"),
    ],
)
def test_what_the_pipeline_did_not_write_is_no_dead_letter(headers: list[Header]) -> None:
    assert take_apart(headers) is None
