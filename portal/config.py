"""Every setting of the portal, read once; nothing else touches the environment."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

PREFIX = "PORTAL_"
FILE = "portal.toml"
SESSION_KEY = "session.key"  # in the keys folder


class SettingsError(Exception):
    """A setting is missing, unknown or wrong; the message names it for the operator."""


class Settings(BaseModel, frozen=True, extra="forbid", validate_default=True):
    """What one installation was told: `portal.toml` in its folder, then PORTAL_* on top."""

    instance: Path = Path("instance")
    database_url: str = ""
    public_url: str = "http://localhost:8000"
    organisation: str = Field(default="", max_length=120)
    zone: str = "Europe/London"
    smtp_url: str = ""
    mail_from: str = ""
    demonstration: bool = False
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    workers: int = Field(default=2, ge=1)
    threads: int = Field(default=8, ge=1)
    press_seconds: float = Field(default=5, gt=0)
    seal_file: str = ""
    seal_password: str = Field(default="", repr=False)
    timestamp_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    timestamp_seconds: float = Field(default=2, gt=0, le=30)

    scenarios_per_attempt: int = Field(default=8, ge=1)
    walks_per_attempt: int = Field(default=2, ge=0)
    words_per_attempt: int = Field(default=1000, ge=1)
    pass_percent: int = Field(default=80, ge=1, le=100)
    wait_after_failures: int = Field(default=3, ge=2)
    wait_minutes: int = Field(default=30, ge=0)
    grace_days: int = Field(default=14, ge=0)
    renewal_months: int = Field(default=12, ge=1)
    renewal_opens_days: int = Field(default=90, ge=0)
    waiver_days: int = Field(default=14, ge=1)
    invitation_days: int = Field(default=7, ge=1)
    reset_minutes: int = Field(default=60, ge=1)
    idle_minutes: int = Field(default=60, ge=1)
    absolute_hours: int = Field(default=12, ge=1)
    shared_idle_minutes: int = Field(default=10, ge=1)

    @field_validator("instance")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.absolute()

    @model_validator(mode="after")
    def _database(self) -> Self:
        url = self.database_url or self.own_database
        # SQLAlchemy wants the driver named; operators paste what their database gave them.
        if url.startswith(("postgres://", "postgresql://")):
            url = "postgresql+psycopg://" + url.split("://", 1)[1]
        object.__setattr__(self, "database_url", url)
        object.__setattr__(self, "public_url", self.public_url.rstrip("/"))
        if self.seal_file:  # one that is named without a folder lies in the installation's
            object.__setattr__(self, "seal_file", str(self.instance / self.seal_file))
        return self

    @property
    def own_database(self) -> str:
        """The SQLite file in the installation's folder, used where no other is named."""
        return f"sqlite:///{self.instance / 'portal.sqlite'}"

    @property
    def keys(self) -> Path:
        """The folder of the keys that `portal init` made; never inside the database."""
        return self.instance / "keys"

    @property
    def quizzes(self) -> Path:
        """The folder of the copies of quiz files that stand in for a bad one."""
        return self.instance / "quizzes"

    @property
    def secure(self) -> bool:
        """Whether the portal is reached by https, and cookies must be."""
        return self.public_url.startswith("https://")

    def secret_key(self) -> str:
        """Return the key that signs cookies and form tokens.

        Raises SettingsError when it is missing: a new one must never be made in silence.
        """
        return self._secret_lines()[0]

    def old_secret_keys(self, now: datetime) -> list[str]:
        """Return the keys before it that are still read, the oldest first."""
        pairs = (line.split(maxsplit=1) for line in self._secret_lines()[1:])
        return [key for key, until in pairs if now < datetime.fromisoformat(until)][::-1]

    def _secret_lines(self) -> list[str]:
        """Return what the key's file holds: the key, then each before it with until when."""
        try:
            return (self.keys / SESSION_KEY).read_text(encoding="ascii").splitlines()
        except FileNotFoundError as error:
            message = f"{SESSION_KEY} is missing from the keys folder. Run `portal init` first."
            raise SettingsError(message) from error

    @classmethod
    def read(cls, environ: Mapping[str, str], **fixed: Any) -> Self:
        """Return the settings of this installation; what is `fixed` wins over both sources.

        Raises SettingsError naming each wrong or unknown setting.
        """
        told = {
            key.removeprefix(PREFIX).lower(): value
            for key, value in environ.items()
            if key.startswith(PREFIX)
        }
        instance = Path(fixed.get("instance", told.get("instance", "instance")))
        try:
            return cls(**{**_file(instance / FILE), **told, **fixed})
        except ValidationError as error:
            raise SettingsError(_in_words(error)) from error


def _file(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _in_words(error: ValidationError) -> str:
    lines = (
        f"{PREFIX}{str(each['loc'][0]).upper() if each['loc'] else ''}: {each['msg']}"
        for each in error.errors()
    )
    return "\n".join(lines)
