"""What stands on every page, whoever looks at it."""

import re
from types import SimpleNamespace

import pytest

from portal.access import Actor, Role
from portal.paths import STATIC, TEMPLATES

EMERGENCY = "If a child is in immediate danger"
LINE = f"{EMERGENCY}, ring 999, or the emergency number where the child is."
PAGE = "{%% extends 'layouts/%s.html' %%}{%% block title %%}Your tutors{%% endblock %%}"
LAYOUTS = ("base", "narrow", "split", "plain")
SOURCES = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_page_tells_whom_to_ring_when_a_child_is_in_danger(render, layout):
    page = render(PAGE % layout)

    assert EMERGENCY in page
    assert 'href="tel:999"' in page


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_heading_names_the_page_and_the_tab(render, layout):
    page = render(PAGE % layout)

    assert page.count("<h1") == 1
    assert "<h1>Your tutors</h1>" in page
    assert "<title>Your tutors – Lantern Tuition</title>" in page


def test_the_tab_says_that_a_form_has_a_problem(render):
    page = render(PAGE % "narrow", form=SimpleNamespace(errors={"name": ["Enter it"]}))

    assert "<title>Problem: Your tutors" in page


def test_the_escalation_card_is_one_tap_away_once_signed_in(render):
    assert 'href="/now"' in render(PAGE % "base")
    assert 'href="/now"' not in render(PAGE % "base", actor=None)


def test_signing_out_is_a_form_with_its_token(render):
    page = render(PAGE % "base", csrf=lambda: "TOKEN")

    assert re.search(r'<form method="post" action="/sign-out">TOKEN<button', page)


def test_a_plain_page_shows_nothing_of_whoever_is_signed_in(render):
    page = render(PAGE % "plain")

    assert "<nav" not in page
    assert "Priya Nair" not in page


def test_the_demonstration_says_so_on_every_page(render, words):
    settings = SimpleNamespace(organisation="Lantern Tuition", demonstration=True)

    assert "Nothing here is evidence" in render(PAGE % "plain", settings=settings)
    assert "Nothing here is evidence" not in render(PAGE % "plain")


def test_reading_comfort_is_told_to_the_stylesheet(render):
    comfort = {"size": "larger", "spacing": "wide", "tint": "rose"}

    page = render(PAGE % "base", comfort=comfort)

    assert 'data-size="larger" data-spacing="wide" data-tint="rose"' in page


def test_every_reading_comfort_has_its_rule():
    css = (STATIC / "look.css").read_text()
    values = {"size": ["large", "larger"], "spacing": ["wide"]}
    values["tint"] = ["cream", "blue", "green", "rose"]

    missing = [
        f"{name}={value}"
        for name, each in values.items()
        for value in each
        if f"[data-{name}={value}]" not in css
    ]

    assert missing == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_carries_style_or_script_of_its_own(source):
    assert (
        re.findall(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=|javascript:", source.read_text())
        == []
    )


def test_the_emergency_line_is_written_once_for_pages_and_once_for_paper():
    holders = {path.name: path.read_text() for path in SOURCES if EMERGENCY in path.read_text()}

    lines = [re.sub(r"<[^>]+>", "", text) for text in holders.values()]
    assert holders.keys() == {"emergency.html", "_emergency.html"}
    assert all(LINE in line for line in lines)


def test_every_font_is_there_with_its_licence():
    named = re.findall(r'url\("(fonts/[^"]+)"\)', (STATIC / "look.css").read_text())

    assert len(named) == 4
    assert all((STATIC / name).is_file() for name in named)
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts" / "OFL.txt").read_text()


def test_the_stylesheet_fetches_nothing_from_elsewhere():
    assert re.findall(r"@import|https?://|url\(\"?//", (STATIC / "look.css").read_text()) == []


def test_a_refusal_says_what_was_kept_and_its_code(render):
    refusal = SimpleNamespace(sentence="The quiz is not passed.", code="quiz-not-passed")

    page = render("{% extends 'errors/refusal.html' %}", refusal=refusal)

    assert "<h1>The quiz is not passed</h1>" in page
    assert "Nothing was changed" in page
    assert "quiz-not-passed" in page


@pytest.mark.parametrize(
    ("roles", "whom"),
    [
        ({Role.TUTOR}, "your learning manager"),
        ({Role.TUTOR, Role.MANAGER}, "HR"),
        ({Role.HR, Role.SAFEGUARDING_LEAD}, "an administrator"),
        ({Role.ADMINISTRATOR, Role.HR}, "whoever runs the portal’s server"),
    ],
)
def test_a_refusal_sends_nobody_to_themselves(render, roles, whom):
    refusal = SimpleNamespace(sentence="It is not so.", code="not-so")
    actor = Actor(id="1", name="Hanna Reed", roles=frozenset(roles))

    page = render("{% extends 'errors/refusal.html' %}", refusal=refusal, actor=actor)

    assert f"ask {whom} and give them the code" in page


def test_a_form_without_its_token_shows_what_was_typed(render):
    page = render("{% extends 'errors/token.html' %}", kept=[("full_name", "<Priya>")])

    assert "Full name" in page
    assert "&lt;Priya&gt;" in page
