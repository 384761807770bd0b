"""A receiver of webhooks on loopback: it keeps what it was sent and answers what it is told to."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

MOST_BYTES = 10_000


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """What came in, and what is answered."""

    port: int = 0
    status: int = 204
    location: str | None = None
    drips: bool = False
    taken: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Set when the other side hung up on an answer that drips."""

    def reset(self) -> None:
        """Begin anew."""
        self.status, self.location, self.drips = 204, None, False
        self.taken.clear()
        self.released.clear()


def _handler_for(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            """Take a request."""
            length = min(int(self.headers.get("Content-Length", 0)), MOST_BYTES)
            body = self.rfile.read(length).decode()
            receiver.taken.append(Received(self.path, dict(self.headers.items()), body))
            if receiver.drips:
                self._drip()
                return
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _drip(self) -> None:
            # The line of the status, and then headers without end, until the other side hangs up.
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                for number in range(10_000):
                    self.wfile.write(f"X-{number}: 1\r\n".encode())
                    self.wfile.flush()
                    if receiver.released.wait(0.02):
                        break
            except OSError:
                receiver.released.set()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """Receive on a port of loopback while the block runs; encrypted, if there is a certificate."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(receiver))
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def certificate_for(name: str, folder: Path) -> Path:
    """Write a key and a certificate for a name, signed by itself, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
