"""A name that no font can show blocks nobody: HR says how it is printed, and both are kept."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.acknowledgements.press import CannotPrint
from portal.acknowledgements.printable import record_form, report, waiting
from portal.acknowledgements.record import canonical, read
from portal.acknowledgements.render import render, require_shown
from portal.acknowledgements.textlayer import CannotShow, NoGlyph, squeezed
from portal.acknowledgements.verify import verify
from portal.acknowledgements.wording import code_points, names_in, on_paper, spelled_out
from portal.config import Settings
from portal.outbox.models import Mail
from portal.outbox.worker import send_all
from portal.people.models import Person
from tests.acknowledgements.samples import SIGNED, TUTOR, draft, fields, short
from tests.acknowledgements.tutors import PAGE, PASSWORD, arrive
from tests.factories import NOW, add_somebody, as_person, post, sign_in_as

EXACT, FORM = "𠮷田 太郎", "吉田 太郎"
BY = {"recorded_at": SIGNED, "recorded_by": "Hanna Reed"}
HR = as_person("hr", Role.HR, name="Hanna Reed")
LATER = NOW + timedelta(minutes=1)


def unshown(**changes):
    """Return the record of a tutor of that name, whose manager has it too."""
    tutor = {**TUTOR, "name": EXACT, "name_typed": EXACT, "learning_manager": EXACT}
    return short(tutor=tutor, **changes)


def with_form(**changes):
    return unshown(printed_as=[{"name": EXACT, "printed_as": FORM, **BY}], **changes)


@pytest.fixture
def settings(settings):
    """A demonstration: mails go to a page instead of a server."""
    return Settings(**{**settings.model_dump(), "demonstration": True})


@pytest.fixture
def tutor(app):
    tutor = arrive(app)
    with tutor.db.change() as session:
        session.execute(sa.update(Person).where(Person.id == tutor.id).values(name=EXACT))
        add_somebody(session, "Hanna Reed", Role.HR)
    return replace(tutor, name=EXACT)


def test_the_page_shows_the_form_and_says_so_and_the_file_holds_the_exact_name(tmp_path, told):
    record = with_form(statements=[f"I know whom to ring: {EXACT}."])
    (tmp_path / "made.pdf").write_bytes(made := render(record, fingerprint="ab" * 32))

    words = squeezed(told("pdftotext", tmp_path / "made.pdf", "-"))

    assert all(squeezed(each) in words for each in (FORM, code_points(EXACT), f"ring: {FORM}"))
    assert EXACT not in words
    with pikepdf.open(BytesIO(made)) as pdf:
        kept = read(pdf.attachments["record.json"].get_file().read_bytes())
    assert (kept.tutor.name, kept.printed_as[0].printed_as) == (EXACT, FORM)


def test_a_record_without_such_a_name_is_spelled_as_before():
    assert b"printed_as" not in canonical(short())
    assert on_paper(short()) == short()


def test_every_name_that_reaches_the_page_may_have_a_form():
    record = with_form(contacts=[{"kind": "Deputy", "name": "Tom Reyes", "phone": "1"}])

    expected = {EXACT, "Tom Reyes", "Helen Marsh", "Safeguarding lead", "Hanna Reed"}
    assert expected <= set(names_in(record))


def test_what_a_browser_calls_itself_keeps_nobody_from_signing(tmp_path, told):
    told_by = {**fields()["identified_by"], "agent": "Browser 𠮷 \N{RIGHT-TO-LEFT OVERRIDE}x"}
    record = short(identified_by=told_by)
    (tmp_path / "made.pdf").write_bytes(render(record, fingerprint="ab" * 32))

    words = told("pdftotext", tmp_path / "made.pdf", "-")

    assert "Browser [U+20BB7] [U+202E]x" in words
    assert spelled_out(record, ()) == record


def test_a_form_that_cannot_be_shown_either_is_refused_before_it_is_recorded():
    require_shown(FORM)
    with pytest.raises(NoGlyph):
        require_shown(EXACT)
    with pytest.raises(CannotShow):
        require_shown("Tom\N{LEFT-TO-RIGHT ISOLATE}eve")


def test_what_hr_records_stands_in_the_next_record_whatever_the_spelling(tutor):
    with tutor.db.change() as session:
        record_form(session, EXACT, printed_as=FORM, by=HR, now=NOW)

    [form] = tutor.draft(name_typed="𠮷田  太郎").record.printed_as[:1]

    assert (form.name, form.printed_as, form.recorded_by) == (EXACT, FORM, "Hanna Reed")


def test_the_name_itself_as_its_form_ends_an_earlier_one(tutor):
    with tutor.db.change() as session:
        record_form(session, EXACT, printed_as=FORM, by=HR, now=NOW)
        record_form(session, EXACT, printed_as=EXACT, by=HR, now=LATER)

    assert tutor.draft().record.printed_as == ()


def test_a_name_waits_until_its_form_is_recorded_and_again_when_it_is_met_later(tutor):
    with tutor.db.change() as session:
        report(session, [EXACT], tutor=tutor.id, by=tutor.actor, now=NOW)
        [one] = waiting(session)
        record_form(session, EXACT, printed_as=FORM, by=HR, now=LATER)
        assert waiting(session) == ()
        report(session, [EXACT], tutor=tutor.id, by=tutor.actor, now=LATER + timedelta(minutes=1))

    assert (one.name, one.tutors) == (EXACT, (tutor.id,))
    with tutor.db.reader() as session:
        assert [each.name for each in waiting(session)] == [EXACT]
    assert verify(tutor.db.reader).faults == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_prints_or_confirms_a_paper_is_told_and_the_tutor_is_not_told_to_sign(tutor):
    with tutor.db.change() as session:
        uma = add_somebody(session, "Uma Other", Role.HR)
        waits = as_person(uma, Role.HR, name="Uma Other")
        report(session, [EXACT], tutor=tutor.id, by=waits, now=NOW)
        record_form(session, EXACT, printed_as=FORM, by=HR, now=LATER)

    with tutor.app.app_context():
        send_all(now=LATER + timedelta(days=400))

    with tutor.db.reader() as session:
        sent = {(row.recipient, row.subject) for row in session.scalars(sa.select(Mail))}
    assert ("uma.other@example.org", f"The paper of {EXACT} can be printed now") in sent
    assert "priya.nair@example.org" not in dict(sent)


def signed(tutor, client):
    sign_in_as(client, tutor.id)
    shown = tutor.wish().shown
    told = {"agreed": "y", "full_name": EXACT, "password": PASSWORD, "shown": shown}
    return post(client, PAGE, **told)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_refusal_over_hr_to_the_signature(tutor, client):
    refused = signed(tutor, client)
    assert refused.status_code == 422
    assert b"HR was told by mail" in refused.data

    sign_in_as(client, _hr(tutor))
    assert EXACT in client.get("/printable-names").text
    again = post(client, "/printable-names", name=EXACT, printed_as="𠮷")
    assert (again.status_code, "No font here can show" in again.text) == (422, True)
    assert post(client, "/printable-names", name=EXACT, printed_as=FORM).status_code == 302

    assert signed(tutor, client).status_code == 302
    with tutor.app.app_context():
        send_all(now=LATER + timedelta(days=400))
    with tutor.db.reader() as session:
        subjects = set(session.scalars(sa.select(Mail.subject)))
    assert {"You can sign now", f"{EXACT} cannot sign: a name cannot be printed"} <= subjects


def _hr(tutor):
    with tutor.db.reader() as session:
        return session.scalar(sa.select(Person.id).where(Person.name == "Hanna Reed"))


def test_the_press_names_the_characters_and_can_be_asked_about_a_text(press):
    assert press.find_fault(FORM) == ""
    assert "U+20BB7" in press.find_fault(EXACT)
    with pytest.raises(CannotPrint) as refused:
        press.make(draft(unshown()))

    assert refused.value.characters == {"𠮷"}
