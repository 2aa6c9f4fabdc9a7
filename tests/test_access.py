"""Who may open what: each route says so, this table says so too, and a real request agrees."""

import re

import pytest
from flask import Flask

from portal import create_app
from portal.access import Role, allowed_to
from portal.errors import SENTENCES
from tests.factories import add_somebody, post, sign_in_as

T, M, H = Role.TUTOR, Role.MANAGER, Role.HR
L, AU, AD = Role.SAFEGUARDING_LEAD, Role.AUTHOR, Role.ADMINISTRATOR
WORLD, SIGNED_IN = None, frozenset(Role)

TABLE = {
    "static": WORLD,
    "people.sign_in": WORLD,
    "people.start_sign_in": WORLD,
    "people.link": WORLD,
    "people.follow_link": WORLD,
    "people.reset": WORLD,
    "people.ask_reset": WORLD,
    "outbox.mails": WORLD,  # in the demonstration only; elsewhere it does not exist
    "outbox.mail": WORLD,
    "archive.check": WORLD,
    "archive.unsent": {AD},
    "archive.try_all": {AD},
    "archive.try_again": {AD},
    "archive.check_file": WORLD,
    "people.sign_out": SIGNED_IN,
    "people.details": SIGNED_IN,
    "people.confirm_details": SIGNED_IN,
    "people.comfort": SIGNED_IN,
    "people.set_comfort": SIGNED_IN,
    "people.sign_ins": SIGNED_IN,
    "people.end_sign_in": SIGNED_IN,
    "people.contacts": {H, L, AD},
    "people.set_contact": {H, L, AD},
    "onboarding.home": SIGNED_IN,
    "onboarding.card": SIGNED_IN,
    "onboarding.next_step": {T},
    "people.everybody": {H, AD},
    "people.new": {H, AD},
    "people.add": {H, AD},
    "people.person": {H, AD},
    "people.give_role": {H, AD},
    "people.take_role": {H, AD},
    "people.disable": {H, AD},
    "people.enable": {H, AD},
    "people.invite_again": {H, AD},
    "people.move": {H, AD},
    "people.set_phone": {H, AD},
    "people.give_tag": {H, AD},
    "people.end_tag": {H, AD},
    "people.teams": {H, AD},
    "people.team": {H, AD},
    "people.add_team": {H, AD},
    "people.set_lead": {H, AD},
    "people.set_deputy": {H, AD},
    "onboarding.invite": {H, M},
    "onboarding.send_invitation": {H, M},
    "onboarding.send_again": {H, M},
    "policies.version": SIGNED_IN,
    "policies.section": SIGNED_IN,
    "policies.changes": SIGNED_IN,
    "policies.ask_about": {T},
    "policies.ask": {T},
    "policies.questions_asked": {T, M, H, L},
    "policies.question": {T, M, H, L},
    "policies.answer": {M, H, L},
    "policies.see_answer": {L},
    "onboarding.history": {T},
    "policies.read": {T},
    "quizzes.attempts": {T},
    "quizzes.open_attempt": {T},
    "quizzes.attempt": {T},
    "quizzes.choose": {T},
    "quizzes.reopen": {T},
    "quizzes.helper": {T},
    "quizzes.name_helper": {T},
    "quizzes.cards": {T, M, H, L, AU, AD},
    "acknowledgements.sign": {T},
    "acknowledgements.create": {T},
    "acknowledgements.signed": {T, M, H, L},
    "acknowledgements.pdf": {T, M, H, L},
    "acknowledgements.declining": {T},
    "acknowledgements.decline": {T},
    "acknowledgements.printable_names": {H},
    "acknowledgements.new_printable_name": {H},
    "acknowledgements.record_printable_name": {H},
    "acknowledgements.revocation": {H},
    "acknowledgements.revoke": {H},
    "acknowledgements.correction": {H},
    "acknowledgements.correct": {H},
    "acknowledgements.withdrawal": {T},
    "acknowledgements.withdraw": {T},
    "acknowledgements.papers": {H},
    "acknowledgements.pack": {H},
    "acknowledgements.original": {H},
    "acknowledgements.record_original": {H},
    "acknowledgements.to_confirm": {H, L},
    "acknowledgements.confirm": {H, L},
    "acknowledgements.reject": {H, L},
    "archive.acknowledgements": {H, L},
    "archive.every_hold": {H, L},
    "archive.ask_hold": {H},
    "archive.hold": {H},
    "archive.ask_lift": {H},
    "archive.lift": {H},
    "scheduling.lessons": {T, M, H, L},
    "scheduling.new": {T, M, H},
    "scheduling.create": {T, M, H},
    "tracking.tutors": {M, H, L},
    "tracking.tutor": {M, H, L},
    "tracking.attempt": {M, H, L},
    "tracking.unlock": {M, H},
    "tracking.ask_suspension": {H, L},
    "tracking.suspension": {H, L},
    "tracking.ask_reinstatement": {H, L},
    "tracking.reinstatement": {H, L},
    "tracking.ask_suspension_notice": {H},
    "tracking.suspension_notice": {H},
    "tracking.ask_leaving": {H},
    "tracking.leaving": {H},
    "tracking.ask_last_day": {H},
    "tracking.last_day": {H},
    "tracking.ask_staying": {H},
    "tracking.staying": {H},
    "tracking.ask_return": {H},
    "tracking.return": {H},
    "tracking.waivers": {M, H, L},
    "tracking.ask_waiver": {M, H},
    "tracking.waive": {M, H},
    "tracking.ask_waiver_end": {M, H},
    "tracking.end_waiver": {M, H},
    "tracking.approve_waiver": {H, L},
    "tracking.decline_waiver": {H, L},
    "tracking.weak_spots": {M, H, L},
    "tracking.scenario": {M, H, L},
    "publishing.index": {H, L, AU, AD},
    "publishing.new_draft": {H, L, AU, AD},
    "publishing.upload": {H, L, AU, AD},
    "publishing.begin_draft": {H, L, AU, AD},
    "publishing.draft": {H, L, AU, AD},
    "publishing.draft_text": {H, L, AU, AD},
    "publishing.join_clause": {H, L, AU, AD},
    "publishing.draft_clause": {H, L, AU, AD},
    "publishing.save_clause": {H, L, AU, AD},
    "publishing.add_section": {H, L, AU, AD},
    "publishing.draft_section": {H, L, AU, AD},
    "publishing.save_section": {H, L, AU, AD},
    "publishing.take_rulings": {H, L, AU, AD},
    "publishing.remove_section": {H, L, AU, AD},
    "publishing.remove_draft": {H, L, AU, AD},
    "publishing.terms": {H, L, AU, AD},
    "publishing.save_terms": {H, L, AU, AD},
    "publishing.matching": {H, L, AU, AD},
    "publishing.match": {H, L, AU, AD},
    "publishing.preview": {H, L, AU, AD},
    "publishing.rebase": {H, L, AU, AD},
    "publishing.approve_draft": {H, L},
    "publishing.ask": {H, L, AU, AD},
    "publishing.send_back": {H, L},
    "publishing.publish": {H, L, AD},
    "publishing.file": {H, L, AU, AD},
    "publishing.policy": {H, L, AU, AD},
    "publishing.audience": {H, L, AD},
    "publishing.aim": {H, L, AD},
    "publishing.cancellation": {H, L, AD},
    "publishing.cancel": {H, L, AD},
    "publishing.go_live": {H, L, AU, AD},
    "publishing.start_live": {H, L, AD},
    "publishing.test_mail": {H, L, AD},
    "publishing.scenario": {H, L, AU, AD},
    "publishing.adopt": {H, L, AD},
    "publishing.approve": {L},
    "publishing.withdraw": {L},
    "publishing.quiz": {H, L, AU, AD},
    "publishing.quiz_draft": {L, AU},
    "publishing.save_quiz": {L, AU},
    "publishing.upload_quiz": {L, AU},
    "publishing.draft_scenario": {H, L, AU, AD},
    "publishing.approve_words": {L},
    "publishing.publish_quiz": {L},
    "publishing.live_file": {H, L, AU, AD},
    "publishing.draft_file": {H, L, AU, AD},
    "publishing.edition_file": {H, L, AU, AD},
    "publishing.remarking": {L},
    "publishing.remark": {L},
    "publishing.ruling": {L},
    "publishing.rule": {L},
}
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def rules(app: Flask):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address(rule) -> str:
    """Return a well-formed address of this rule that leads to nothing."""
    path = re.sub(r"<int:\w+>", "1", rule.rule)
    return re.sub(r"<\w+>", "zzzzzzzzzzzzzzzz", path)


