import asyncio
import subprocess
import sys

from aiokafka.admin import AIOKafkaAdminClient

from tests.integration.kafka import Kafka


def test_the_demo_on_a_running_kafka_leaves_nothing_behind(kafka: Kafka) -> None:
    before = asyncio.run(_topics(kafka))
    demo = [sys.executable, "-m", "pipeline", "demo", "--brokers", kafka.address]
    shown = subprocess.check_output(demo, text=True)
    assert "59 canonical events" in shown
    assert asyncio.run(_topics(kafka)) == before


async def _topics(kafka: Kafka) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    try:
        return {name for name in await admin.list_topics() if name.startswith("page-demo-")}
    finally:
        await admin.close()
