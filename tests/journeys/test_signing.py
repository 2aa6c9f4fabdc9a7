"""Signing while something else happens: once is once, and what was shown is what is signed."""

import pytest

from portal import clock
from portal.acknowledgements.queries import held
from tests import factories
from tests.journeys import ways
from tests.journeys.houses import come_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
TICK, NAME = "I make each of these statements", "Your full name"
AGAIN = "Your password, once more"


@pytest.fixture
def ready(house, request):
    """Return the name of a tutor who has passed and not signed, and their id."""
    name = f"Tutor of {request.node.originalname.rpartition('_')[2]}"
    person_id = house.add_tutor(name)
    with house.change() as session:
        factories.pass_quiz(session, person_id, now=clock.now())
    return name, person_id


def signatures(house, person_id):
    with house.change() as session:
        return [each.serial for each in held(session, person_id)]


def at_the_form(visitor, name):
    """Open the page that signs and fill it, but send nothing."""
    come_in(visitor, name).follow("Go on and sign")
    visitor.tick(TICK)
    visitor.write(NAME, name)
    visitor.write(AGAIN, ways.PASSWORD)
    return visitor


def sign_button(visitor):
    return visitor.page.get_by_role("button", name="Sign", exact=True)


def test_two_browsers_signing_at_once_make_one_signature(house, meet, ready):
    name, person_id = ready
    one, other = (at_the_form(meet(house.portal), name) for _ in range(2))

    with one.page.expect_event("load"), other.page.expect_event("load"):
        sign_button(one).click(no_wait_after=True)
        sign_button(other).click(no_wait_after=True)

    [serial] = signatures(house, person_id)
    assert {one.page.url, other.page.url} == {f"{house.portal.url}/acknowledgements/{serial}"}
    assert (one.heading, other.heading) == ("You have signed", "You have signed")


def test_a_version_published_meanwhile_is_read_before_anything_is_signed(house, meet, ready):
    name, person_id = ready
    tutor = at_the_form(meet(house.portal), name)
    with house.change() as session:
        factories.publish_policy(session, factories.renumbered("1.1"), now=clock.now())

    tutor.press("Sign")

    assert tutor.heading == "The text has changed"
    assert name in tutor.page.locator("main").inner_text()
    assert signatures(house, person_id) == []
    tutor.follow("Read version 1.1")
    assert "as of 1.1" in _read_all(tutor)
    assert tutor.heading == "Sign “Online safeguarding: an example code of practice”"
    assert tutor.faults == []


def _read_all(tutor):
    texts = []
    while tutor.meets(".policy"):
        texts += tutor.says(".policy")
        tutor.press(ways.ON)
    return " ".join(texts)
