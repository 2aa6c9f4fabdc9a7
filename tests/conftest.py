"""What every test may ask for: a database of either kind, the portal on it, a client of it."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.acknowledgements.press import Press
from portal.config import Settings
from portal.installation.opening import make_keys
from tests.compiled import CompiledRule, CompiledTemplates
from tests.databases import KINDS, Databases
from tests.factories import EARLIER

ORGANISATION = "Example Tutoring"

# A busy machine must not turn a property into a matter of time.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")

Flask.url_rule_class = CompiledRule


@pytest.fixture(scope="session")
def templates() -> CompiledTemplates:
    return CompiledTemplates()


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    databases = Databases()
    yield databases
    databases.close()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """All tables, no rows. For one kind: parametrize("database_url", ["sqlite"], indirect=True)."""
    with databases.fresh(request.param) as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Not one table."""
    with databases.empty(request.param) as url:
        yield url


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of one installation, made once: making a seal takes a tenth of a second."""
    settings = Settings(instance=tmp_path_factory.mktemp("keys"), organisation=ORGANISATION)
    make_keys(settings, now=EARLIER)
    return settings.keys


@pytest.fixture(scope="session")
def press(keys: Path) -> Iterator[Press]:
    """One press for all who sign, started when first asked: that takes a second, or more here."""
    press = Press(keys, seconds=60)
    yield press
    press.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, keys: Path) -> Settings:
    """An installation with keys, a set-up database and nobody in it."""
    instance = tmp_path / "instance"
    copytree(keys, instance / "keys")
    return Settings(instance=instance, database_url=database_url, organisation=ORGANISATION)


@pytest.fixture
def app(settings: Settings, press: Press, templates: CompiledTemplates) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = templates
    app.extensions["press"] = press
    yield app
    app.extensions["db"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
