"""A company in a demonstration: its mails go to a page instead of a server."""

import pytest

from portal.config import Settings
from tests.clearance.companies import found_company


@pytest.fixture
def settings(settings):
    return Settings(**{**settings.model_dump(), "demonstration": True})


@pytest.fixture
def company(app):
    return found_company(app)
