import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from pipeline.logs import configure_logging, log_bug

logger = logging.getLogger("pipeline.test")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers, root.level, root.manager.disable
    logging.disable(logging.NOTSET)  # a command that ran in this process may have silenced it
    yield
    root.handlers, root.level = before[0], before[1]
    logging.disable(before[2])


def test_a_json_line_says_when_how_grave_what_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    logger.warning("It is %s", "odd", extra={"topic": "raw", "partition": 3, "offset": 7})
    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning",
        "message": "It is odd",
        "topic": "raw",
        "partition": 3,
        "offset": 7,
    }


def test_what_is_no_terminal_gets_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "auto")
    logger.info("hello")
    assert json.loads(capsys.readouterr().err)["message"] == "hello"


def test_a_text_line_is_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "text")
    logger.info("hello")
    assert capsys.readouterr().err.endswith(" INFO hello\n")


@pytest.mark.parametrize(
    ("level", "name", "is_written"),
    [
        ("info", "pipeline.stream", True),
        ("debug", "pipeline.stream", True),
        ("warning", "pipeline.stream", False),
        ("info", "faust.worker", False),
        ("debug", "faust.worker", True),
    ],
)
def test_libraries_are_quiet_unless_asked(
    capsys: pytest.CaptureFixture[str],
    level: str,
    name: str,
    is_written: bool,  # noqa: FBT001 - a column of the table
) -> None:
    configure_logging(level, "json")
    logging.getLogger(name).info("hello")
    assert bool(capsys.readouterr().err) is is_written


def test_no_request_of_aiokafka_is_ever_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug", "json")
    logging.getLogger("aiokafka.conn").debug("Request: an event and a password")
    assert capsys.readouterr().err == ""


def test_a_bug_is_told_without_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    try:
        json.loads("what an event held")
    except ValueError as error:
        log_bug(logger, "A bug", error, offset=7)
    line = json.loads(capsys.readouterr().err)
    assert "A bug: JSONDecodeError" in line["message"]
    assert "test_logs.py" in line["message"]
    assert "line 1 column 1" not in line["message"]
    assert line["offset"] == 7


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_traceback_is_written_without_what_the_exception_says(
    capsys: pytest.CaptureFixture[str], log_format: Literal["json", "text"]
) -> None:
    configure_logging("info", log_format)
    try:
        json.loads("what an event held")
    except ValueError:
        logger.exception("It failed")
    written = capsys.readouterr().err
    assert "JSONDecodeError" in written
    assert "test_logs.py" in written
    assert "line 1 column 1" not in written
