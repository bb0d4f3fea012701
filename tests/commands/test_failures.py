import errno
from pathlib import Path

import click
import pytest
from click.exceptions import Exit

from pipeline.commands.failures import one_line_failures, without_message
from pipeline.exits import EXIT_UNREACHABLE, Refused


def stumble() -> None:
    nothing: dict[str, None] = {}
    nothing["a secret"]


@pytest.mark.parametrize(
    ("error", "exit_code", "line"),
    [
        (Refused("no broker", EXIT_UNREACHABLE), 69, "no broker"),
        (click.UsageError("No such\n  option."), 2, "No such option."),
        (OSError(errno.ENOSPC, "No space left on device"), 70, "output: No space left on device"),
        (OSError(errno.EIO, "I/O error", "bad.jsonl"), 70, "bad.jsonl: I/O error"),
    ],
    ids=["refused", "wrong usage", "full disk", "broken disk"],
)
def test_one_line_and_an_exit_code(
    error: Exception, exit_code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exit) as ended, one_line_failures():
        raise error
    assert ended.value.exit_code == exit_code
    assert capsys.readouterr().err == f"page-pipeline: {line}\n"


def test_wrong_usage_names_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    context = click.Context(click.Command("x"), info_name="page-pipeline")
    with pytest.raises(Exit), one_line_failures():
        raise click.UsageError("No such option: --x.", ctx=context)
    told = "page-pipeline: No such option: --x; try 'page-pipeline --help'\n"
    assert capsys.readouterr().err == told


def test_ctrl_c_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exit) as ended, one_line_failures():
        raise KeyboardInterrupt
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == ""


def test_sigterm_passes_through() -> None:
    with pytest.raises(SystemExit, match="143"), one_line_failures():
        raise SystemExit(143)


def test_a_bug_is_told_by_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exit) as ended, one_line_failures():
        stumble()
    assert ended.value.exit_code == 70
    line = capsys.readouterr().err
    assert line.startswith("page-pipeline: a bug of ours: KeyError < ")
    assert Path(__file__).name in line
    assert "a secret" not in line
    assert line.count("\n") == 1


def test_without_message_names_the_innermost_place_first() -> None:
    with pytest.raises(KeyError) as raised:
        stumble()
    first, *_ = without_message(raised.value).removeprefix("KeyError < ").split(" < ")
    assert first.startswith("stumble (")
