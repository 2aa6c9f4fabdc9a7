"""The scenarios as a screen reader has them: Chromium's own accessibility tree, read in order.

Every form of question comes up. What is chosen is found by role and name, and pressed by key.
"""

import re

import pytest

from portal import clock
from portal.quizzes.steps import Asks
from tests import factories
from tests.journeys import ways
from tests.journeys.houses import come_in
from tests.quizzes.samples import drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
ALL_FORMS = next(
    seed
    for seed in range(1000)
    if {one.scenario.steps[0].asks for one in drawn(seed).asked} == set(Asks)
)
ZOOMED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}  # 1280 at 400 %


class Ear:
    """Somebody who hears the page: each thing has a role and a name, in the order of reading."""

    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page
        self._tree = self.page.context.new_cdp_session(self.page)

    def hear(self):
        """Return what is read out, in order: role, name, and the node to press."""
        nodes = self._tree.send("Accessibility.getFullAXTree")["nodes"]
        by_id = {node["nodeId"]: node for node in nodes}
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""), node)
            for node in _in_order(nodes[0], by_id)
            if not node["ignored"]
        ]

    def places(self, *wanted):
        """Return where each of these roles and names is heard first; the test fails without."""
        heard = [(role, name) for role, name, _ in self.hear()]
        missing = [each for each in wanted if each not in heard]
        assert not missing, (missing, heard)
        return [heard.index(each) for each in wanted]

    def press(self, role, name, *, key="Enter"):
        """Put the focus on what is called so, and press a key."""
        node = next(node for r, n, node in self.hear() if r == role and re.fullmatch(name, n))
        self._tree.send("DOM.focus", {"backendNodeId": node["backendDOMNodeId"]})
        self.page.keyboard.press(key)

    def go(self, role, name):
        """Press what leads to another page."""
        with self.page.expect_event("load"):
            self.press(role, name)


def _in_order(node, by_id):
    yield node
    for child in node.get("childIds", ()):
        if child in by_id:
            yield from _in_order(by_id[child], by_id)


@pytest.fixture
def attempt(house, request):
    """Return what has a tutor of that name begin an attempt with every form of question."""

    def begin(name):
        person = house.add_tutor(name)
        with house.change() as session:
            factories.read_all(session, person, now=clock.now())
            return factories.start_quiz(session, person, seed=ALL_FORMS, now=clock.now())

    return begin


@pytest.mark.parametrize(
    "scripts", [True, pytest.param(False, marks=pytest.mark.long)], ids=["scripts", "plain"]
)
def test_every_form_is_worked_through_by_ear(house, meet, attempt, scripts):
    name = f"Ear with {'scripts' if scripts else 'none'}"
    path = attempt(name)
    ear = Ear(come_in(meet(house.portal, java_script_enabled=scripts), name))
    ear.visitor.open(f"/attempts/{path}")

    asked = set()
    while not ear.visitor.meets("a:text('Go on and sign')"):
        if ear.visitor.meets("fieldset"):
            asked.add(_one_step(ear, scripts=scripts))
        else:
            ear.go("link", r"Go on with scenario \d")

    assert asked == set(Asks)
    assert ear.visitor.faults == []


@pytest.mark.long
def test_the_whole_quiz_fits_a_window_enlarged_four_times(house, meet, attempt):
    name = "Reader at four hundred"
    path = attempt(name)
    reader = come_in(meet(house.portal, **ZOOMED), name)
    reader.open(f"/attempts/{path}")

    ways.answer(reader)

    assert reader.meets("a:text('Go on and sign')")
    assert reader.faults == []  # no page is wider than its window


def _one_step(ear, *, scripts):
    """Hear a step in its order, answer as the code asks, and hear what follows."""
    step = ways.step_on(ear.visitor)
    situation = ear.visitor.says("main p:has(+ form), main p:has(+ fieldset)")[-1]
    order = ear.places(
        ("heading", ear.visitor.heading),
        ("StaticText", situation),
        ("group", step.question),
        ("button", "Check"),
    )
    assert order == sorted(order)
    if step.asks is Asks.ORDER:
        _put(ear, step, scripts=scripts)
    else:
        role = "radio" if step.asks is Asks.ONE else "checkbox"
        for option in step.answer:
            ear.press(role, re.escape(option.text), key="Space")
    ear.go("button", "Check")
    said, why = ear.places(
        ("heading", "That is what the code asks"),
        ("StaticText", step.upshot_of(step.answer).why),
    )
    assert said < why
    return step.asks


def _put(ear, step, *, scripts):
    """Move things up until they stand in the right order."""
    for place, option in enumerate(step.options):
        while (at := ear.visitor.says(ways.THINGS).index(option.text)) > place:
            button = ("button", f"Move up: {re.escape(option.text)}. Now {at + 1} of \\d")
            if scripts:
                ear.press(*button)
                (_,) = ear.places(("StaticText", f"{option.text}: now {at} of {len(step.options)}"))
            else:
                ear.go(*button)
