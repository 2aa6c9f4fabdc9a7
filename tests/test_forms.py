"""What a form says when it cannot read what was typed."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import DateTimeLocalField, IntegerField, SelectField

from portal.forms import Day, PortalForm, options


class Asking(PortalForm):
    """One field of each kind whose words would be the library's."""

    day = Day("Day")
    moment = DateTimeLocalField("Moment")
    number = IntegerField("Number")
    choice = SelectField("Choice", choices=options([("a", "A")]))


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("day", "Write the day like 2026-12-03"),
        ("moment", "Write day and time like 2026-12-03 16:00"),
        ("number", "Write a whole number"),
        ("choice", "Choose one of the list"),
    ],
)
def test_what_cannot_be_read_is_told_with_how_to_write_it(field, words):
    form = Asking(MultiDict({field: "soon"}))

    assert not form.validate()
    assert words in form.errors[field]
