"""Settings, read once from the environment (``HOMOLOGUE_...``). An unknown one is an error, never ignored."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "HOMOLOGUE_"
CLIENT_PREFIX = "HOMOLOGUE_CLIENT_"
"""Variables of the client library, which may share the environment."""
# Where containers find secrets: files that are named like the variable, in small letters.
_SECRETS = "/run/secrets" if Path("/run/secrets").is_dir() else None


class UnknownSettings(Exception):
    """The environment holds a setting that does not exist; most often a typing mistake."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"unknown settings: {', '.join(names)}")


class Settings(BaseSettings):
    """How this instance is set up. Every field can be set as ``HOMOLOGUE_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, secrets_dir=_SECRETS)

    data_dir: Path = Path("var")
    """Where files live when the database is SQLite."""
    database_url: str = ""
    """SQLAlchemy address of the database; empty: an SQLite file in the data folder."""
    jobs_database_url: str = ""
    """Address of the store of durable jobs; empty: beside the database."""
    secret: str = Field(default="", repr=False, pattern=r"^(.{32,})?$")
    """What the keys of this instance are made from; empty: a file in the data folder, made once."""
    pool_size: int = Field(default=20, ge=1, le=200)
    """Connections to the database that one process keeps."""
    durability: Literal["required", "relaxed"] = "required"
    """Whether a database that could lose what it confirmed keeps the service from being ready."""
    queue_limit: int = Field(default=400, ge=0, le=100_000)
    """Requests that may wait for their turn; the next one is told to come back."""
    queue_seconds: float = Field(default=5, ge=0, le=60)
    """How long a request waits for its turn."""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where figures for operators are shown, never at the public port; 0: nowhere."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    demonstration: bool = False
    """Whether this instance holds demonstration data and shows its sign-ins. Only ever on loopback."""
    text_model: Literal["sentence-encoder", "character-ngrams"] = "sentence-encoder"
    """How the meaning of texts is compared in rounds. Never replaced in silence."""
    round_deadline_seconds: int = Field(default=1800, ge=1, le=86_400)
    """A round that computes longer than this is ended and fails with that reason."""
    round_slice_needs: int = Field(default=2000, ge=1, le=1_000_000)
    """A round of more needs than this finds its candidates in slices that all workers share."""
    news_every_minutes: int = Field(default=60, ge=1, le=1440)
    """How far apart, from midnight on, the moments are at which those who ask learn that a seat was lost."""
    worker_name: str = Field(default="worker", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    """Name of this worker among those that share a database; one that is taken gets a number behind it."""
    public_url: str = Field(default="", pattern=r"^(https?://[^\s/?#]+)?$")
    """Address under which people reach this instance, for links in mail; empty: host and port."""
    smtp_host: str = ""
    """Mail server that takes this instance's letters; empty: letters wait, and the page of mail says so."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_tls: Literal["starttls", "implicit", "none"] = "starttls"
    """How the way to the mail server is encrypted; ``none`` for a server on the same machine only."""
    webhooks_allow_loopback: bool = False
    """Whether webhooks may go to this very machine, unencrypted too. For tests and demonstrations only."""
    mail_from: str = Field(default="homologue@localhost", pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    """Address that letters come from."""
    password_memory_kib: int = Field(default=65_536, ge=64, le=4_194_304)
    """Memory that checking one password takes (argon2)."""
    password_passes: int = Field(default=3, ge=1, le=20)
    """How often checking a password goes over that memory."""
    session_idle_minutes: int = Field(default=60, ge=1, le=10_080)
    """After so long without a request somebody who signed in is signed out."""
    session_hours: int = Field(default=12, ge=1, le=720)
    """After so long somebody who signed in is signed out in any case."""
    second_factor_roles: str = Field(
        default="case_officer dialogue_secretariat administrator", pattern=r"^[a-z_ ,]*$"
    )
    """Roles that rest until their holder signs in with a second factor."""
    oidc_providers: str = ""
    """Services that people may sign in with (OpenID Connect), as JSON or the path of a file with it."""
    trusted_proxies: str = Field(default="", pattern=r"^[0-9a-fA-F.:/ ,]*$")
    """Addresses or networks of servers in front, whose word on who asks (X-Forwarded-...) is taken."""
    answers_kept_hours: int = Field(default=24, ge=1, le=720)
    """How long a request with an Idempotency-Key is answered again and not done again."""
    body_limit_bytes: int = Field(default=1_000_000, ge=1_000, le=100_000_000)
    """A request with a larger body is refused with 413."""
    attachment_limit_bytes: int = Field(default=20_000_000, ge=1_000, le=200_000_000)
    """A file that is attached to something may be as large as this, and so may all files of one form."""
    attachments_total_bytes: int = Field(default=100_000_000, ge=1_000, le=2_000_000_000)
    """All files that are attached to one thing may be as large as this together."""
    attachment_retention_days: int = Field(default=365, ge=0, le=36_500)
    """What a withdrawn file held is deleted after so many days."""
    account_retention_days: int = Field(default=730, ge=1, le=36_500)
    """A closed account is erased after so many days."""
    session_retention_days: int = Field(default=90, ge=1, le=36_500)
    """Sessions, tokens and reset links are deleted so many days after they ended."""
    letter_retention_days: int = Field(default=90, ge=1, le=36_500)
    """That a letter went out is forgotten after so many days."""
    news_retention_days: int = Field(default=365, ge=1, le=36_500)
    """News that was read, and corrections that were answered, are deleted after so many days."""
    draft_retention_days: int = Field(default=180, ge=1, le=36_500)
    """What the journal says of a withdrawn draft that no desk ever saw is erased after so many days."""
    backup_retention_days: int = Field(default=90, ge=1, le=36_500)
    """How long operators keep backups, as the page of privacy tells; nothing is deleted by it."""

    def environment(self) -> dict[str, str]:
        """Return the settings as the variables that a child process reads them from."""
        return {PREFIX + name.upper(): str(value) for name, value in self.model_dump(mode="json").items()}

    def address(self) -> str:
        """Return the address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'homologue.db'}"

    def public_address(self) -> str:
        """Return the address under which people reach this instance, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def jobs_address(self) -> str:
        """Return the address of the store of durable jobs: a file of its own on SQLite."""
        if self.jobs_database_url:
            return self.jobs_database_url
        if self.address().startswith("sqlite"):
            return f"sqlite:///{self.data_dir.resolve() / 'jobs.db'}"
        return self.address()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the settings from the environment, once.

    Raises
    ------
    UnknownSettings
        The environment names a setting that does not exist.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = {name for name in os.environ if name.startswith(PREFIX) and not name.startswith(CLIENT_PREFIX)}
    odd = sorted(ours - known)
    if odd:
        raise UnknownSettings(odd)
    return Settings()
