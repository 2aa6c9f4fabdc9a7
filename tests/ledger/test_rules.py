"""How an entry is hashed: anyone must be able to do it again without the portal."""

import hashlib

import pytest

from portal.ledger.rules import START, canonical, entry_hash, leaf_hash


def test_facts_have_one_spelling_whatever_their_order_and_unicode_form():
    composed = canonical({"b": "Zoë", "a": 1})
    apart = canonical({"a": 1, "b": "Zoe\u0308"})

    assert composed == apart == '{"a":1,"b":"Zoë"}'.encode()


def test_a_leaf_is_salted_and_marked_as_a_leaf():
    salt, payload = b"s" * 16, b"{}"
    by_hand = hashlib.sha256(b"\x00" + b"signed" + salt + hashlib.sha256(payload).digest())

    assert leaf_hash("signed", salt=salt, payload=payload) == by_hand.hexdigest()


def test_an_entry_covers_the_one_before_its_number_and_its_leaf():
    leaf = "ab" * 32
    by_hand = hashlib.sha256(b"\x01" + bytes(32) + (7).to_bytes(8, "big") + bytes.fromhex(leaf))

    assert entry_hash(START, seq=7, leaf=leaf) == by_hand.hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"previous": "01" * 32},
        {"seq": 2},
        {"leaf": "02" * 32},
    ],
    ids=str,
)
def test_whatever_changes_in_an_entry_changes_its_hash(changed):
    told = {"previous": START, "seq": 1, "leaf": "00" * 32}
    again = {**told, **changed}

    def hashed(previous, seq, leaf):
        return entry_hash(previous, seq=seq, leaf=leaf)

    assert hashed(**again) != hashed(**told)
