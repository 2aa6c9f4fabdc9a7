"""`portal init` asks for what it needs, and takes Enter for what can wait."""

import tomllib

from click.testing import CliRunner

from portal import create_app
from portal.config import FILE, Settings
from portal.console import Console
from portal.installation.commands import init

ANSWERS = ("Harbour Tuition", "https://portal.example", "", "", "", "Ada Admin", "ada@example.org")


def test_an_installation_opens_without_a_mail_server(tmp_path):
    console = Console(settings=Settings(instance=tmp_path / "instance"), make_app=create_app)

    done = CliRunner().invoke(init, obj=console, input="\n".join((*ANSWERS, "")))

    assert done.exit_code == 0, done.output
    kept = tomllib.loads((tmp_path / "instance" / FILE).read_text(encoding="utf-8"))
    assert (kept.get("smtp_url", ""), kept["zone"]) == ("", "Europe/London")
    assert "The first administrator chooses a password here" in done.output
