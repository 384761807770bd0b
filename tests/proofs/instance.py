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
    arguments: tuple[str, ...] = ("serve",)
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
        self.begin()
        wait_until(self.is_ready, LONGEST_WAIT_SECONDS)

    def begin(self) -> None:
        """Start it without waiting."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service", *self.arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self) -> float:
        """Ask it to end, wait until it has, and return how many seconds that took."""
        began = time.monotonic()
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=60)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        """Tell whether it answers and is ready; fail if it has ended by itself."""
        if self.process and self.process.poll() is not None:
            raise RuntimeError(f"it ended with {self.process.returncode}")
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
def an_instance(folder: Path, arguments: tuple[str, ...] = ("serve",), **settings: str) -> Iterator[Instance]:
    """Give an instance over an empty folder; whatever runs at the end is ended."""
    named = {f"HOMOLOGUE_{name.upper()}": value for name, value in settings.items()}
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOMOLOGUE_")}
    environment = clean | named | {"HOMOLOGUE_DATA_DIR": str(folder), "HOMOLOGUE_PORT": str(port)}
    instance = Instance(environment, port, arguments)
    try:
        yield instance
    finally:
        instance.kill()


def free_port() -> int:
    """Give a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
