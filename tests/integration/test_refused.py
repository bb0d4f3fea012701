"""A worker that runs already, and is not let in any more: it says so once, and goes on later."""

import shlex
from pathlib import Path

import pytest

from pipeline.stream.rights import Operation, Resource
from tests.commands.support import invoke_beside
from tests.integration.grants import GUARANTEES, Acl, own, settings_of, without
from tests.integration.records import Raw, read_until, write
from tests.integration.secured import PASSWORD, Secured
from tests.integration.topics import delete
from tests.integration.worker import Worker, running
from tests.pages import commands

RAW, ENRICHED, DEAD_LETTER = "page-events-raw", "page-events-enriched", "page-events-dead-letter"
OUTPUTS = (ENRICHED, DEAD_LETTER)
#: One that becomes a canonical event, and one that becomes a dead letter.
RECORDS = [Raw(b'{"userId": "u", "name": "Home"}'), Raw(b"{}")]

REFUSES, STILL_REFUSES = "Kafka refuses, trying again: ", "Kafka still refuses: "
#: At this level a worker tells of every attempt that it makes again.
DEBUG = {"PIPELINE_LOG_LEVEL": "debug"}

TAKEN_AWAY: dict[str, tuple[Resource, Operation]] = {
    f"not authorized for topic {RAW}": (Resource("topic", RAW), "READ"),
    f"not authorized for topic {ENRICHED}": (Resource("topic", ENRICHED), "WRITE"),
    f"not authorized for topic {DEAD_LETTER}": (Resource("topic", DEAD_LETTER), "WRITE"),
    "not authorized for group page-enrichment": (Resource("group", "page-enrichment"), "READ"),
}


@pytest.fixture
async def topics(secured: Secured) -> None:
    """Make the topics anew."""
    await delete(secured.plain, RAW, *OUTPUTS)
    done = await invoke_beside("topics", "create", settings=secured.with_password())
    assert done.exit_code == 0


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize("command", GUARANTEES)
async def test_a_right_is_taken_away(
    command: str, secured: Secured, acls: list[Acl], tmp_path: Path
) -> None:
    settings = settings_of(command, secured) | DEBUG
    with running(Worker(tmp_path / "worker.log", settings)) as worker:
        await worker.reads()
        for count, (told, right) in enumerate(TAKEN_AWAY.items(), 1):
            (acl,) = [each for each in own(acls, command) if each.covers(*right)]
            retries = worker.log.count(STILL_REFUSES)
            async with without(secured.plain, acl):
                await write(secured.plain, RAW, RECORDS)
                await worker.logs(REFUSES + told)
                await worker.logs(STILL_REFUSES, retries + 2)
            outputs = await read_until(secured.plain, OUTPUTS, count * len(RECORDS))
            assert worker.log.count(REFUSES) == count
        assert worker.stop() == 0
    if command == "worker":
        assert len(outputs) == len(TAKEN_AWAY) * len(RECORDS)
    assert PASSWORD not in worker.log


def change_password(secured: Secured, password: str) -> None:
    """Run the documented command, which gives the worker a password, perhaps another one."""
    (line,) = [line for line in commands("security.md") if line.startswith("kafka-configs.sh")]
    _, option, _, *rest = shlex.split(line.replace("password=secret", f"password={password}"))
    secured.kafka.run("kafka.admin.ConfigCommand", option, secured.plain, *rest)


@pytest.mark.usefixtures("topics", "acls")
async def test_a_password_is_changed(secured: Secured, tmp_path: Path) -> None:
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
        await worker.reads()
        change_password(secured, theirs)
        secured.kafka.stop()
        secured.kafka.start()
        await worker.logs(told, times=5)
        assert worker.log.count(REFUSES) == 1
        change_password(secured, mine)
        await write(secured.plain, RAW, RECORDS)
        await read_until(secured.plain, OUTPUTS, len(RECORDS))
        assert worker.stop() == 0
    assert mine not in worker.log
    assert theirs not in worker.log
