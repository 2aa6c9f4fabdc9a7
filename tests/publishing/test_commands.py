"""`portal quiz publish` and `portal quiz export`: the same bytes go in and come out."""

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.console import Console
from portal.errors import Refusal
from portal.publishing.commands import export, publish
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.shelf import quiz_on_file
from tests.factories import LEAD, NOW, POLICY, publish_policy
from tests.quizzes.samples import FILE


@pytest.fixture
def run(app):
    """Run a command on a portal whose policy is adopted."""
    with app.extensions["db"].change() as session:
        publish_policy(session)
    console = Console(settings=app.extensions["settings"], make_app=lambda _: app)
    return lambda command, *words: CliRunner().invoke(command, words, obj=console)


def test_what_is_published_is_exported_byte_for_byte(app, run, tmp_path):
    source = FILE.read_bytes() + b"# a last line\n"
    (tmp_path / FILE.name).write_bytes(source)
    with app.extensions["db"].change() as session:
        for each in quiz_on_file(POLICY).scenarios:
            approve(session, each.id, digest=digest(each), by=LEAD, now=NOW)

    done = run(publish, str(tmp_path / FILE.name))

    assert done.exit_code == 0, done.output
    assert f"scenarios are live for {POLICY}, version 1." in done.output
    assert run(export, POLICY).stdout_bytes == source


def test_what_is_not_approved_is_not_published(run):
    done = run(publish, str(FILE))

    assert isinstance(done.exception, Refusal)
    assert "No approved scenario tests" in done.exception.sentence
    assert run(export, POLICY).stdout_bytes == FILE.read_bytes()


def test_both_stand_beside_the_other_commands_for_scenarios():
    assert {"check", "publish", "export"} <= set(main.commands["quiz"].commands)
