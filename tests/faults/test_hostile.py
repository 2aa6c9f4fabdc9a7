"""Whatever is typed, sent or put into an address: an answer, never a crash, and no echo that runs.

The forms are found by asking the portal for its routes, and their fields by looking at its forms.
"""

import re
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from portal.access import Role
from portal.forms import PortalForm
from portal.people.models import Dated
from tests.acknowledgements.tutors import arrive
from tests.factories import POLICY, add_somebody, post, sign_in_as, start_quiz

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORM = "application/x-www-form-urlencoded"
SCRIPT = b"<script>alert(1)</script>"
TEXTS = {
    "nul": b"a\x00b",
    "surrogate": b"\xed\xa0\x80",
    "not-utf-8": b"\xff\xfe\xe9",
    "right-to-left": "Ann\u202eeel".encode(),
    "long": b"x" * 10_000,
    "emoji": "\U0001f469\u200d\U0001f3eb".encode(),
    "two-lines": b"a\r\nBcc: x@example.org\r\n\r\nb",
    "script": b"\">'" + SCRIPT,
    "template": b"{{7*7}}${7*7}",
    "format": b"%s%n%(x)s{0}",
    "formula": b"=1+1",
    "path": b"../../etc/passwd",
    "quotes": b"' OR \"1\"='1'; --",
    "huge": str(2**63).encode(),
    "negative": b"-1",
    "digits": "٣²".encode(),
    "nothing": b"",
    "year-0": b"0001-01-01T00:00",
    "last-year": b"9999-12-31T23:59",
}
ADDRESSES = (
    str(2**63),
    "-1",
    "%00",
    "..%2f..%2fetc%2fpasswd",
    "%E2%80%AE",
    "%ff%fe",
    "%F0%9F%91%A9",
    "1.0%27",
    "99999999999999999999.1",
    "%D9%A3.%C2%B2",
    "x" * 3000,
)
EXTRA = {"role": "administrator", "roles": "administrator", "person_id": "x", "score": "100"}


def names():
    """Return the name of every field of every form that the portal's rooms have loaded."""
    forms = {each: vars(each).items() for each in PortalForm.__subclasses__()}
    return sorted({name for fields in forms.values() for name, field in fields if is_field(field)})


def is_field(thing):
    return hasattr(thing, "field_class")


@pytest.fixture
def tutor(app):
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as it runs in real life
    return arrive(app)


@pytest.fixture
def browsers(app, tutor):
    """A browser each for the world, a tutor, a manager and somebody who may do all the rest."""
    rest = (Role.HR, Role.SAFEGUARDING_LEAD, Role.ADMINISTRATOR, Role.AUTHOR)
    with app.extensions["db"].change() as session:
        office = add_somebody(session, "Olive Office", *rest)
    found = [app.test_client()]
    for person in (tutor.id, tutor.manager_id, office):
        client = app.test_client()
        sign_in_as(client, person)
        found.append(client)
    return found


@pytest.fixture
def known(app, tutor):
    """What fits into the addresses, so that the forms behind them are reached."""
    with app.extensions["db"].change() as session:
        attempt = start_quiz(session, tutor.id, cycle=2)
        period = session.scalars(sa.select(Dated.id).where(Dated.person_id == tutor.id)).first()
        team = session.scalars(sa.select(Dated.value).where(Dated.kind == "team")).first()
    found = {"name": POLICY, "version": "1.0", "number": "1", "attempt_id": attempt}
    found |= {
        "major": "1",
        "period_id": period,
        "team_id": team,
        "token": "x",
        "serial": "OS-2026-AAAA-AAAA",
    }
    return found | {"person_id": tutor.id, "tutor_id": tutor.id, "scenario_id": "x"}


UNKNOWN = "zzzzzzzzzzzzzzzz"  # an id of nothing


def routes(app, method):
    skipped = ("static", "people.sign_out", "people.disable", "tracking.leaving")
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.endpoint not in skipped:
            yield rule.rule


def filled(rule, values):
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], UNKNOWN), rule)


def send(client, url, body):
    """Send bytes as a form, as no browser would, with a good token."""
    with client.session_transaction() as browser:
        raw = browser.setdefault("csrf_token", "a token of this browser")
    token = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token").dumps(raw)
    body = body + b"&csrf_token=" + token.encode()
    return client.post(url, data=body, content_type=FORM)


def wrong(url, answer):
    """Return what is wrong with an answer, for a list."""
    crashed = answer.status_code >= 500
    return [(url, answer.status_code)] if crashed or SCRIPT in answer.data else []


def test_the_fields_of_all_rooms_are_known(app):
    assert {"full_name", "pupil", "phone", "password", "seq", "digest", "email"} <= set(names())


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_any_field_of_any_form_crashes_a_page_or_comes_back_alive(
    app, browsers, known, text
):
    body = urlencode([(name, TEXTS[text]) for name in names()]).encode()
    faults = []
    for rule in routes(app, "POST"):
        for client in browsers:
            faults += wrong(rule, send(client, filled(rule, known), body))

    assert faults == []


@pytest.mark.parametrize("text", ["not-utf-8", "script", "long"])
def test_raw_bytes_fields_sent_twice_and_a_missing_token_crash_nothing(app, browsers, known, text):
    raw = b"&".join(name.encode() + b"=" + TEXTS[text] for name in names() * 2)
    faults = []
    for rule in routes(app, "POST"):
        for client in browsers:
            faults += wrong(rule, send(client, filled(rule, known), raw))
            faults += wrong(rule, client.post(filled(rule, known), data=raw, content_type=FORM))

    assert faults == []


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_after_a_question_mark_crashes_a_page(app, browsers, known, text):
    asked = ("search", "state", "policy", "version", "from", "to", "team", "scope", "cycle", "page")
    query = urlencode([(name, TEXTS[text]) for name in (*names(), *asked, "answer", "attempt")])
    faults = []
    for rule in routes(app, "GET"):
        for client in browsers[1:]:
            faults += wrong(rule, client.get(f"{filled(rule, known | {'mail_id': 'x'})}?{query}"))

    assert faults == []


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:20])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_address_made_up_is_more_than_unknown(app, browsers, known, method, address):
    faults = []
    for rule in [each for each in routes(app, method) if "<" in each]:
        names = re.findall(r"<(?:\w+:)?(\w+)>", rule)
        for made_up in names:
            url = filled(rule, known | {"mail_id": "x", made_up: address})
            faults += [found for client in browsers for found in asked(client, method, url)]

    assert faults == []


def asked(client, method, url):
    answer = client.get(url) if method == "GET" else send(client, url, b"")
    good = 300 <= answer.status_code < 500
    return [] if good else [(url[:80], answer.status_code)]


def test_fields_that_no_form_has_change_nothing(app, browsers, tutor):
    mine = Dated.person_id == tutor.id
    with app.extensions["db"].reader() as session:
        before = session.scalars(sa.select(Dated.id).where(mine)).all()

    told = {"name": "Priya Nair", "phone": "01632 960 123"}
    answer = post(browsers[1], "/details", **told, **EXTRA)

    assert answer.status_code == 302
    with app.extensions["db"].reader() as session:
        assert session.scalars(sa.select(Dated.id).where(mine)).all() == before
