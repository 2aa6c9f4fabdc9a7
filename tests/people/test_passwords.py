"""Passwords are compared as typed, in the same time for anyone, and a broken hash opens nothing."""

import subprocess
import sys

import argon2
import pytest

from portal.people.passwords import hashed, is_outdated, matches

ODD = ["with\0nul and more", "  spaces around  ", "emoji 🙂🙃 and words", "x" * 200]


@pytest.mark.parametrize("password", ODD, ids=ascii)
def test_a_password_is_taken_character_by_character(password):
    stored = hashed(password)

    assert matches(password, stored=stored)
    assert not matches(password.strip() + "x", stored=stored)
    assert not matches(password.lower() + password.upper(), stored=stored)


def test_two_keyboards_that_write_one_letter_differently_open_the_same_door():
    assert matches("cafe\u0301 au lait", stored=hashed("caf\u00e9 au lait"))


def test_a_space_more_is_another_password():
    assert not matches("three random words ", stored=hashed("three random words"))


@pytest.mark.parametrize("stored", ["", "not a hash", "$argon2id$v=19$broken", "plain text"])
def test_a_hash_that_cannot_be_read_opens_nothing(stored):
    assert not matches("plain text", stored=stored)


def test_nobody_has_no_password():
    assert not matches("nobody has this password", stored=None)


def test_comparing_with_nobody_is_as_much_work(monkeypatch):
    verified = []
    verify = argon2.PasswordHasher.verify
    monkeypatch.setattr(
        argon2.PasswordHasher,
        "verify",
        lambda self, stored, password: verified.append(stored) or verify(self, stored, password),
    )

    matches("three random words", stored=hashed("other random words"))
    matches("three random words", stored=None)

    known, nobody = (stored.split("$")[1:4] for stored in verified)
    assert known == nobody == ["argon2id", "v=19", "m=19456,t=2,p=1"]


def test_a_weaker_hash_is_found_out():
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)

    assert is_outdated(weak.hash("three random words"))
    assert not is_outdated(hashed("three random words"))


FORKED = """
import os, signal, sys
from portal.people.passwords import hashed, matches
stored = hashed("three random words")
child = os.fork()
if not child:
    signal.alarm(50)  # one that waits for a thread it does not have must end all the same
    os._exit(0 if matches("three random words", stored=stored) else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_worker_that_was_forked_after_somebody_hashed_hashes_too():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]

    assert subprocess.run(command, timeout=60, check=False).returncode == 0
