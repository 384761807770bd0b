"""A running instance for proofs: ``homologue serve`` as a process of its own, on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
LONGEST_WAIT_SECONDS = 600


@dataclass
class Instance:
    """An instance over a data folder. It can be killed and started again."""

    environment: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> str:
        """Run a command of the service over the same data and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service", "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._is_ready, LONGEST_WAIT_SECONDS)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds, and fail if it does not within so many seconds."""
    give_up_at = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.05)


@contextmanager
def an_instance(folder: Path, **settings: str) -> Iterator[Instance]:
    """Give an instance over an empty folder; whatever runs at the end is ended."""
    named = {f"HOMOLOGUE_{name.upper()}": value for name, value in settings.items()}
    port = _free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOMOLOGUE_")}
    environment = clean | named | {"HOMOLOGUE_DATA_DIR": str(folder), "HOMOLOGUE_PORT": str(port)}
    instance = Instance(environment, port)
    try:
        yield instance
    finally:
        instance.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