def ask(client, rule):
    if "POST" in rule.methods:
        return post(client, address(rule))
    return client.get(address(rule))


@ONE_DATABASE
def test_each_route_is_in_the_table_and_opens_to_those_it_names(app):
    told = {each.endpoint: allowed_to(app.view_functions[each.endpoint]) for each in rules(app)}

    wanted = {name: roles and frozenset(roles) for name, roles in TABLE.items()}
    wanted.pop("static")
    assert told == wanted


@ONE_DATABASE
@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_or_turned_away_as_the_table_says(app, role):
    with app.extensions["db"].change() as session:
        person = add_somebody(session, "Robin Somebody", role)
    for rule in rules(app):
        client = app.test_client()
        sign_in_as(client, person)

        status = ask(client, rule).status_code

        roles = TABLE[rule.endpoint]
        assert (status == 403) == (roles is not None and role not in roles), rule
        assert status in {200, 302, 403, 404, 409, 422, 503}, (rule, status)


@ONE_DATABASE
def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(app):
    for rule in rules(app):
        answer = ask(app.test_client(), rule)

        led = answer.status_code == 302 and answer.headers["Location"] == "/sign-in"
        assert led == (TABLE[rule.endpoint] is not None), rule


@ONE_DATABASE
def test_a_view_that_does_not_say_who_may_open_it_opens_to_nobody(settings):
    app = create_app(settings)
    app.add_url_rule("/forgotten", view_func=lambda: "secret")

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert SENTENCES[500][0] in answer.text


@ONE_DATABASE
def test_every_answer_carries_the_headers_errors_and_files_too(app, client):
    for path in ("/sign-in", "/nowhere", "/static/look.css", "/tutors"):
        with client.get(path) as answer:
            headers = answer.headers

        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


@ONE_DATABASE
def test_nothing_but_files_is_kept_by_anybody_on_the_way(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


@ONE_DATABASE
@pytest.mark.parametrize("rule", ["/sign-out", "/lessons", "/details", "/publishing/scenarios/S1"])
def test_a_form_without_its_token_changes_nothing(app, rule):
    client = app.test_client()
    with app.extensions["db"].change() as session:
        person = add_somebody(session, "Robin Somebody", *Role)
    sign_in_as(client, person)

    answer = client.post(rule, data={"name": "kept words", "password": "not shown again"})

    assert answer.status_code == 400
    assert "kept words" in answer.text
    assert "not shown again" not in answer.text


@ONE_DATABASE
@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_an_unknown_verb_is_refused(client, method):
    assert client.open("/sign-in", method=method).status_code == 405


@ONE_DATABASE
def test_a_body_that_is_too_large_is_refused_with_words(client):
    answer = client.post("/sign-in", data={"email": "x" * 2_000_000})

    assert answer.status_code == 413
    assert "too large" in answer.text
