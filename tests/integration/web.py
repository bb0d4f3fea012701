"""What a real worker's web server answers."""

import asyncio
import json
import re
import urllib.error
import urllib.request
from typing import Any, NamedTuple

from tests.integration.worker import START_SECONDS, Worker


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    content_type: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def address(worker: Worker) -> str:
    """Where the worker said last that it serves."""
    await worker.logs("Serving ")
    return str(re.findall(r'"Serving [^"]* on (http://[^"]*)"', worker.log)[-1])


async def get(worker: Worker, path: str) -> Answer:
    """Ask a worker for a page."""
    return await asyncio.to_thread(_get, await address(worker) + path)


async def answers(worker: Worker, path: str, status: int, reason: str = "") -> Answer:
    """Wait until a page answers with a status and a reason that begins so."""
    answer = None
    try:
        async with asyncio.timeout(START_SECONDS):
            while True:
                answer = await get(worker, path)
                if answer.status == status and answer.json["reason"].startswith(reason):
                    return answer
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{path}: expected {status} {reason!r}, found {answer}") from None


def _get(url: str) -> Answer:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return Answer(response.status, response.headers["Content-Type"], response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers["Content-Type"], error.read())
