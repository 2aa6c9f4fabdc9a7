"""What the server hands to its workers."""

import pytest

from portal.config import PREFIX, Settings
from portal.installation.opening import open_installation
from portal.installation.serving import SECRET, _told
from tests.factories import NOW

PASSWORDS = {"smtp_url": "smtp://me:a-mail-secret@localhost", "seal_password": "a-seal-secret"}


@pytest.fixture
def settings(tmp_path):
    return Settings(instance=tmp_path / "instance", organisation="Example", **PASSWORDS)


def as_environ(settings, *names):
    return {PREFIX + name.upper(): str(getattr(settings, name)) for name in names}


def test_a_password_that_workers_read_for_themselves_is_not_put_into_their_environment(settings):
    open_installation(settings, now=NOW)
    given = as_environ(settings, "instance", "seal_password")  # the mail's stands in portal.toml

    told = _told(settings, given)

    assert "secret" not in str(told)
    assert Settings.read({**given, **told}) == settings


def test_what_the_environment_says_otherwise_is_told(settings):
    demonstration = settings.model_copy(update={"smtp_url": "", "seal_password": ""})
    given = as_environ(settings, *PASSWORDS)

    told = _told(demonstration, given)

    assert Settings.read({**given, **told}) == demonstration
    assert set(told) - set(SECRET)
