"""Addresses, passwords and waiting, as rules."""

from datetime import timedelta

import pytest

from portal.people.rules import (
    device_in_words,
    email_key,
    is_own_path,
    password_fault,
    wait_until,
)
from tests.factories import NOW

ABOUT = ("Priya Nair", "priya.nair@example.org", "Example Tutoring")

GOOD = [
    "three random words",
    "      leading and trailing      ",
    "пароль-из-слов",
    "emoji 🙂🙃🚀🌍🧭 count too",
    "nul\0is a character",
    "Priya likes the sea",
    "x7Kq!9zRw2mN",
    "long " * 40,
]
POOR = {
    "short": "at least 12",
    "elevenchars": "at least 12",
    "x" * 201: "at most 200",
    "aaaaaaaaaaaaaaa": "more different",
    "abababababababab": "more different",
    "PriyaNair2026": "your name",
    "priya.nair@example.org": "your name",
    "Example-Tutoring-1": "company",
    "password12345": "Many people",
    "qwertyuiop12": "Many people",
    "letmeinletmein": "Many people",
    "1q2w3e4r5t6y": "Many people",
}


@pytest.mark.parametrize("password", GOOD, ids=ascii)
def test_a_long_password_is_taken_whatever_it_is_made_of(password):
    assert password_fault(password, about=ABOUT) is None


@pytest.mark.parametrize(("password", "words"), POOR.items(), ids=ascii)
def test_a_password_others_would_try_is_refused_with_the_reason(password, words):
    assert words in password_fault(password, about=ABOUT)


@pytest.mark.parametrize(
    "typed",
    ["Priya@Example.org", " priya@example.org ", "PRIYA@EXAMPLE.ORG", "\uff50riya@example.org"],
)
def test_an_address_is_found_however_it_is_spelled(typed):
    assert email_key(typed) == "priya@example.org"


def waits(failures):
    """Return the seconds to wait after each number of failures in a row."""
    moments = [NOW] * failures
    until = wait_until(moments)
    return (until - NOW).total_seconds() if until else 0


def test_five_failures_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour():
    assert [waits(n) for n in range(12)] == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]


def test_nobody_waits_for_ever_after_ever_so_many_failures():
    assert wait_until([NOW] * 10_000) - NOW == timedelta(minutes=15)


HOSTILE = [
    "",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " /evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    "?x",
    "/tutors\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_nobody_is_sent_off_site(path):
    assert not is_own_path(path)


@pytest.mark.parametrize("path", ["/", "/lessons", "/tutors?state=blocked&name=%20a", "/a/b#c"])
def test_our_own_paths_are_gone_back_to(path):
    assert is_own_path(path)


AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1": (
        "Safari on an iPhone"
    ),
    "Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile Safari/537.36": (
        "Chrome on Android"
    ),
    "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge on Windows",
    "curl/8": "A browser on another device",
}


@pytest.mark.parametrize(("agent", "words"), AGENTS.items())
def test_a_browser_is_named_as_its_owner_would(agent, words):
    assert device_in_words(agent) == words
