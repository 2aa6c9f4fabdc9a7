"""The desk's work at the console."""

import pytest
from click.testing import CliRunner

from portal.access import Role
from portal.console import Console
from portal.policies.drafts import drafts
from portal.policies.queries import newest
from portal.publishing.policy_commands import policy
from tests.factories import POLICY, add_somebody, set_contacts
from tests.policies import papers
from tests.publishing import desks

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def run(app, settings, tmp_path):
    console = Console(settings=settings, make_app=lambda _settings: app)

    def run(*words, content=b"", name="code.docx"):
        (tmp_path / name).write_bytes(content)
        told = [str(tmp_path / name) if word == "FILE" else word for word in words]
        return CliRunner().invoke(policy, told, obj=console)

    return run


def read(app, ask):
    with app.extensions["db"].reader() as session:
        return ask(session)


@ONE_DATABASE
def test_a_document_becomes_a_draft_and_its_clauses_are_printed(app, run):
    result = run("import", "FILE", "--policy", POLICY, content=papers.styled())

    [draft] = read(app, drafts)
    assert result.exit_code == 0
    assert f"{draft.manuscript.passages[0].id:<8} This code is for everybody" in result.output
    assert f"/publishing/drafts/{draft.id}" in result.output
    assert (draft.policy, draft.source) == (POLICY, "code.docx")


@ONE_DATABASE
def test_what_cannot_be_taken_in_ends_with_a_sentence(app, run):
    result = run("import", "FILE", content=b"%PDF-1.7")

    assert (result.exit_code, read(app, drafts)) == (2, ())
    assert "This is a PDF" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "FILE", "--policy", "on line/../x"), "there is none of that name"),
        (("publish", "nothing", "--as", "morgan.ellery@example.org"), "no draft and no file"),
        (("publish", f"{POLICY}/9.9", "--as", "morgan.ellery@example.org"), "no draft and no file"),
    ],
)
def test_what_there_is_none_of_is_said_so_and_nothing_is_begun(app, run, words, said):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        add_somebody(session, "Morgan Ellery", Role.SAFEGUARDING_LEAD)

    result = run(*words, content=b"Rules\n\nRing first.\n", name="code.txt")

    assert (result.exit_code, read(app, drafts)) == (2, ())
    assert said in result.output


def test_a_version_on_file_is_published_in_somebodys_name(app, run):
    with app.extensions["db"].change() as session:
        set_contacts(session)
        add_somebody(session, "Morgan Ellery", Role.SAFEGUARDING_LEAD)
        add_somebody(session, "Alex Penrose", Role.MANAGER)

    refused = run("publish", f"{POLICY}/1.0", "--as", "alex.penrose@example.org")
    result = run("publish", f"{POLICY}/1.0", "--as", "morgan.ellery@example.org")

    assert (refused.exit_code, result.exit_code) == (2, 0)
    assert read(app, lambda session: newest(session, POLICY)).published_by_name == "Morgan Ellery"


@ONE_DATABASE
def test_an_approved_draft_is_published_by_its_id(app, run):
    desk = desks.at_the_desk(app)
    desks.upload(desk, desks.code_in_word())
    desks.match_all(desk)
    desks.say_terms(desk)
    draft_id = desk.draft.id
    before = run("publish", draft_id, "--as", "morgan.ellery@example.org")
    desks.approve(desk)

    result = run("publish", draft_id, "--as", "morgan.ellery@example.org")

    assert before.exit_code == 1
    assert "Version 1.0 is published in the name of Morgan Ellery." in result.output
