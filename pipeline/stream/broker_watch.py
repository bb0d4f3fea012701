"""Notices that the brokers are away and that they are back: one log line for each change."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka.client import AIOKafkaClient

from pipeline.exits import Refused
from pipeline.settings import Settings
from pipeline.stream.connection import Unreachable, greet

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 1.0


class BrokerWatch:
    """Watches the metadata requests of all Kafka clients of this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._refused = False
        self.away = False

    def attach(self, client: AIOKafkaClient) -> None:
        """Watch `client`, and let it pause between attempts to reach a broker.

        Wraps `AIOKafkaClient._metadata_update`: with the leader of a partition unknown, aiokafka's
        sender asks for metadata again without any pause (producer/sender.py, `drain_by_nodes` and
        `force_metadata_update`), a thousand times a second while the broker refuses connections.
        """
        pause = FIRST_PAUSE
        update: Callable[..., Awaitable[bool]] = client._metadata_update

        async def update_patiently(*arguments: Any) -> bool:
            nonlocal pause
            reached = await update(*arguments)
            if reached:
                pause = FIRST_PAUSE
                self.found()
            else:
                self.lost()
                await self._say_refusal()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            return reached

        client._metadata_update = update_patiently

    def lost(self) -> None:
        """No broker answers."""
        if not self.away:
            self.away = True
            logger.warning("No broker of %s answers: waiting for it", self._settings.brokers)

    def found(self) -> None:
        """A broker answers."""
        if self.away:
            self.away = self._refused = False
            logger.info("The broker answers again: going on")

    async def _say_refusal(self) -> None:
        """Say once why a broker does not let us in, if it does not: aiokafka only tries again."""
        try:
            await greet(self._settings)
        except Unreachable:
            return  # that was said
        except Refused as refused:
            if not self._refused:
                self._refused = True
                logger.warning("Kafka refuses, trying again: %s", refused)
