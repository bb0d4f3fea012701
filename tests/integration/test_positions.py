"""A real worker is not ready while it cannot find out where its partitions go on."""

from pathlib import Path

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from pipeline.settings import Settings
from pipeline.stream.rights import Resource
from tests.commands.support import invoke_beside
from tests.integration.grants import Acl, own, settings_of, without
from tests.integration.secured import Secured
from tests.integration.web import answers, get
from tests.integration.worker import Worker, running

NAMES = Settings()
#: Without it nobody can raise a fence, and no partition is positioned.
FENCES = Resource("transactional id", f"{NAMES.enriched_topic}-")


def member(brokers: str) -> AIOKafkaConsumer:
    """Give somebody else who reads the raw topic as a member of the group."""
    return AIOKafkaConsumer(
        NAMES.raw_topic,
        bootstrap_servers=brokers,
        group_id=NAMES.group,
        partition_assignment_strategy=[RoundRobinPartitionAssignor],
        enable_auto_commit=False,
    )


async def test_a_worker_is_not_ready_until_it_knows_where_it_goes_on(
    secured: Secured, acls: list[Acl], tmp_path: Path
) -> None:
    await invoke_beside("topics", "create", settings=secured.with_password())
    (fences,) = [acl for acl in own(acls, "worker") if acl.covers(FENCES, "WRITE")]
    with running(Worker(tmp_path / "worker.log", settings_of("worker", secured))) as worker:
        await answers(worker, "/readyz", 200)
        # Somebody joins: the worker is given partitions anew.
        async with without(secured.plain, fences), member(secured.plain):
            await worker.logs("Kafka refuses, trying again")
            answer = await get(worker, "/readyz")
            assert answer.status == 503
            assert answer.json["reason"] == "no partitions are assigned and positioned yet"
        await answers(worker, "/readyz", 200, "reading partitions")
