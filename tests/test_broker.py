import socket
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from pipeline import broker
from pipeline.broker import embedded_broker
from pipeline.exits import Refused


async def test_what_is_produced_is_consumed() -> None:
    with embedded_broker() as address:
        admin = AIOKafkaAdminClient(bootstrap_servers=address)
        await admin.start()
        await admin.create_topics([NewTopic("greetings", 1, 1)])
        await admin.close()
        async with AIOKafkaProducer(bootstrap_servers=address) as producer:
            await producer.send_and_wait("greetings", b"hello")
        async with AIOKafkaConsumer(
            "greetings", bootstrap_servers=address, auto_offset_reset="earliest"
        ) as consumer:
            assert (await consumer.getone()).value == b"hello"


def test_it_is_gone_after_the_context() -> None:
    with embedded_broker() as address:
        pass
    host, port = address.split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=1)


def test_without_the_wheel_the_error_names_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Refused, match=r"page-pipeline\[demo\].*--brokers"), embedded_broker():
        pass


def test_a_broker_that_ends_at_once_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_executable", lambda: Path("/bin/false"))
    with pytest.raises(Refused, match="exit code 1"), embedded_broker():
        pass
