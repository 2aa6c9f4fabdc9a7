"""Nobody is told that a mail is on its way where none can leave."""

import pytest

from portal.config import Settings
from portal.outbox.told import in_words, on_its_way


def test_a_mail_is_said_to_wait_where_no_server_is_set():
    said = on_its_way("The mail", settings=Settings(organisation="Example Tutoring"))

    assert "waits, because no mail server is set" in said
    assert "on its way" not in said


def test_a_mail_is_on_its_way_where_one_is_set_or_the_demonstration_shows_it():
    set_up = Settings(organisation="Example Tutoring", smtp_url="smtp://localhost:25")
    shown = Settings(organisation="Example Tutoring", demonstration=True)

    assert {on_its_way("It", settings=each) for each in (set_up, shown)} == {"It is on its way."}


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("not sent: the tutor has left", "Not needed, or not possible: the tutor has left."),
        ("unexpected: KeyError", "A fault of the portal (KeyError). Its log says more."),
        ("[Errno 111] no", "The mail server cannot be reached: no"),
        ("no mail server is set", "No mail server is set"),
    ],
)
def test_what_hindered_it_is_said_in_words(failure, words):
    assert in_words(failure) == words
