"""One scenario out of the file and back: no other byte changes."""

import pytest

from portal.errors import NotFound
from portal.quizzes.blocks import cut, put
from tests.quizzes.samples import FILE, QUIZ

TEXT = FILE.read_text("utf-8")


@pytest.mark.parametrize("item", [each.id for each in (*QUIZ.scenarios, *QUIZ.cards)])
def test_what_is_cut_out_and_put_back_changes_nothing(item):
    part = cut(TEXT, item)

    assert part.splitlines()[1] == f'id = "{item}"'
    assert sum(line.startswith(("[[scenarios]]", "[[cards]]")) for line in part.splitlines()) == 1
    assert put(TEXT, item, part) == TEXT


def test_other_lines_take_its_place_alone():
    first, second = QUIZ.scenarios[0].id, QUIZ.scenarios[1].id

    changed = put(TEXT, first, "[[scenarios]]\nid = 'new'\n\n\n")

    assert cut(changed, "new") == "[[scenarios]]\nid = 'new'\n"
    assert cut(changed, second) == cut(TEXT, second)
    assert changed.endswith(TEXT[TEXT.index(cut(TEXT, second)) :])


def test_what_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        cut(TEXT, "S99")
