"""What the fields of a draft take."""

import pytest
from werkzeug.datastructures import MultiDict

from portal.publishing.forms import JoinForm, OneClauseForm

WORDS = {"text": "Tell your manager.", "change_note": "Plainer.", "kind": "minor", "edition": "1"}


@pytest.mark.parametrize(
    ("typed", "taken"),
    [("CSP-4", True), ("CSP-4, GEO-6", True), ("csp-4", False), ("CSP-٤", False), ("CSP4", False)],
)
def test_an_id_is_taken_only_as_a_text_can_carry_it(typed, taken):
    assert OneClauseForm(MultiDict({**WORDS, "id": typed})).validate() is taken


def test_one_clause_is_joined_not_two():
    assert not JoinForm(MultiDict({"clause": "CSP-4, GEO-6"})).validate()
