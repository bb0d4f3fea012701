"""Three brokers that replicate: what is acknowledged survives the loss of any one of them."""

import asyncio
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from pipeline.broker import free_port
from tests.integration.kafka import Kafka, new_cluster_id

NODES = (1, 2, 3)

_REPLICATED = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "unclean.leader.election.enable": "false",
    "replica.lag.time.max.ms": "3000",
}


class Cluster:
    """Three nodes, each of them broker and controller."""

    def __init__(self, folder: Path) -> None:
        cluster = new_cluster_id()
        controllers = {node: free_port() for node in NODES}
        voters = ",".join(f"{node}@127.0.0.1:{port}" for node, port in controllers.items())
        self.nodes: dict[int, Kafka] = {}
        for node in NODES:
            home, port = folder / str(node), free_port()
            home.mkdir()
            own = {
                "node.id": str(node),
                "controller.quorum.voters": voters,
                "listeners": (
                    f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controllers[node]}"
                ),
            }
            self.nodes[node] = Kafka(home, _REPLICATED | own, cluster=cluster, port=port)

    @property
    def address(self) -> str:
        """The brokers to start from."""
        return ",".join(kafka.address for kafka in self.nodes.values())

    async def start(self) -> None:
        """Start all nodes: none of them answers before two are there."""
        await asyncio.gather(*(asyncio.to_thread(each.start) for each in self.nodes.values()))

    def kill(self) -> None:
        for kafka in self.nodes.values():
            kafka.kill()

    async def leader(self, topic: str, partition: int) -> Kafka:
        """The node that leads a partition."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address)
        await admin.start()
        try:
            (described,) = await admin.describe_topics([topic])
        finally:
            await admin.close()
        leaders = {each["partition"]: each["leader"] for each in described["partitions"]}
        return self.nodes[leaders[partition]]
