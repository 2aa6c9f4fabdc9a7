"""An installation is brought to life from its first administrator on, page by page."""

import re

import pytest
import sqlalchemy as sa

from portal import clock
from portal.access import SYSTEM, Role
from portal.installation.opening import first_administrator
from portal.outbox.models import Mail
from portal.outbox.worker import send_all
from portal.people import directory
from portal.people.actions import add_person, mail_invitation
from portal.people.queries import find_person
from tests.factories import (
    add_managed_team,
    add_somebody,
    add_tutor,
    post,
    publish_policy,
    set_contacts,
    sign_in_as,
)

PASSWORD = "three random words"
PHONE = "01632 960 007"


@pytest.fixture
def settings(settings):
    """A demonstration: its mails can be read."""
    return settings.model_copy(update={"demonstration": True})


@pytest.fixture
def change(app):
    return app.extensions["db"].change


@pytest.fixture
def me(change, client):
    """Sign in as an administrator; return the id."""
    with change() as session:
        robin = add_somebody(session, "Robin Hale", Role.ADMINISTRATOR)
    sign_in_as(client, robin)
    return robin


@pytest.fixture
def hr(app, change):
    """A second browser, with HR."""
    with change() as session:
        sam = add_somebody(session, "Sam Whitlock", Role.HR)
    client = app.test_client()
    sign_in_as(client, sam)
    return client


@pytest.fixture
def alex(change):
    with change() as session:
        return add_somebody(session, "Alex Penrose", Role.AUTHOR)


def id_of(change, email):
    with change() as session:
        return find_person(session, email=email).id


def entry(change, person_id):
    with change() as session:
        return directory.get_entry(session, person_id, now=clock.now())


def add(client, name, email, *roles):
    return post(client, "/people", name=name, email=email, roles=list(roles))


def newest_mail(app, email):
    with app.app_context():
        send_all(now=clock.now())
    with app.extensions["db"].reader() as session:
        mails = sa.select(Mail.text).where(Mail.recipient == email).order_by(Mail.sent_at)
        return session.scalars(mails).all()[-1]


def follow_mail(app, client, email):
    """Choose a password by the link that was mailed last, which signs in."""
    path = re.search(r"(/links/\S+)", newest_mail(app, email))[1]
    return post(client, path, password=PASSWORD)


def set_all_contacts(client):
    for kind in ("safeguarding-lead", "out-of-hours"):
        told = {f"{kind}-name": "Morgan Ellery", f"{kind}-phone": PHONE}
        post(client, "/contacts", kind=kind, **told)


def found_team(client, lead, *, name="North"):
    """Add a team, give it a learning manager and him a number; return its address."""
    where = post(client, "/teams", name=name).headers["Location"]
    post(client, f"{where}/lead", lead=lead)
    post(client, f"/people/{lead}/phone", phone=PHONE)
    return where


def test_from_the_first_administrator_to_the_first_tutor(app, client, change):
    with app.app_context():
        told = {"name": "Robin Hale", "email": "robin@example.org", "now": clock.now()}
        link = first_administrator(app.extensions["settings"], **told)
    post(client, link[link.index("/links/") :], password=PASSWORD)
    add(client, "Sam Whitlock", "sam@example.org", "hr")
    add(client, "Alex Penrose", "alex@example.org", "learning-manager")
    set_all_contacts(client)
    post(client, "/publishing/policies/online-safeguarding/1.0")
    team = found_team(client, id_of(change, "alex@example.org"))
    assert "Still missing" not in client.get("/people").text

    hr = app.test_client()
    follow_mail(app, hr, "sam@example.org")
    told = {"name": "Priya Nair", "email": "priya@example.org"}
    post(hr, "/tutors/new", **told, team=team.rsplit("/", 1)[-1])

    priya = entry(change, id_of(change, "priya@example.org"))
    assert priya.team[1] == "North"
    assert "Priya Nair" in client.get(team).text


@pytest.mark.parametrize("page", ["/people", "/publishing"])
def test_everything_that_is_missing_is_said_to_who_can_mend_it(client, me, hr, page):
    for browser in (client, hr):
        text = browser.get(page).text

        for words in ("Still missing", "is adopted", "There is no team"):
            assert words in text
        assert re.search(r'<main.*href="/contacts"', text, re.DOTALL)


