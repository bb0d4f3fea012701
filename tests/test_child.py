import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import child


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=lambda end: end.name)
def test_a_child_ends_with_its_parent(tmp_path: Path, end: signal.Signals) -> None:
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    code = (
        "import sys, time; from pipeline import child; child.start(*sys.argv[1:]); time.sleep(60)"
    )
    command = ["/bin/sh", "-c", 'exec sleep 60 >"$0"', str(alive)]
    parent = subprocess.Popen([sys.executable, "-c", code, *command])
    with alive.open("rb") as pipe:  # open from the child's start to the child's end
        parent.send_signal(end)
        assert parent.wait() == -end
        assert pipe.read() == b""


def test_output_ends_with_the_child() -> None:
    process = child.start("/bin/sh", "-c", "echo out; echo error >&2", output=subprocess.PIPE)
    assert process.stdout
    with process.stdout:
        assert process.stdout.read() == b"out\nerror\n"
    assert process.wait() == 0
    child.stop(process)


def test_standard_input_is_empty() -> None:
    process = child.start("/bin/sh", "-c", "read line && exit 1; exit 5")
    assert process.wait() == 5
    child.stop(process)


@pytest.mark.parametrize(
    ("command", "timeout", "code"),
    [
        pytest.param(":", 30, -signal.SIGTERM, id="ends at the signal"),
        pytest.param("trap '' TERM", 0.1, -signal.SIGKILL, id="killed at the timeout"),
    ],
)
def test_stop(tmp_path: Path, command: str, timeout: float, code: int) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    process = child.start("/bin/sh", "-c", f'{command}; echo >"$0"; exec sleep 60', str(ready))
    ready.read_bytes()
    assert child.stop(process, timeout=timeout) == code
