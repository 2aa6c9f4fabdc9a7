"""Seals end, are renewed and get lost; what they sealed can be checked for ever."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.hazmat.primitives import hashes

from portal import clock
from portal.access import Role
from portal.acknowledgements import keys as own
from portal.acknowledgements.commands import GivenSeal, seal
from portal.acknowledgements.expiry import alarm, queue_alarm
from portal.acknowledgements.keys import KEY, load_seal
from portal.acknowledgements.press import Press
from portal.acknowledgements.seals import SealRefused, known_seals, name_seal, require_seal
from portal.archive.commands import verify
from portal.config import Settings
from portal.console import Console
from portal.outbox.models import Mail, Outgoing
from portal.outbox.worker import send_all
from tests.acknowledgements.tutors import PAGE, PASSWORD, arrive
from tests.factories import EARLIER, NOW, add_somebody, post, sign_in_as

DAY = timedelta(days=1)
ENDS = EARLIER.replace(microsecond=0) + own.LEAF_YEARS * own.YEAR


@pytest.fixture
def settings(settings):
    """A demonstration: mails go to a page instead of a server."""
    return Settings(**{**settings.model_dump(), "demonstration": True})


def renew(app, settings):
    console = Console(settings=settings, make_app=lambda _: app)
    return CliRunner().invoke(seal, ["renew"], obj=console, catch_exceptions=False)


def marks(app):
    with app.extensions["db"].reader() as session:
        return [each.fingerprint for each in known_seals(session)]


def test_the_seal_of_a_signature_is_kept_once_with_its_certificates(app, settings):
    tutor = arrive(app)
    app.extensions["press"] = press = Press(settings.keys, seconds=60)
    what = tutor.sealed()
    press.close()

    tutor.sign(what)

    with tutor.db.change() as session:
        name_seal(session, what.chain, given=False, now=NOW)
        [known] = known_seals(session)
    assert (known.chain, known.given) == (load_seal(settings.keys).chain, False)
    assert known.expires_at == ENDS


def test_after_a_renewal_the_new_seal_signs_and_the_old_file_is_still_good(app, settings):
    tutor = arrive(app)
    draft = tutor.draft()
    app.extensions["press"] = press = Press(settings.keys, seconds=60)
    tutor.sign(tutor.sealed(draft))
    before = load_seal(settings.keys)

    done = renew(app, settings)

    after = load_seal(settings.keys)
    assert (done.exit_code, after.fingerprint in done.output) == (0, True), done.output
    assert press.make(_signed_now(draft)).chain.encode() == after.chain != before.chain
    press.close()
    assert marks(app) == [_mark(before), _mark(after)]
    said = run_verify(app)
    assert (said.exit_code, "1 sealed PDFs" in said.output) == (0, True), said.output


def _signed_now(draft):
    return replace(draft, record=draft.record.model_copy(update={"signed_at": clock.now()}))


def _mark(seal):
    return seal.leaf.fingerprint(hashes.SHA256()).hex()


def run_verify(app):
    console = Console(settings=app.extensions["settings"], make_app=lambda _: app)
    return CliRunner().invoke(verify, [], obj=console)


@pytest.mark.parametrize("at", ["replace", "lay_out"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_renewal_cut_short_leaves_one_seal_or_the_other_whole(app, settings, at, monkeypatch):
    before = load_seal(settings.keys)
    with monkeypatch.context() as patch:
        patch.setattr(*((Path, at) if at == "replace" else (own, at)), _power_cut)
        with pytest.raises(PowerCut):
            renew(app, settings)

    left = load_seal(settings.keys)

    assert (left.leaf == before.leaf) == (at == "replace")
    assert _mark(left) in marks(app)
    assert renew(app, settings).exit_code == 0
    assert _mark(load_seal(settings.keys)) in marks(app)


class PowerCut(Exception):
    """The machine stopped here."""


def _power_cut(*_):
    raise PowerCut


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_lost_key_stops_signing_kindly_until_a_new_seal_is_made(app, settings, client):
    tutor = arrive(app)
    app.extensions["press"] = press = Press(settings.keys, seconds=60)
    (settings.keys / KEY).unlink()
    sign_in_as(client, tutor.id)
    told = {"agreed": "y", "full_name": tutor.name, "password": PASSWORD}

    refused = post(client, PAGE, **told, shown=tutor.wish().shown)

    assert refused.status_code == 503
    assert "It is not your doing" in refused.text
    renew(app, settings)
    assert post(client, PAGE, **told, shown=tutor.wish().shown).status_code == 302
    press.close()


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (61 * DAY, None),
        (60 * DAY, "in 60 days"),
        (30 * DAY, "in 30 days"),
        (7 * DAY, "in 7 days"),
        (timedelta(0), "Nobody can sign: the seal expired on"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_end_of_the_seal_is_said_ahead(settings, left, said):
    found = alarm(settings, now=ENDS - left)

    assert (found and said in found.sentence) or (found, said) == (None, None)
    assert bool(found and found.stopped) == (left == timedelta(0))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_administrator_is_told_three_times_ahead_and_daily_once_it_has_ended(app):
    database = app.extensions["db"]
    with app.app_context(), database.change() as session:
        add_somebody(session, "Ada Admin", Role.ADMINISTRATOR)
        add_somebody(session, "Hanna Reed", Role.HR)
        for days in range(-70, 3):
            at = ENDS + days * DAY
            queue_alarm(session, at.date().isoformat(), at)
        queued = session.scalar(sa.select(sa.func.count()).select_from(Outgoing))

    with app.app_context():
        send_all(now=ENDS + 3 * DAY)
    with database.reader() as session:
        subjects = list(session.scalars(sa.select(Mail.subject)))
    assert (queued, len(subjects)) == (3 + 3, 6)
    assert all("seal" in each for each in subjects)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_administrators_see_it_on_every_page_and_nobody_else_does(app, settings, client):
    (settings.keys / KEY).unlink()
    for name, role in (("Ada Admin", Role.ADMINISTRATOR), ("Hanna Reed", Role.HR)):
        with app.extensions["db"].change() as session:
            person = add_somebody(session, name, role)
        sign_in_as(client, person)
        page = client.get("/people").text
        assert ("Nobody can sign" in page) == (role is Role.ADMINISTRATOR)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_seal_from_outside_is_not_renewed_here(app, settings):
    given = Settings(**{**settings.model_dump(), "seal_file": "seal.p12"})
    before = (settings.keys / KEY).read_bytes()

    with pytest.raises(GivenSeal, match="Replace that file"):
        renew(app, given)

    assert (settings.keys / KEY).read_bytes() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_portal_does_not_start_with_a_seal_from_outside_that_cannot_be_used(settings):
    given = Settings(**{**settings.model_dump(), "seal_file": "seal.p12"})

    with pytest.raises(SealRefused, match=r"seal\.p12 cannot be read"):
        require_seal(given)
    require_seal(settings)
