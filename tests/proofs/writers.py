"""Clients that write all the while, each with keys of its own, and remember what they were promised."""

import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE_SECONDS = 60
GIVE_UP_SECONDS = 300
PAUSE_SECONDS = 0.2


@dataclass
class Promises:
    """What the clients were answered."""

    kept: dict[str, str] = field(default_factory=dict)
    """By key, the id of what was answered to be there."""
    retried: int = 0
    """Requests that were sent again, with the same key, because no answer came."""
    twice: list[str] = field(default_factory=list)
    """Keys that were answered with two different things."""
    away: int = 0
    """Answers that said that the database is away, and when to come back."""
    odd: list[str] = field(default_factory=list)
    """Answers that nobody should get."""
    cut: int = 0
    """Requests that had begun well before the service was asked to stop, and got no answer."""
    slowest: float = 0


class Writers:
    """Clients in threads that register needs until they are stopped."""

    def __init__(
        self, addresses: list[str], headers: dict[str, str], body: dict[str, Any], seed: int
    ) -> None:
        self.promises = Promises()
        self.stopping_at = float("inf")
        """When the service was asked to stop, so that what is cut can be told from what came too late."""
        self._addresses = addresses
        self._headers = headers
        self._body = body
        self._seed = seed
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, clients: int) -> None:
        """Let so many clients begin."""
        for number in range(clients):
            thread = threading.Thread(target=self._write, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> Promises:
        """Let every client bring its last request to its end, and return what they were promised."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=GIVE_UP_SECONDS)
        if any(thread.is_alive() for thread in self._threads):
            self.promises.odd.append("a client stood still")
        return self.promises

    def _write(self, number: int) -> None:
        draw = random.Random(self._seed * 1000 + number)  # noqa: S311 - a proof
        with httpx.Client(headers=self._headers, timeout=PATIENCE_SECONDS) as client:
            while not self._stop.is_set():
                key = str(uuid.UUID(int=draw.getrandbits(128), version=4))
                self._until_answered(client, draw, key)

    def _until_answered(self, client: httpx.Client, draw: random.Random, key: str) -> None:
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < give_up_at:
            address = draw.choice(self._addresses)
            began = time.monotonic()
            try:
                answer = client.post(
                    f"{address}/api/v1/needs",
                    json=self._body | {"title": key},
                    headers={"Idempotency-Key": key},
                )
            except httpx.TransportError as error:
                self._note_unanswered(error, began)
                time.sleep(PAUSE_SECONDS)
                continue
            if self._note(key, answer, time.monotonic() - began):
                return
            time.sleep(PAUSE_SECONDS)
        self.promises.odd.append(f"{key}: never answered")

    def _note_unanswered(self, error: httpx.TransportError, began: float) -> None:
        with self._lock:
            self.promises.retried += 1
            if began < self.stopping_at - 0.1 and not isinstance(error, httpx.ConnectError):
                self.promises.cut += self.stopping_at != float("inf")

    def _note(self, key: str, answer: httpx.Response, seconds: float) -> bool:
        """Remember an answer, and tell whether it was the last word."""
        promises = self.promises
        with self._lock:
            promises.slowest = max(promises.slowest, seconds)
            if answer.status_code == 201:
                id_ = answer.json()["id"]
                if promises.kept.setdefault(key, id_) != id_:
                    promises.twice.append(key)
                return True
            if answer.status_code == 503 and answer.headers.get("retry-after"):
                promises.away += 1
            elif answer.status_code != 409:
                # 409: the same key is still at work, because the first request had no answer yet.
                promises.odd.append(f"{answer.status_code} {answer.text[:200]}")
            return False
