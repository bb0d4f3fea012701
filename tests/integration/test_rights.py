"""Rights: each command works with those of the documentation, and with none of them fewer."""

import os
import re
from importlib.resources import files
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.exits import EXIT_USAGE, Refused
from pipeline.settings import Settings, load_settings
from pipeline.stream.readiness import wait_until_ready
from pipeline.stream.rights import COMMANDS, Operation, Resource, rights_of
from pipeline.stream.topic_admin import admin_client, describe
from tests.commands.support import invoke_beside
from tests.integration.grants import GUARANTEES, PRINCIPALS, Acl, own, settings_of, without
from tests.integration.records import read_until
from tests.integration.secured import Secured
from tests.integration.topics import add_partitions, delete
from tests.integration.worker import Worker, running
from tests.pages import PAGES

RAW, ENRICHED, DEAD_LETTER = "page-events-raw", "page-events-enriched", "page-events-dead-letter"
#: One that becomes a canonical event, and one that becomes a dead letter.
EVENTS = (files("pipeline") / "samples/sdk_events.jsonl").read_bytes().splitlines()[0] + b"\n{}\n"
OPTIONS = {"tail": ("--from-beginning", "--limit", "1"), "dead-letters replay": ("--no-wait",)}
#: `demo` makes up names that begin so.
DEMO = Settings(
    group="page-demo-0",
    raw_topic="page-demo-0-raw",
    enriched_topic="page-demo-0-enriched",
    dead_letter_topic="page-demo-0-dead-letter",
)

Right = tuple[Resource, Operation]


def rights(command: str) -> list[Right]:
    needed = rights_of(command, DEMO if command == "demo" else Settings())
    return [(each, operation) for each, operations in needed.items() for operation in operations]


# -- The table, the commands and the code say the same


def documented() -> set[tuple[str, str, str, str]]:
    """Give the rows of the page's table, an operation each: user, kind, name, operation."""
    pattern = r"^\| (`.*`)? ?\| ([a-z ]+) `(.*)` \| ([A-Z_, ]+) \|$"
    found, user = set(), ""
    for command, kind, name, operations in re.findall(pattern, PAGES["security.md"], re.MULTILINE):
        words = re.sub("[`,]|--brokers", "", command).strip()
        user = PRINCIPALS[words] if words else user
        found |= {(user, kind, name, operation) for operation in operations.split(", ")}
    return found


def test_the_commands_grant_what_the_table_says(acls: list[Acl]) -> None:
    assert {(acl.user, acl.kind, acl.shown, acl.operation) for acl in acls} == documented()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_asks_for_what_is_granted(command: str, acls: list[Acl]) -> None:
    asked, mine = rights(command), own(acls, command)
    for right in asked:
        assert sum(acl.covers(*right) for acl in mine) == 1
    for acl in mine:
        assert any(acl.covers(*right) for right in asked)


# -- Just these


async def attempt(command: str, secured: Secured) -> tuple[int, str]:
    """Run a command as the user whom the documentation lets do it; exit code, standard error."""
    options = OPTIONS.get(command) or OPTIONS.get(command.split(maxsplit=1)[0], ())
    if command == "demo":
        options = ("--brokers", secured.addresses["PASSWORD"])
    settings = settings_of(command, secured)
    with patch.dict(os.environ):  # `demo` makes settings of its own
        done = await invoke_beside(*command.split(), *options, given=EVENTS, settings=settings)
    return done.exit_code, done.stderr


async def test_every_command_works_with_the_documented_rights(
    secured: Secured, acls: list[Acl], tmp_path: Path
) -> None:
    assert acls
    await delete(secured.plain, RAW, ENRICHED, DEAD_LETTER)
    await works("topics create", secured)
    for expected, command in enumerate(GUARANTEES, 1):
        await works("produce", secured)
        with running(Worker(tmp_path / f"{command}.log", settings_of(command, secured))) as worker:
            await read_until(secured.plain, [ENRICHED, DEAD_LETTER], 2 * expected)
            assert worker.stop() == 0
    for command in COMMANDS:
        if command not in GUARANTEES:
            await works(command, secured)


async def works(command: str, secured: Secured) -> None:
    exit_code, told = await attempt(command, secured)
    assert (command, exit_code) == (command, 0), told


# -- And none fewer


@pytest.mark.parametrize(
    ("command", "right"),
    [(command, right) for command in COMMANDS for right in rights(command)],
    ids=lambda value: value if isinstance(value, str) else f"{value[1]} on {value[0]}",
)
async def test_a_right_that_is_missing_is_named(
    command: str,
    right: Right,
    secured: Secured,
    acls: list[Acl],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource, operation = right
    (acl,) = [each for each in own(acls, command) if each.covers(resource, operation)]
    await need(operation, resource, secured)
    async with without(secured.plain, acl):
        if command in GUARANTEES:
            exit_code, told = await start_worker(settings_of(command, secured), monkeypatch)
        else:
            exit_code, told = await attempt(command, secured)
    assert exit_code == EXIT_USAGE
    assert re.search(rf"\bdoes not grant (.*; )?{operation} on {acl.kind} {acl.name}", told)
    assert told.count("\n") == 1


async def need(operation: Operation, resource: Resource, secured: Secured) -> None:
    """Let there be the topics, but not as a command needs them that may create or alter one."""
    await invoke_beside("topics", "create", settings=secured.with_password())
    if operation == "CREATE":
        await delete(secured.plain, resource.name)
    elif operation == "ALTER":
        async with admin_client(Settings(brokers=secured.plain), 10) as admin:
            (raw,) = await describe(admin, [RAW])
        assert raw
        await add_partitions(secured.plain, RAW, raw.partitions + 1)


async def start_worker(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str]:
    """Do what a worker does before it reads; that it ends so too, one process proves for all."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Refused) as refused:
        await wait_until_ready(load_settings())
    return refused.value.exit_code, f"{refused.value}\n"
