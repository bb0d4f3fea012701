"""Rights, granted by the documentation's own commands and taken away one by one."""

import re
import shlex
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest

from pipeline.settings import Settings
from pipeline.stream.authorization import OPERATIONS
from pipeline.stream.rights import COMMANDS, Kind, Operation, Resource
from pipeline.stream.topic_admin import admin_client
from tests.integration.kafka import Kafka
from tests.integration.secured import Secured
from tests.pages import commands

#: The user whom the documentation lets run a command.
PRINCIPALS = {command: re.sub(r"[ _]", "-", command) for command in COMMANDS}

#: Both are the command `worker`.
GUARANTEES = {"worker": "exactly_once", "worker at_least_once": "at_least_once"}

#: Kafka's own numbers.
_KINDS: dict[int, Kind] = {2: "topic", 3: "group", 5: "transactional id"}
_OPERATIONS: dict[int, Operation] = {number: name for name, number in OPERATIONS.items()}
_ANY, _LITERAL, _PREFIXED, _ALLOW = 1, 3, 4, 3


class Acl(NamedTuple):
    """One right of one user."""

    user: str
    kind: Kind
    name: str
    pattern: int
    operation: Operation

    def covers(self, resource: Resource, operation: Operation) -> bool:
        """Whether it grants just this."""
        if (self.kind, self.operation) != (resource.kind, operation):
            return False
        if self.pattern == _LITERAL:
            return self.name == resource.name
        return self.pattern == _PREFIXED and resource.name.startswith(self.name)

    @property
    def shown(self) -> str:
        """The name as the documentation writes it."""
        return f"{self.name}*" if self.pattern == _PREFIXED else self.name

    @property
    def numbers(self) -> tuple[int, str, int, str, str, int, int]:
        """The same as a request wants it."""
        kind = next(number for number, kind in _KINDS.items() if kind == self.kind)
        operation = OPERATIONS[self.operation]
        return kind, self.name, self.pattern, f"User:{self.user}", "*", operation, _ALLOW


def own(acls: list[Acl], command: str) -> list[Acl]:
    """Give the rights of the user whom the documentation lets run a command."""
    return [acl for acl in acls if acl.user == PRINCIPALS[command]]


def settings_of(command: str, secured: Secured) -> dict[str, str]:
    """Give the settings by which that user runs it."""
    guarantee = GUARANTEES.get(command, "exactly_once")
    return secured.with_password(PRINCIPALS[command]) | {
        "PIPELINE_GUARANTEE": guarantee,
        "PIPELINE_WEB_PORT": "0",
    }


def grant_as_documented(kafka: Kafka) -> None:
    """Run what the page on security has a reader type, two lines at a time."""
    lines = [shlex.split(line) for line in commands("security.md")]
    grants = [arguments for script, *arguments in lines if script == "kafka-acls.sh"]

    def grant(arguments: list[str]) -> None:
        option, _, *rest = arguments
        kafka.run("org.apache.kafka.tools.AclCommand", option, kafka.address, *rest)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(grant, grants))


async def granted(brokers: str) -> list[Acl]:
    """Give all rights that the broker knows of."""
    request = DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY)
    async with admin_client(Settings(brokers=brokers), 10) as admin:
        answer = await admin._send_request(request)
    return [
        Acl(user.removeprefix("User:"), _KINDS[kind], name, pattern, _OPERATIONS[operation])
        for kind, name, pattern, acls in answer.resources
        for user, _host, operation, _allow in acls
    ]


@asynccontextmanager
async def without(brokers: str, acl: Acl) -> AsyncIterator[None]:
    """Take a right away, and give it back."""
    async with admin_client(Settings(brokers=brokers), 10) as admin:
        await _change(admin, DeleteAclsRequest(*acl.numbers))
        await _until(admin, acl, there=False)
        try:
            yield
        finally:
            await _change(admin, CreateAclsRequest(*acl.numbers))
            await _until(admin, acl, there=True)


async def _change(admin: AIOKafkaAdminClient, request: Any) -> None:
    await admin._send_request(request)


async def _until(admin: AIOKafkaAdminClient, acl: Acl, *, there: bool) -> None:
    """Wait until the broker, too, has read what its controller has written."""
    while bool((await admin._send_request(DescribeAclsRequest(*acl.numbers))).resources) != there:
        pass
