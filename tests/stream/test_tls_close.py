import ssl
from unittest.mock import Mock

import pytest
from aiokafka import conn

from pipeline.stream.tls_close import close_tls_at_once


@pytest.mark.parametrize(
    ("context", "aborts"),
    [(ssl.create_default_context(), 1), (None, 0)],
    ids=["TLS", "plain"],
)
async def test_a_connection_with_tls_waits_for_no_end_of_the_brokers(
    context: ssl.SSLContext | None, aborts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conn, "AIOKafkaConnection", conn.AIOKafkaConnection)
    close_tls_at_once()
    connection = conn.AIOKafkaConnection("127.0.0.1", 9092, ssl_context=context)
    writer = Mock()
    connection._reader, connection._writer, connection._read_task = Mock(), writer, Mock()
    connection.close()
    assert writer.transport.abort.call_count == aborts
    assert writer.close.call_count == 1
