"""Closes a TLS connection at once.

Its orderly end waits for the broker's own, for 30 seconds at most. Now and then none comes: a
broker whose answer crosses our end leaves uvloop waiting, and a partition's opening with it.
Nothing is on its way to the broker when a connection is closed: all requests were awaited.
"""

from typing import Any

from aiokafka import conn


def close_tls_at_once() -> None:
    """Let all of aiokafka's clients in this process connect so."""
    conn.AIOKafkaConnection = _Connection


class _Connection(conn.AIOKafkaConnection):  # type: ignore[misc]  # it is untyped
    def close(self, reason: Any = None, exc: Any = None) -> Any:
        if self._ssl_context is not None and self._writer is not None:
            self._writer.transport.abort()
        return super().close(reason, exc)
