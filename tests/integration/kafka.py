"""A real Kafka broker for tests: one KRaft node on loopback, from jars that Maven resolves once."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from zlib import crc32

from pipeline import child
from pipeline.broker import free_port

VERSION = "4.1.0"
JAVA_HEAP = "-Xmx512m"
START_TIMEOUT = 60.0  # seconds; 3 are usual

_ROOT = Path(__file__).parents[2]
_POM = _ROOT / "tests" / "kafka" / "pom.xml"
_CACHE = _ROOT / ".kafka"

# One node cannot replicate. Tests do not wait for group members that may still come, nor 9 s for a
# killed broker's session to end. Records keep timestamps that may be older than any retention, and
# brokers forget who wrote such records as soon as they look, usually every ten minutes.
_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "log.retention.ms": "-1",
    "producer.id.expiration.check.interval.ms": "200",
}


def missing(version: str = VERSION) -> str | None:
    """Why there can be no Kafka here: the programs to install, or None."""
    needed = ["java"] if _folder(version).is_dir() else ["java", "mvn"]
    lacking = [program for program in needed if not shutil.which(program)]
    return f"{' and '.join(lacking)} not found" if lacking else None


def jars(version: str = VERSION) -> Path:
    """Return the folder of the broker's jars; Maven fetches them on first use."""
    folder = _folder(version)
    if not folder.is_dir():
        partial = folder.with_name(f"{folder.name}-{uuid.uuid4().hex}")
        maven = ["mvn", "-q", "-B", "-f", str(_POM), f"-Dkafka.version={version}"]
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={partial}"]
        subprocess.run([*maven, *goal], check=True)
        try:
            partial.rename(folder)
        except OSError:  # another test session was faster
            shutil.rmtree(partial)
    return folder


def _folder(version: str) -> Path:
    """Where the jars are kept: elsewhere, if others are wanted."""
    return _CACHE / f"{version}-{crc32(_POM.read_bytes()):08x}"


def new_cluster_id() -> str:
    """An id for a cluster: 22 characters of Base64, never a dash first: that would be an option."""
    return "A" + urlsafe_b64encode(uuid.uuid4().bytes).decode()[:20] + "A"


class Kafka:
    """A broker that can be stopped, killed, frozen and started again on the same port and data."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        version: str = VERSION,
        cluster: str | None = None,
        port: int | None = None,
        *,
        scram: Iterable[str] = (),
    ) -> None:
        self.port, controller = port or free_port(), free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._cluster = cluster or new_cluster_id()
        self._java = ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", JAVA_HEAP]
        self._java += ["-XX:+UseSerialGC", "-cp", f"{jars(version)}/*"]
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "kafka.log"
        self._properties = folder / "server.properties"
        self._write_properties(
            _SETTINGS
            | {
                "controller.quorum.voters": f"1@127.0.0.1:{controller}",
                "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}",
                "log.dirs": str(folder / "data"),
            }
            | {
                name: value.format(port=self.port, controller=controller)
                for name, value in (settings or {}).items()
            }
        )
        self._format(scram)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start the broker and wait until it answers and has joined its cluster."""
        with self._log.open("ab") as log:
            self._process = child.start(
                *self._java, "kafka.Kafka", str(self._properties), output=log
            )
        deadline = time.monotonic() + START_TIMEOUT
        while not self._serves():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Kafka did not start:\n{self._log.read_text()[-4000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop in order (SIGTERM) and wait for the end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill (SIGKILL) and wait for the end."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the clock of the broker (SIGSTOP): connections stay, nothing answers."""
        self._running().send_signal(signal.SIGSTOP)
        # On a busy machine its other threads go on until one has seen the signal.
        os.waitid(os.P_PID, self._running().pid, os.WSTOPPED)

    def thaw(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("Kafka is not running")
        return self._process

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            child.stop(self._process, how)
            self._process = None

    def _write_properties(self, settings: Mapping[str, str]) -> None:
        self._properties.write_text("".join(f"{k}={v}\n" for k, v in settings.items()))

    def _format(self, scram: Iterable[str]) -> None:
        users = [option for user in scram for option in ("--add-scram", user)]
        options = ["-t", self._cluster, "-c", str(self._properties), *users]
        self.run("kafka.tools.StorageTool", "format", *options)

    def run(self, tool: str, *arguments: str) -> None:
        """Run one of Kafka's own programs; its scripts do no more than that."""
        java = [*self._java, "-XX:TieredStopAtLevel=1", tool]  # it ends before more would pay
        subprocess.run([*java, *arguments], check=True, capture_output=True)

    def _serves(self) -> bool:
        """Whether a metadata request (version 1, for no topic) finds at least one broker."""
        request = struct.pack(">ihhihi", 14, 3, 1, 0, -1, 0)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(request)
                reply = connection.recv(12, socket.MSG_WAITALL)
        except OSError:
            return False
        return len(reply) == 12 and struct.unpack(">iii", reply)[2] > 0
