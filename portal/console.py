"""What every command is handed: the settings, and the way to the whole portal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from portal.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The settings as read, and `make_app`, which only the door for commands knows."""

    settings: Settings
    make_app: Callable[[Settings], Flask]

    @contextmanager
    def portal(self, settings: Settings | None = None) -> Iterator[Flask]:
        """Open the portal for a command: inside, `db.reader()` and `db.change()` work."""
        app = self.make_app(settings or self.settings)
        with app.app_context():
            yield app