def test_an_author_is_not_told_what_an_author_cannot_mend(app, change):
    with change() as session:
        author = add_somebody(session, "Jo Carne", Role.AUTHOR)
    theirs = app.test_client()
    sign_in_as(theirs, author)

    assert "Still missing" not in theirs.get("/publishing").text


def test_a_learning_manager_without_a_number_is_missing_until_there_is_one(
    client, change, me, alex
):
    with change() as session:
        set_contacts(session)
        publish_policy(session)
    where = post(client, "/teams", name="North").headers["Location"]
    post(client, f"{where}/lead", lead=alex)
    assert "Alex Penrose leads team North" in client.get("/people").text

    post(client, f"/people/{alex}/phone", phone=PHONE)

    assert "Still missing" not in client.get("/people").text
    assert PHONE in client.get(f"/people/{alex}").text


def test_everybody_is_listed_with_what_they_do_and_whether_they_are_here(client, change, me):
    with change() as session:
        team, _ = add_managed_team(session)
        add_tutor(session, team=team)

    text = client.get("/people").text

    assert "<title>3 people have an account" in text
    for words in ("Robin Hale", "administrator", "Alex Penrose", "leads Team of", "Not yet"):
        assert words in text


@pytest.mark.parametrize("named", ["zoe", "ZOË", "brontë", "zoë.bronte@EXAMPLE", " Brontë "])
def test_somebody_is_found_by_name_or_address_however_it_is_typed(client, change, me, named):
    with change() as session:
        told = {"name": "Zoë Brontë", "email": "zoe.bronte@example.org", "roles": []}
        add_person(session, **told, by=SYSTEM, now=clock.now())

    text = client.get("/people", query_string={"named": named}).text

    assert "Zoë Brontë" in text
    assert "1 of 2 fit" in text


def test_a_long_list_is_cut_and_says_so(client, change, me, monkeypatch):
    monkeypatch.setattr(directory, "MOST", 2)
    with change() as session:
        for name in ("Ada One", "Bea Two", "Cy Three"):
            add_somebody(session, name, Role.AUTHOR)

    text = client.get("/people").text

    assert "4 people fit. Here are the first 2" in text
    assert "Cy Three" not in text


def test_somebody_added_comes_in_by_their_mail_and_sees_what_their_role_opens(app, client, me):
    add(client, "Sam Whitlock", "sam@example.org", "hr", "author")

    sam = app.test_client()
    follow_mail(app, sam, "sam@example.org")

    assert sam.get("/people").status_code == 200


def test_only_a_tutor_is_told_by_mail_what_tutors_do_next(app, client, change, me):
    with change() as session:
        mail_invitation(session, add_tutor(session), by=SYSTEM, now=clock.now())
    add(client, "Jo Carne", "jo@example.org", "hr")

    assert "As a tutor" in newest_mail(app, "priya.nair@example.org")
    assert "As a tutor" not in newest_mail(app, "jo@example.org")


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"email": "nowhere"}, {"email": "sam.whitlock@example.org"}]
)
def test_what_was_typed_stays_when_somebody_cannot_be_added(client, me, hr, wrong):
    told = {"name": "Jo Carne", "email": "jo@example.org", "roles": ["author"], **wrong}

    answer = post(client, "/people", **told)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert re.search(r'checked[^>]*value="author"', answer.text)
    assert all(f'value="{told[name]}"' in answer.text for name in ("name", "email"))


def test_hr_is_not_offered_the_administrators_role_nor_given_it_by_hand(hr, me, alex):
    assert "Administrator" not in hr.get("/people/new").text
    assert add(hr, "Jo Carne", "jo@example.org", "administrator").status_code == 422
    assert post(hr, f"/people/{alex}/roles", role="administrator").status_code == 422


def test_a_role_given_opens_its_pages_at_once_and_taken_away_shuts_them(
    app, client, change, me, alex
):
    theirs = app.test_client()
    sign_in_as(theirs, alex)
    assert theirs.get("/people").status_code == 403

    post(client, f"/people/{alex}/roles", role="hr")
    assert theirs.get("/people").status_code == 200

    period = next(each.id for each in entry(change, alex).roles if each.role is Role.HR)
    post(client, f"/people/{alex}/roles/{period}/end")
    assert theirs.get("/people").status_code == 403


def test_nobody_changes_their_own_account(client, me, change):
    period = entry(change, me).roles[0].id
    for path in ("disabling", "enabling", f"roles/{period}/end"):
        assert post(client, f"/people/{me}/{path}").status_code == 409
    assert post(client, f"/people/{me}/roles", role="hr").status_code == 409

    assert entry(change, me).enabled
    assert "This is you" in client.get(f"/people/{me}").text


