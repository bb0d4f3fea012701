"""The Faust application: one agent from the raw topic to the two output topics."""

import logging
from functools import partial
from typing import Any, cast

import faust
from faust.app import BootStrategy
from faust.tables.manager import TableManager
from faust.types import AgentT
from yarl import URL

from pipeline.event.enricher import Enricher
from pipeline.observe.counts import Counts
from pipeline.observe.health import State, health, readiness
from pipeline.observe.metrics import Metrics
from pipeline.settings import Settings
from pipeline.stream.agent import enrich_page_events
from pipeline.stream.chunk import ChunkSchema
from pipeline.stream.consumer import ChunkedConsumer
from pipeline.stream.transport import ChunkedTransport
from pipeline.stream.web import WebServer, answer, plain_text

logger = logging.getLogger(__name__)

#: Faust gives up on positioning the consumer after this long, in seconds; a broker that is away is
#: waited for instead, however long that takes.
POSITIONING_SECONDS = 24 * 3600.0


class Boot(BootStrategy):
    """Starts neither Faust's own producer nor the web server.

    Every assignment has a producer of its own, and the worker starts the web server before it waits
    for its brokers.
    """

    enable_kafka_producer = False
    enable_web = False


class Tables(TableManager):
    """There are no tables to wait for."""

    logger = logging.getLogger("faust.tables")

    async def on_start(self) -> None:
        """Replaces Faust's (tables/manager.py:138), which first sleeps a second."""
        await self._update_channels()
        await self.recovery.start()


class Application(faust.App):
    """A Faust application that reads chunks and keeps nothing on disk."""

    BootStrategy = Boot
    logger = logging.getLogger("faust.application")

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(settings.group, **options)
        self.settings = settings
        self.counts = Counts()
        self.transport = ChunkedTransport(self.conf.broker_consumer, self, settings=settings)

    async def _on_agent_error(self, agent: AgentT[Any], error: BaseException) -> None:  # noqa: ARG002
        """An agent's bug ends the process: Faust would go on behind the chunk that it failed on."""
        cast("ChunkedConsumer", self.consumer).fail(cast("Exception", error))

    def observed(self) -> State | None:
        """What there is to know of this worker; None before it has found its brokers."""
        consumer = cast("ChunkedConsumer | None", self._consumer)
        return consumer.observed() if consumer and consumer.is_connected else None

    def _new_web(self) -> WebServer:
        """Replaces Faust's server (app/base.py:2231)."""
        metrics = Metrics(self.settings.raw_topic, self.counts, self.observed)
        pages = {
            "/metrics": lambda: plain_text(metrics.exposition()),
            "/healthz": lambda: answer(health(self.observed(), self.settings.stall_seconds)),
            "/readyz": lambda: answer(readiness(self.observed())),
        }
        return WebServer(self, pages, on_listening=self._say_where)

    def _say_where(self, address: str) -> None:
        logger.info("Serving /healthz, /readyz and /metrics on %s", address)

    def _create_directories(self) -> None:
        """Faust makes a directory for its tables here; there are none."""


def build_application(settings: Settings) -> Application:
    """The application that `settings` describe, for a Faust worker to run."""
    application = Application(
        settings,
        autodiscover=False,
        broker=[URL(f"kafka://{broker}") for broker in settings.brokers.split(",")],
        broker_commit_interval=1.0,
        broker_request_timeout=POSITIONING_SECONDS,
        cython_optimizations=True,
        store="memory://",
        stream_wait_empty=False,
        table_standby_replicas=0,
        TableManager=Tables,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_bind=settings.web_host,
        Worker="pipeline.stream.worker:Worker",
        worker_redirect_stdouts=False,
    )
    # Faust itself refuses port 0. Its option --web-port comes later, and wins.
    cast("Any", faust.Settings).web_port.on_set(application.conf, settings.web_port)
    raw_topic = application.topic(settings.raw_topic, schema=ChunkSchema())
    run = partial(enrich_page_events, enricher=Enricher(settings.rules), counts=application.counts)
    application.agent(raw_topic, name="enrich_page_events")(run)
    return application
