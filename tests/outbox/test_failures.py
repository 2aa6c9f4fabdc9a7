"""What the worker writes in short is said to people in words."""

import pytest

from portal.outbox.failures import in_words


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
