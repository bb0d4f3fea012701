"""Faust's web server with our pages, and none of its own."""

import errno
import logging
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp.web import AppRunner, Request, Response
from faust.web.drivers.aiohttp import Web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from pipeline.exits import EXIT_USAGE, Refused
from pipeline.observe.health import Verdict

#: How long an answer under way may hold up a stop, in seconds. aiohttp has 60.
LAST_ANSWER_SECONDS = 0.5

Page = Callable[[], Response]


class WebServer(Web):
    """Serves `pages`, each under its path; anything else is 404.

    `on_listening` is called with its address. Runs in the application's own loop, so that a worker
    whose loop hangs answers no health check either.
    """

    logger = logging.getLogger("faust.web")

    def __init__(
        self, app: Any, pages: dict[str, Page], on_listening: Callable[[str], None]
    ) -> None:
        super().__init__(app)
        self._on_listening = on_listening
        self._runner = AppRunner(
            self.web_app, access_log=None, shutdown_timeout=LAST_ANSWER_SECONDS
        )
        for path, page in pages.items():
            self.web_app.router.add_get(path, _handler(page))

    def init_server(self) -> None:
        """Replaces Faust's (web/base.py:401), which adds its index, `/table` and `/router`."""

    async def start_server(self) -> None:
        """Listen; raises `Refused` where that cannot be."""
        try:
            await super().start_server()
        except OSError as error:
            raise Refused(self._cannot_listen(error), EXIT_USAGE) from None
        for address in self._runner.addresses:
            self._on_listening(_url(address))

    def _cannot_listen(self, error: OSError) -> str:
        conf = self.app.conf
        where = f"PIPELINE_WEB_HOST, PIPELINE_WEB_PORT: {conf.web_bind}:{conf.web_port}"
        if error.errno == errno.EADDRINUSE:
            return f"{where} is in use; expected a free port, or 0 for any"
        return f"{where}: expected an address to listen on, found {error.strerror or error}"


def answer(verdict: Verdict) -> Response:
    """A health check's answer."""
    body = {"status": "ok" if verdict.ok else "failing", "reason": verdict.reason}
    return Response(
        body=orjson.dumps(body),
        status=200 if verdict.ok else 503,
        content_type="application/json",
    )


def plain_text(page: bytes) -> Response:
    """The metrics, as Prometheus reads them."""
    return Response(body=page, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


def _handler(page: Page) -> Any:
    async def handle(_: Request) -> Response:
        return page()

    return handle


def _url(address: Any) -> str:
    if isinstance(address, str):
        return f"unix:{address}"
    host, port = address[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
