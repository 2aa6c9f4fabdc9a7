"""`portal init` asks only what it needs, and says how to go on."""

from click.testing import CliRunner

from portal.cli import main
from portal.config import FILE

TOLD = {
    "organisation": "Lantern",
    "public-url": "http://localhost:8000",
    "zone": "Europe/London",
    "mail-from": "portal@example.org",
    "name": "Ada",
    "email": "ada@example.org",
}


def test_enter_at_the_mail_server_means_none(tmp_path):
    environment = {"PORTAL_INSTANCE": str(tmp_path / "here")}
    command = ["init", *(f"--{name}={value}" for name, value in TOLD.items())]

    done = CliRunner().invoke(main, command, input="\n", env=environment)

    assert done.exit_code == 0, done.output
    assert "Enter for none" in done.output
    assert "Start it with: ./run" in done.output
    assert 'smtp_url = ""' in (tmp_path / "here" / FILE).read_text(encoding="utf-8")
