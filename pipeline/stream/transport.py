"""Faust's transport, with our consumer in it."""

from typing import Any, ClassVar

from faust.transport.drivers.aiokafka import Transport
from faust.types.transports import ConsumerT

from pipeline.settings import Settings
from pipeline.stream.consumer import ChunkedConsumer


class ChunkedTransport(Transport):
    """Replaces Faust's aiokafka transport: `app.transport = ChunkedTransport(...)`.

    Only the consumer differs. The producer that Faust makes is never started: every assignment has
    one of its own.
    """

    Consumer: ClassVar[type[ConsumerT]] = ChunkedConsumer

    def __init__(self, *arguments: Any, settings: Settings, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.settings = settings
