"""Settings: read once, refused by name, and documented one by one."""

import re
import tomllib

import pytest

from portal import paths
from portal.config import FILE, Settings, SettingsError
from portal.errors import Refusal
from portal.installation.opening import open_installation
from tests.factories import NOW

DOCUMENT = (paths.ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_running_guide_and_none_is_made_up():
    table = DOCUMENT.split("## Settings")[1].split("## Commands")[0]

    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == list(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORTAL_WORKERS", "none"), ("PORTAL_PASS_PERCENT", "101"), ("PORTAL_COLOUR", "blue")],
)
def test_a_wrong_or_unknown_setting_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.read({name: value})


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / FILE).write_text('organisation = "From the file"\nzone = "Europe/Paris"\n')

    told = Settings.read({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_ZONE": "Europe/London"})

    assert (told.organisation, told.zone) == ("From the file", "Europe/London")


def test_a_start_without_keys_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="portal init"):
        Settings(instance=tmp_path).secret_key()


def test_the_address_of_postgresql_may_be_the_one_that_operators_are_given():
    told = Settings(database_url="postgres://portal@db/portal")

    assert told.database_url == "postgresql+psycopg://portal@db/portal"


def test_opening_makes_private_keys_and_a_file_that_reads_back(tmp_path):
    wanted = Settings(
        instance=tmp_path / "new", organisation='A "quoted" name', zone="Europe/Paris"
    )

    open_installation(wanted, now=NOW)

    made = Settings.read({}, instance=wanted.instance)
    assert (made.organisation, made.zone) == (wanted.organisation, wanted.zone)
    assert all(each.stat().st_mode & 0o077 == 0 for each in [*wanted.keys.iterdir(), wanted.keys])
    assert tomllib.loads((wanted.instance / FILE).read_text())["zone"] == "Europe/Paris"
    assert made.database_url == wanted.own_database


def test_an_installation_is_never_opened_twice(tmp_path):
    wanted = Settings(instance=tmp_path / "new", organisation="Example Tutoring")
    open_installation(wanted, now=NOW)
    before = wanted.secret_key()

    with pytest.raises(Refusal, match="already"):
        open_installation(wanted, now=NOW)

    assert wanted.secret_key() == before