def test_the_last_administrators_account_stays_open_and_the_page_says_why(hr, me, change):
    answer = post(hr, f"/people/{me}/disabling")

    assert answer.status_code == 409
    assert "There is no other administrator" in answer.text
    assert entry(change, me).enabled


def test_a_closed_account_is_out_at_once_and_back_when_it_is_opened(app, client, me, alex):
    theirs = app.test_client()
    sign_in_as(theirs, alex)

    post(client, f"/people/{alex}/disabling")
    assert theirs.get("/details").status_code == 302
    assert "Closed" in client.get(f"/people/{alex}").text

    post(client, f"/people/{alex}/enabling")
    sign_in_as(theirs, alex)
    assert theirs.get("/details").status_code == 200


def test_a_link_is_sent_again_only_to_who_has_not_come(app, client, change, me):
    add(client, "Jo Carne", "jo@example.org")
    jo = id_of(change, "jo@example.org")
    assert "Send the link again" in client.get(f"/people/{jo}").text
    assert post(client, f"/people/{jo}/invitation").status_code == 302

    follow_mail(app, app.test_client(), "jo@example.org")

    assert "Send the link again" not in client.get(f"/people/{jo}").text
    assert post(client, f"/people/{jo}/invitation").status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("roles", {"role": ""}),
        ("roles", {"role": "king"}),
        ("phone", {"phone": "none"}),
        ("team", {"team": "x"}),
    ],
)
def test_a_wrong_choice_is_said_on_the_same_page(client, me, alex, path, told):
    answer = post(client, f"/people/{alex}/{path}", **told)

    assert answer.status_code == 422
    assert "<title>Problem: Alex Penrose" in answer.text


@pytest.mark.parametrize("path", ["", "/roles", "/disabling", "/enabling", "/invitation"])
def test_whoever_does_not_exist_is_not_found(client, me, path):
    where = f"/people/zzzzzzzzzzzzzzzz{path}"

    answer = post(client, where, role="hr") if path else client.get(where)

    assert answer.status_code == 404


def test_a_tutor_is_moved_and_is_from_then_on_with_another_manager(app, client, change, me):
    with change() as session:
        north, alex = add_managed_team(session)
        south, dana = add_managed_team(session, "Dana Fielding")
        priya = add_tutor(session, team=north)

    post(client, f"/people/{priya}/team", team=south)

    for manager, status in ((alex, 404), (dana, 200)):
        theirs = app.test_client()
        sign_in_as(theirs, manager)
        assert theirs.get(f"/tutors/{priya}").status_code == status


def test_a_team_takes_a_new_learning_manager_and_a_deputy_and_lets_the_deputy_go(
    client, change, me, alex
):
    with change() as session:
        jo = add_somebody(session, "Jo Carne")
    where = found_team(client, alex)
    post(client, f"{where}/deputy", deputy=jo)
    assert entry(change, jo).deputises

    post(client, f"{where}/lead", lead=jo)
    assert (entry(change, alex).leads, entry(change, jo).deputises) == ((), ())
    post(client, f"{where}/deputy", deputy=alex)
    post(client, f"{where}/deputy", deputy="")
    assert not entry(change, alex).deputises


def test_a_team_is_led_by_somebody_from_the_list_and_not_by_oneself(client, change, me, alex):
    where = post(client, "/teams", name="North").headers["Location"]

    for lead in ("", "zzzzzzzzzzzzzzzz", me):
        assert post(client, f"{where}/lead", lead=lead).status_code == 422
    assert "Nobody" in client.get(where).text


def test_a_team_needs_a_name_of_its_own(client, me):
    post(client, "/teams", name="North")

    for name in ("", "north"):
        answer = post(client, "/teams", name=name)
        assert answer.status_code == 422
        assert f'value="{name}"' in answer.text


@pytest.mark.parametrize("where", ["/people/new", "/people/{alex}"])
def test_whoever_gives_a_role_reads_what_it_may_do(client, me, alex, where):
    shown = client.get(where.format(alex=alex)).text

    unsaid = {role for role in Role if role.may not in shown}
    assert unsaid <= {Role.TUTOR, Role.AUTHOR}  # nobody is made a tutor here; Alex is an author
