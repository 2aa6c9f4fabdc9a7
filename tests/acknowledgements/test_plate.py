"""Pages that all documents of a version share are drawn once, and nobody can tell."""

import pytest

from portal.acknowledgements import render as printer
from portal.acknowledgements.render import render
from tests.acknowledgements.samples import named, short

PRINT = "ab" * 32


@pytest.fixture
def plates():
    """The plates, none of them drawn yet."""
    printer._annex.cache_clear()
    yield lambda: printer._annex(short().policy, short().organisation, demonstration=False)
    printer._annex.cache_clear()


@pytest.mark.usefixtures("plates")
def test_a_file_is_the_same_to_the_byte_as_if_every_page_were_drawn_for_it(monkeypatch):
    render(named("Олена"), fingerprint=PRINT)  # the plates are drawn beside another tutor's pages
    printed = render(short(), fingerprint=PRINT)

    monkeypatch.setattr(printer, "Plate", lambda page: page)
    printer._annex.cache_clear()

    assert printed == render(short(), fingerprint=PRINT)


def test_a_page_is_drawn_once_for_all_who_sign_the_version(plates, monkeypatch):
    drawn, draw = [], printer.Plate._draw
    monkeypatch.setattr(printer.Plate, "_draw", lambda *args: drawn.append(1) or draw(*args))

    for name in ("Ada", "Grace"):
        render(named(name), fingerprint=PRINT)

    assert len(drawn) == len(plates())


def test_what_belongs_to_one_document_is_drawn_in_each(plates, monkeypatch):
    whole = render(short(), fingerprint=PRINT)
    for plate in plates():
        plate._drawn.resources["XObject"]["i1"] = "a picture"
    monkeypatch.setattr("portal.acknowledgements.plate._print", None)

    assert render(short(), fingerprint=PRINT) == whole
