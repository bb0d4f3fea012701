"""Child processes that never outlive the process that started them."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import IO

# The command takes the shell's place and process id. Beside it a subshell waits for the end of a
# pipe whose other end only the parent holds: it comes when the parent ends, even by SIGKILL.
# (Linux' PR_SET_PDEATHSIG fires when the starting *thread* ends, and other systems have none.)
_TIED = 'exec 3<&0 0</dev/null; (read -r _; kill -9 $$) <&3 >/dev/null 2>&1 & exec "$@" 3<&-'


def start(
    *command: str, env: Mapping[str, str] | None = None, output: int | IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, so that Ctrl-C reaches only the parent.

    Standard output and error both go to `output` (None: the parent's). End it with `stop`.
    """
    return subprocess.Popen(  # noqa: S603 - the commands are ours
        ["/bin/sh", "-c", _TIED, "sh", *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        env=env,
        start_new_session=True,
    )


def stop(
    process: subprocess.Popen[bytes],
    with_signal: signal.Signals = signal.SIGTERM,
    timeout: float = 30,
) -> int:
    """Send a signal, wait `timeout` seconds, then kill whatever is left; the exit code."""
    try:
        process.send_signal(with_signal)
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        _end_session(process)


def _end_session(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin:
        process.stdin.close()
