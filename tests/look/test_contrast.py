"""Colours are read from the stylesheet itself, in both schemes and every tint."""

import re
from functools import cache
from itertools import product

import pytest

from portal.paths import STATIC

SCHEMES = ("light", "dark")
TINTS = ("none", "cream", "blue", "green", "rose")
GROUNDS = ("paper", "card", "sea-wash", "cleared-wash", "due-wash", "blocked-wash", "plain-wash")
RUNNING = [*product(["ink"], GROUNDS), *product(["quiet"], ["paper", "card"])]
SHORT = [
    *product(["quiet", "sea"], GROUNDS),
    *product(["cleared", "due", "blocked"], ["paper", "card"]),
    ("cleared", "cleared-wash"),
    ("due", "due-wash"),
    ("blocked", "blocked-wash"),
    ("on-sea", "sea"),
    ("on-sea", "sea-deep"),
    ("on-mast", "mast"),
    ("on-gold", "gold"),
]
DRAWN = [*product(["edge", "cleared", "blocked"], ["paper", "card"]), ("focus", "focus-ring")]


@pytest.mark.parametrize("tint", TINTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_running_text_stands_out_seven_to_one(scheme, tint):
    assert too_faint(RUNNING, at_least=7, scheme=scheme, tint=tint) == {}


@pytest.mark.parametrize("tint", TINTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_other_word_stands_out_four_and_a_half_to_one(scheme, tint):
    assert too_faint(SHORT, at_least=4.5, scheme=scheme, tint=tint) == {}


@pytest.mark.parametrize("tint", TINTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_and_shapes_stand_out_three_to_one(scheme, tint):
    assert too_faint(DRAWN, at_least=3, scheme=scheme, tint=tint) == {}


def too_faint(pairs, *, at_least, scheme, tint):
    """Return the pairs of colours whose contrast is below the ratio."""
    colours = palette(scheme, tint)
    ratios = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    return {pair: ratio for pair, ratio in ratios.items() if ratio < at_least}


@cache
def palette(scheme, tint):
    """Return each named colour in this scheme and tint."""
    css = (STATIC / "look.css").read_text()
    rules = [re.search(r":root \{(.*?)\}", css, re.DOTALL)[1]]
    if tint != "none":
        rules.append(re.search(rf"\[data-tint={tint}\] \{{(.*?)\}}", css)[1])
    pair = r"--([a-z-]+): (?:light-dark\()?(#[0-9a-f]{6})(?:, (#[0-9a-f]{6})\))?;"
    found = [match for rule in rules for match in re.findall(pair, rule)]
    return {name: dark if scheme == "dark" and dark else light for name, light, dark in found}


def contrast(one, other):
    """Return the WCAG 2 contrast ratio of two hex colours."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour):
    """Return the relative luminance of a hex colour, as WCAG 2 defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
