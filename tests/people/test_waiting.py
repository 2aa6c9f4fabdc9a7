"""Whoever guesses is made to wait, longer each time, and nobody is locked out."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories import post
from tests.people.samples import add_priya, is_signed_in, pass_time, try_to_sign_in


@pytest.fixture
def priya(app):
    return add_priya(app)


def guess(client, times, **who):
    return [try_to_sign_in(client, password="three other words", **who) for _ in range(times)]


def test_whoever_guesses_waits_and_the_page_says_how_long(client, priya):
    guess(client, 5)

    answer = try_to_sign_in(client)

    assert answer.status_code == 429
    assert re.search(r"Please wait (29|30) seconds", answer.text)
    assert not is_signed_in(client)


def test_after_the_wait_the_right_password_opens(client, app, priya):
    guess(client, 5)
    pass_time(app, seconds=31)

    assert try_to_sign_in(client).status_code == 302


def test_the_wait_grows_with_each_failure(client, app, priya):
    guess(client, 5)
    pass_time(app, seconds=31)
    guess(client, 1)

    assert re.search(r"(59|60) seconds", try_to_sign_in(client).text)


def test_hammering_while_one_must_wait_makes_it_no_longer(client, app, priya):
    guess(client, 25)
    pass_time(app, seconds=31)

    assert try_to_sign_in(client).status_code == 302


def test_an_unknown_address_waits_in_the_same_way(client, priya):
    answers = guess(client, 6, email="nobody@example.org")

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


def test_others_at_the_same_network_sign_in_while_one_waits(client, app, priya):
    guess(client, 6, email="jo@example.org")

    assert try_to_sign_in(client).status_code == 302


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_network_that_tries_many_accounts_waits_too(client, priya):
    for number in range(30):
        guess(client, 1, email=f"person{number}@example.org")

    assert try_to_sign_in(client).status_code == 429


def test_guesses_at_the_same_moment_slip_past_no_more_than_one_by_one(app, priya):
    clients = [app.test_client() for _ in range(12)]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda client: guess(client, 1)[0].status_code, clients))

    assert sorted(answers) == [422] * 5 + [429] * 7


def test_success_forgets_the_failures_of_the_account(client, app, priya):
    guess(client, 4)
    try_to_sign_in(client)
    post(client, "/sign-out")

    assert [answer.status_code for answer in guess(client, 4)] == [422] * 4
    assert try_to_sign_in(client).status_code == 302
