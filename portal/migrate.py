"""Bring a database to the newest tables; safe when several workers start at once."""

from alembic import command
from alembic.config import Config

from portal import paths


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for this database."""
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Upgrade to the newest revision; does nothing when it is there already."""
    command.upgrade(alembic_config(url), "head")
