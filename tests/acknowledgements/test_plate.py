"""Pages that all documents of a version share are drawn once, and nobody can tell."""

from types import SimpleNamespace

import pytest
from pydyf import Dictionary as Dict

from portal.acknowledgements import render as printer
from portal.acknowledgements.plate import _use
from portal.acknowledgements.render import render
from portal.policies.text import digest
from tests.acknowledgements.samples import TEXT, TUTOR, fields, named, short

PRINT = "ab" * 32


# The glyphs of such scripts have several meanings, and the words stand beside them.
TAMIL = TEXT.replace("the company", "தமிழ்ச்செல்வி கிருஷ்ணமூர்த்தி", 1)
POLICY = {**fields()["policy"], "text": TAMIL, "digest": digest(TAMIL)}


@pytest.fixture
def plates():
    """The plates, none of them drawn yet."""
    printer._annex.cache_clear()
    yield lambda made: printer._annex(made.policy, made.organisation, demonstration=False)
    printer._annex.cache_clear()


def test_a_file_is_the_same_to_the_byte_as_if_every_page_were_drawn_for_it(plates, monkeypatch):
    made = short(policy=POLICY, tutor={**TUTOR, "name": "செல்வி", "name_typed": "செல்வி"})
    render(short(policy=POLICY), fingerprint=PRINT)  # drawn beside another tutor's pages
    printed = render(made, fingerprint=PRINT)
    marks = [
        each for plate in plates(made) for each in plate._drawn.operators if type(each) is Dict
    ]

    monkeypatch.setattr(printer, "Plate", lambda page: page)
    printer._annex.cache_clear()

    assert printed == render(made, fingerprint=PRINT)
    assert {key for mark in marks for key in mark} == {"MCID"}  # words belong to one file


def test_a_page_is_drawn_once_for_all_who_sign_the_version(plates, monkeypatch):
    drawn, draw = [], printer.Plate._draw
    monkeypatch.setattr(printer.Plate, "_draw", lambda *args: drawn.append(1) or draw(*args))

    for name in ("Ada", "Grace"):
        render(named(name), fingerprint=PRINT)

    assert len(drawn) == len(plates(short()))


def test_what_belongs_to_one_document_is_drawn_in_each(plates, monkeypatch):
    whole = render(short(), fingerprint=PRINT)
    for plate in plates(short()):
        plate._drawn.resources["XObject"]["i1"] = "a picture"
    monkeypatch.setattr("portal.acknowledgements.plate._print", None)

    assert render(short(), fingerprint=PRINT) == whole


def test_a_glyph_keeps_the_meaning_that_the_pages_before_gave_it():
    used = SimpleNamespace(widths={}, to_unicode={7: "னி"})

    _use(SimpleNamespace(widths={7: 500}, to_unicode={7: "ன", 8: "ம"}), used)

    assert (used.to_unicode, used.widths) == ({7: "னி", 8: "ம"}, {7: 500})
