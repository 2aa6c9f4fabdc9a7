"""What is inside an issued PDF: pages, one link, one seal, one record. Nothing acts or hides."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest

from portal.acknowledgements.record import read
from tests.acknowledgements.example import FOLDER

ACTING = {"/JavaScript", "/JS", "/AA", "/OpenAction", "/XFA", "/NeedAppearances", "/Launch"}
HIDING = {"/OCProperties", "/OCGs", "/OCG", "/OC", "/Collection", "/Threads", "/PieceInfo"}
PLAYING = {"/RichMediaContent", "/3DD", "/Movie", "/Sound", "/Rendition", "/GoToE", "/GoToR"}
ACTION, EMBEDDED = pikepdf.Name.Action, pikepdf.Name.EmbeddedFile
KINDS = {"/URI", "/GoTo", "/Launch", "/JavaScript", "/SubmitForm", "/ImportData", "/Named", "/Hide"}
EXAMPLES = [path.read_bytes() for path in sorted(FOLDER.glob("*.pdf"))]


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Yield every dictionary of every object, of both parts of the file, used or not."""
    waiting = [*list(pdf.objects), pdf.trailer]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            yield each
            waiting += [part for part in dict(each.items()).values() if is_inline(part)]
        elif isinstance(each, pikepdf.Array):
            waiting += [part for part in each if is_inline(part)]


def kind_of(each: pikepdf.Object) -> pikepdf.Name | None:
    """Return that it is an action, for one that does not say so but names a known kind of it."""
    return ACTION if str(each.get("/S")) in KINDS else None


def is_inline(part: object) -> bool:
    return isinstance(part, pikepdf.Object) and not part.is_indirect


@pytest.fixture(params=["issued now", *range(len(EXAMPLES))])
def pdf(request, sealed):
    content = sealed.read_bytes() if request.param == "issued now" else EXAMPLES[request.param]
    with pikepdf.open(BytesIO(content)) as pdf:
        yield pdf


def test_nothing_in_it_runs_plays_or_can_be_hidden(pdf):
    found = {key for each in dictionaries(pdf) for key in each}

    assert len(found) > 100
    assert found & (ACTING | HIDING | PLAYING) == set()


def test_the_one_action_is_the_link_that_is_printed(pdf):
    actions = [each for each in dictionaries(pdf) if ACTION in (each.get("/Type"), kind_of(each))]

    record = read(pdf.attachments["record.json"].get_file().read_bytes())
    assert [str(each.get("/URI")) for each in actions] == [record.verify_url]
    assert [str(each["/S"]) for each in actions] == ["/URI"]


def test_its_one_field_is_the_seal_and_its_annotations_are_link_and_seal(pdf):
    fields = [each for each in dictionaries(pdf) if "/FT" in each]
    marks = [str(each["/Subtype"]) for page in pdf.pages for each in page.get("/Annots", [])]

    assert [str(each["/FT"]) for each in fields] == ["/Sig"]
    assert len(pdf.Root.AcroForm.Fields) == 1
    assert sorted(marks) == ["/Link", "/Widget"]


def test_the_one_file_in_it_is_the_record(pdf):
    files = [each for each in dictionaries(pdf) if "/EF" in each]
    streams = [each for each in dictionaries(pdf) if each.get("/Type") == EMBEDDED]

    assert list(pdf.attachments) == ["record.json"]
    assert (len(files), len(streams)) == (1, 1)
