import io
import sys
from types import SimpleNamespace

import pytest

from pipeline.commands.output import write_out


class Sluggish(io.BytesIO):
    """Takes three bytes at a time, and remembers when it was flushed."""

    flushed = 0

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        return super().write(data[:3])

    def flush(self) -> None:
        self.flushed += 1


def test_all_is_written_and_flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = Sluggish()
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=stdout))
    write_out(b"0123456789")
    assert (stdout.getvalue(), stdout.flushed) == (b"0123456789", 1)
