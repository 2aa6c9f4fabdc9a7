"""A file is told for what it is: issued here as it is, altered, or not from here."""

from functools import partial
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from portal.acknowledgements.keys import ROOT, load_root
from portal.acknowledgements.provenance import DIGEST, initials, provenance
from portal.acknowledgements.seal import verify_pdf
from tests.acknowledgements.tutors import arrive

UNREAD = "the file cannot be read as a PDF"


@pytest.fixture
def tutor(app):
    return arrive(app)


@pytest.fixture
def look(tutor, settings):
    judge = partial(verify_pdf, roots=[load_root(settings.keys / ROOT)])

    def look(content):
        with tutor.db.reader() as session:
            return provenance(session, content, judge=judge)

    return look


def flipped(pdf):
    return pdf[:900] + bytes([pdf[900] ^ 1]) + pdf[901:]


def appended(pdf):
    return pdf + b"\n% one more line\n"


def saved_again(pdf):
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(output)
    return output.getvalue()


def stripped(pdf):
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.Root.AcroForm.Fields[0].V
        document.save(output)
    return output.getvalue()


def sealed_twice(pdf):
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        own = document.Root.AcroForm.Fields
        other = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="Other", V=own[0].V)
        own.append(document.make_indirect(other))
        document.save(output)
    return output.getvalue()


def annotated(pdf):
    output = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    words = {"/Subtype": generic.pdf_name("/Text"), "/Contents": generic.pdf_string("Void")}
    place = generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9)))
    note = generic.DictionaryObject({generic.pdf_name(name): each for name, each in words.items()})
    note[generic.pdf_name("/Rect")] = place
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    writer.register_annotation(page, writer.add_object(note))
    writer.write(output)
    return output.getvalue()


def with_broken_range(pdf):
    return pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 ")


def cut(pdf):
    return pdf[:-200]


ALTERED = [
    (flipped, "the file was changed after it was sealed"),
    (appended, "the seal does not cover the file"),
    (annotated, "the seal does not cover the file"),
    (saved_again, "the file"),
    (stripped, "the file has 0 seals instead of one"),
    (sealed_twice, "the file has 2 seals instead of one"),
    (with_broken_range, "the"),
    (cut, UNREAD),
]


def test_the_file_issued_is_told_with_its_serial_and_signer(tutor, look):
    what = tutor.sealed()
    serial = tutor.sign(what)

    found = look(what.pdf)

    assert found.unchanged
    assert (found.row.serial, initials(found.row.name)) == (serial, "P. N.")


def test_each_alteration_is_told_with_the_checks_that_failed(tutor, look):
    what = tutor.sealed()
    serial = tutor.sign(what)

    for alter, reason in ALTERED:
        found = look(alter(what.pdf))

        assert (found.unchanged, found.row and found.row.serial) == (False, serial), alter
        assert found.failed[0] == DIGEST
        assert found.failed[1].startswith(reason), (alter, found.failed)


def test_a_file_of_another_portal_is_not_from_here(look, sealed):
    found = look(sealed.read_bytes())

    assert found.row is None
    assert found.failed == (DIGEST, "the seal is not under the organisation's root certificate")


def test_a_file_sealed_here_that_nobody_signed_was_never_issued(tutor, look):
    found = look(tutor.sealed().pdf)

    assert (found.row, found.failed) == (None, (DIGEST,))


@pytest.mark.parametrize("content", [b"", b"no PDF", b"/ID [(" + b"f" * 64 + b")]"])
def test_what_is_no_pdf_is_not_from_here(look, content):
    found = look(content)

    assert found.row is None
    assert found.failed[1].startswith(UNREAD)
