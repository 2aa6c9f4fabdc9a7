"""Formatting that a draft does not keep is said beforehand; words are never lost."""

from datetime import date

from portal.policies.losing import Lost, lost
from portal.policies.manuscript import LONGEST, compose, opened
from portal.policies.text import parse
from tests.factories import TEXT

FRONT = TEXT[: TEXT.index("## ")]
RICH = f"""{FRONT}## Ring

Some words in **no** clause.

{{#RNG-1}}
Ring **at once**, see [the numbers](https://example.org/a?b=1&c=2):

- the manager
- the *lead*

## Plain

{{#RNG-2}}
Write 2 * 3, a < b and \\*stars\\*.
"""


def test_bold_lists_and_links_are_named_by_section_and_plain_words_are_not():
    (found,) = lost(parse(RICH))

    kinds = ("bold", "italics", "bullet points")
    links = ("https://example.org/a?b=1&c=2",)
    assert found == Lost(section="Ring", kinds=kinds, links=links)


def test_every_word_of_a_formatted_text_is_in_its_draft():
    words = " ".join(each.text for each in opened(parse(RICH)).passages)

    told = "Some words in no clause. Ring at once, see the numbers: the manager the lead"
    assert words == f"{told} Write 2 * 3, a < b and *stars*."


def test_words_in_no_clause_stay_where_they_stand():
    text = f"{FRONT}## Ring\n\n{{#RNG-1}}\nOne.\n\n### Later\n\nBetween.\n\n{{#RNG-2}}\nTwo.\n"

    passages = opened(parse(text)).passages

    assert [each.text for each in passages] == ["One.", "Later", "Between.", "Two."]
    assert [each.id for each in passages] == ["RNG-1", "", "", "RNG-2"]


def test_a_clause_longer_than_a_form_takes_is_parted_and_loses_nothing():
    long = " ".join(f"word{n}" for n in range(LONGEST // 4))
    text = f"{FRONT}## Ring\n\n{long}\n\n{{#RNG-1}}\n{long}\n"

    passages = opened(parse(text)).passages

    assert " ".join(each.text for each in passages) == f"{long} {long}"
    named = [each for each in passages if each.id]
    assert [each.id for each in named] == ["RNG-1"]
    assert named[0].text.startswith("word0 ")


def test_a_draft_of_a_formatted_text_reads_the_same_again():
    written = opened(parse(RICH.replace("Some words in **no** clause.\n\n", "")))

    again = parse(compose(written, version="1.1", effective=date(2026, 12, 1)))

    assert lost(again) == ()
    assert {each.id: each.text for each in written.passages} == {
        each.id: each.text for each in again.clauses.values()
    }
