"""From the company's Word file to a live version, and a small change after it, by two people."""

import re

import pytest

from tests.factories import POLICY
from tests.journeys import ways
from tests.journeys.companies import COLLEAGUES, address
from tests.journeys.looks import WIDE
from tests.journeys.servers import company
from tests.publishing.desks import code_in_word

pytestmark = pytest.mark.browser
REVIEW = "2027-11-30"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    with company(tmp_path_factory.mktemp("publishing")) as (portal, link):
        yield portal, link


def test_a_word_file_goes_live_a_small_change_follows_and_is_called_off(portal, meet, tmp_path):
    served, link = portal
    author, lead = _author_and_lead(served, link, meet)
    file = tmp_path / "code.docx"
    file.write_bytes(code_in_word())

    lead.open(f"/publishing/policies/{POLICY}/1.0")  # the one on file, not to be adopted here
    _take_in(author, file)
    _say_terms(author, owner="Morgan Ellery", summary="How tutors keep children safe online.")
    _publish(author, lead)
    loads = author.loads
    _change_a_word(author)
    _publish(author, lead)
    _call_off(author)

    assert author.says("tbody tr td .tag") == ["Called off", "In effect"]
    assert loads <= 25  # from the one-time link to the first version
    assert author.faults + lead.faults == []


def _author_and_lead(served, link, meet):
    author = meet(served, viewport=WIDE)
    ways.arrive(author, link)
    ways.set_contacts(author)
    name = COLLEAGUES["Safeguarding lead"]
    ways.add_colleague(author, name, email=address(name), role="Safeguarding lead")
    lead = meet(served)
    ways.arrive(lead, served.post.link_for(address(name)))
    return author, lead


def _take_in(author, file):
    author.follow("Policies")
    author.follow("Begin a new version")
    author.page.get_by_label("The document").set_input_files(file)
    author.press("Take this document apart")
    author.follow("Match them to the scenarios")
    author.press("Save these matches")


def _say_terms(author, **fields):
    author.follow("Say what it is and from when")
    for label, words in (
        ("What it is about, in a sentence or two", fields.get("summary")),
        ("Owner", fields.get("owner")),
        ("What changed, and why", fields.get("note")),
    ):
        if words:
            author.write(label, words)
    author.write("Next review", REVIEW)
    if fields.get("note"):
        author.write("In effect from", "2099-01-05")
        author.tick("Wording only: nobody signs again")
    author.press("Save")


def _publish(author, lead):
    author.follow("Look at it, and have it approved")
    lead.open(author.page.url)
    lead.press("Approve this version")
    author.open(author.page.url)
    author.click(author.page.get_by_role("button", name="Publish version"))


def _change_a_word(author):
    author.open(f"/publishing/policies/{POLICY}")
    author.press("Begin the next version")
    author.follow("Preamble")
    words = author.page.get_by_label("Words of PRE-1")
    words.fill("This code says what professional practice means here. It is for every tutor.")
    author.press("Save, and on to the next section")
    author.follow("Online safeguarding: an example code of practice")
    _say_terms(author, note="Plainer words.")


def _call_off(author):
    author.open(f"/publishing/policies/{POLICY}")
    author.follow(re.compile("Call off"))
    author.write("Why is it called off?", "Too early.")
    author.press("Call off version 1.1")
