import io
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.commands.progress import counted_progress, progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"x" * 2000)
    return path


def shown(files: Sequence[Path], error: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read half of the bytes and give what a person saw."""
    monkeypatch.setattr(sys, "stderr", error)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar(files) as on_read:
        on_read(1000)
    return error.getvalue()


def test_on_a_terminal(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "50%" in shown([file], Terminal(), monkeypatch)


def test_over_all_files(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "25%" in shown([file, file], Terminal(), monkeypatch)


def test_not_into_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown([file], io.StringIO(), monkeypatch) == ""


@pytest.mark.parametrize("files", [[], [Path("-")]], ids=["standard input", "-"])
def test_not_of_unknown_size(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(files, Terminal(), monkeypatch) == ""


@pytest.mark.parametrize(("error", "expected"), [(Terminal(), True), (io.StringIO(), False)])
def test_of_things_that_are_counted(
    error: io.StringIO,
    expected: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", error)
    monkeypatch.setenv("TERM", "xterm")
    with counted_progress("reading", 200) as advance:
        advance(50)
    assert ("25%" in error.getvalue()) == expected
    assert ("50/200" in error.getvalue()) == expected
    assert (" reading " in error.getvalue()) == expected
