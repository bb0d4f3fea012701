"""A worker that runs already, and is not let in any more: it says so once, and goes on later."""

import asyncio
import shlex
import uuid
from pathlib import Path

import pytest

from pipeline.stream.rights import Operation, Resource
from tests.commands.support import invoke_beside
from tests.integration.grants import GUARANTEES, Acl, own, settings_of, without
from tests.integration.records import READ_SECONDS, Raw, read, write
from tests.integration.secured import PASSWORD, Secured
from tests.integration.worker import Worker, running
from tests.pages import commands

RAW, ENRICHED, DEAD_LETTER = "page-events-raw", "page-events-enriched", "page-events-dead-letter"
OUTPUTS = (ENRICHED, DEAD_LETTER)
REFUSES, STILL_REFUSES = "Kafka refuses, trying again: ", "Kafka still refuses: "
#: At this level a worker tells of every attempt that it makes again.
DEBUG = {"PIPELINE_LOG_LEVEL": "debug"}

TAKEN_AWAY: dict[str, tuple[Resource, Operation]] = {
    f"not authorized for topic {RAW}": (Resource("topic", RAW), "READ"),
    f"not authorized for topic {ENRICHED}": (Resource("topic", ENRICHED), "WRITE"),
    f"not authorized for topic {DEAD_LETTER}": (Resource("topic", DEAD_LETTER), "WRITE"),
    "not authorized for group page-enrichment": (Resource("group", "page-enrichment"), "READ"),
}


class Sent:
    """Records that this test alone sends: what becomes of them is told from all others."""

    def __init__(self, secured: Secured) -> None:
        self._brokers = secured.plain
        self._mark = uuid.uuid4().hex.encode()
        self.count = 0

    async def send(self) -> None:
        """Send one that becomes a canonical event, and one that becomes a dead letter."""
        event = b'{"userId": "u", "name": "Home", "messageId": "%s"}' % self._mark
        await write(self._brokers, RAW, [Raw(event), Raw(b'{"messageId": "%s"}' % self._mark)])
        self.count += 2

    async def arrive(self) -> int:
        """Wait until something came of each, and count that."""
        async with asyncio.timeout(READ_SECONDS):
            while (found := await self._outputs()) < self.count:
                await asyncio.sleep(0.1)
        return found

    async def _outputs(self) -> int:
        records = [each for topic in OUTPUTS for each in await read(self._brokers, topic)]
        return sum(self._mark in (record.value or b"") for record in records)


@pytest.fixture
async def sent(secured: Secured) -> Sent:
    """Let there be topics to send to."""
    done = await invoke_beside("topics", "create", settings=secured.with_password())
    assert done.exit_code == 0
    return Sent(secured)


@pytest.mark.parametrize("command", GUARANTEES)
async def test_a_right_is_taken_away(
    command: str, secured: Secured, acls: list[Acl], sent: Sent, tmp_path: Path
) -> None:
    settings = settings_of(command, secured) | DEBUG
    with running(Worker(tmp_path / "worker.log", settings)) as worker:
        await worker.reads_something()
        for count, (told, right) in enumerate(TAKEN_AWAY.items(), 1):
            (acl,) = [each for each in own(acls, command) if each.covers(*right)]
            retries = worker.log.count(STILL_REFUSES)
            async with without(secured.plain, acl):
                await sent.send()
                await worker.logs(REFUSES + told)
                await worker.logs(STILL_REFUSES, retries + 2)
            arrived = await sent.arrive()
            assert worker.log.count(REFUSES) == count
        assert worker.stop() == 0
    assert arrived == sent.count or GUARANTEES[command] == "at_least_once"
    assert PASSWORD not in worker.log


def change_password(secured: Secured, password: str) -> None:
    """Run the documented command, which gives the worker a password, perhaps another one."""
    (line,) = [line for line in commands("security.md") if line.startswith("kafka-configs.sh")]
    _, option, _, *rest = shlex.split(line.replace("password=secret", f"password={password}"))
    secured.kafka.run("kafka.admin.ConfigCommand", option, secured.plain, *rest)


@pytest.mark.usefixtures("acls")
async def test_a_password_is_changed(secured: Secured, sent: Sent, tmp_path: Path) -> None:
    mine, theirs, told = "my secret", "another", "invalid credentials"
    change_password(secured, mine)
    (tmp_path / "password").write_text(f"{mine}\n")
    settings = secured.with_both("SCRAM-SHA-512") | {
        "PIPELINE_SASL_USERNAME": "worker",
        "PIPELINE_SASL_PASSWORD": "",
        "PIPELINE_SASL_PASSWORD_FILE": str(tmp_path / "password"),
        "PIPELINE_WEB_PORT": "0",
    }
    with running(Worker(tmp_path / "worker.log", settings | DEBUG)) as worker:
        await worker.reads_something()
        change_password(secured, theirs)
        secured.kafka.stop()
        secured.kafka.start()
        await worker.logs(REFUSES)  # the libraries' own lines, at debug, may come before
        await worker.logs(told, worker.log.count(told) + 5)
        assert worker.log.count(REFUSES) == 1
        change_password(secured, mine)
        await sent.send()
        await sent.arrive()
        assert worker.stop() == 0
    assert mine not in worker.log
    assert theirs not in worker.log
