"""What search, copying and screen readers find is what the page shows, whatever the script."""

import re
import unicodedata
from collections import Counter
from io import BytesIO

import pikepdf
import pytest

from portal.acknowledgements import render as printer
from portal.acknowledgements.render import render
from portal.acknowledgements.textlayer import CannotShow, NoGlyph, squeezed
from portal.policies.text import digest
from tests.acknowledgements.example import all_at_once
from tests.acknowledgements.samples import TEXT, fields, named, short

PRINT = "ab" * 32
ORDER = [
    *("Acknowledgement of a policy", "read this policy, passed", "Who", "What", "Counts until"),
    *("Check this document", "Sealed electronically by", "What was signed", "The evidence"),
    *("The scenarios, and each choice", "Annex: the text that was signed", "PRE-1", "PRE-3"),
    *("About this document", "What this does not prove", "How to check without the portal"),
]


SAID = re.compile(r'^\s*"(.*)"$', re.MULTILINE)  # a line of text, among the names of elements


@pytest.fixture(scope="module")
def heard(tmp_path_factory, told):
    """What a screen reader is given, by another program, where all that can differ does.

    It takes Poppler seconds, so there is little of the policy, and one file for all.
    """
    text = TEXT.partition("## Lesson geography")[0]
    path = tmp_path_factory.mktemp("heard") / "made.pdf"
    policy = {**fields()["policy"], "text": text, "digest": digest(text)}
    path.write_bytes(render(all_at_once(policy=policy), fingerprint=PRINT))
    return squeezed("".join(SAID.findall(told("pdfinfo", "-struct-text", path))))


def test_a_screen_reader_meets_the_parts_in_the_order_of_the_page(heard):
    assert missed(heard, ORDER) == []


OTHERWISE = [
    *("Who", "吉田 花子 (Yoshida Hanako)", "Name as held", "U+20BB7 U+7530 U+0020 U+82B1 U+5B50"),
    *("On paper", "Signed by hand, in large print, dated 21 Nov 2026. Original at: Pers"),
    *("Recorded by Hanna Reed, confirmed by Grace Oduya.", "Counts from"),
    *("With help", "The scenarios were read aloud by Grace Oduya", "Assisted sitting."),
    *("by hand, on the original", "What was signed", "The date written there is 21 Nov 2026."),
    *("Confirmed by", "They had the original before them and proved", "Confirmed from"),
    *("Names that are printed in another form", "Printed as", "Hanna Reed, 22 Nov 2026"),
    *("Read aloud by", "Grace Oduya, learning manager, person m4x7k2v9q3t8r6wb, from the b"),
    *("Put 1: 4. Ask the pupil", "Put 2: 2. Do what", "Put 3: 1. Carry on", "Put 4: 3. Send"),
    *("A neighbour asks", "Chose 2. Do what the code asks", "Chose 4. Ask the pupil", "Right."),
    "Also shown: 1. Carry on as planned and keep an eye on things until the lesson ends. 3. S",
]


def test_what_was_done_differently_is_heard_word_for_word_in_its_place(heard):
    assert missed(heard, OTHERWISE) == []


def missed(said, parts):
    """Return the first part that does not stand behind the one before it."""
    for part in parts:
        _, found, said = said.partition(squeezed(part))
        if not found:
            return [part]
    return []


NAMES = [
    "Nguyễn Thị Ánh",
    "Łukasz Żółkiewski-Öztürk",
    "Ελένη Παπαδοπούλου",
    "Олена Ковальчук",
    "נועה כהן",
    "محمد الأمين",
    "नेहा शर्मा",
    "প্রিয়াঙ্কা চট্টোপাধ্যায়",
    "தமிழ்ச்செல்வி",
    "മലയാളം രാധാകൃഷ്ണൻ",
    "ශ්\N{ZERO WIDTH JOINER}රියාණි",
    "สมชาย ใจดี",
    "မောင်အောင်",
    "ខ្មែរ សុខា",
    "გიორგი",
    "Արամ",
    "አበበ",
    "王小明",
    "山田 花子",
    "김민수",
    "Sam 😀",
    "Ṇ̃a n̈ame",
    "x" * 200,
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE people;--",
    "{{ 7 * 7 }}",
    "Soft\N{SOFT HYPHEN}hyphen",
]
UNSEEN = ["\N{RIGHT-TO-LEFT OVERRIDE}", "\N{LEFT-TO-RIGHT ISOLATE}", "\ue000", "\U000e0041"]


def stands_in(name, text):
    # Poppler turns the two letters of an Arabic ligature round; all of them are there.
    if any(unicodedata.bidirectional(char) == "AL" for char in name):
        return not Counter(squeezed(name)) - Counter(text)
    return squeezed(name) in text


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_in_any_script_is_found_by_search_as_it_is_held(name, text_of):
    assert stands_in(name, text_of(render(named(name), fingerprint=PRINT)))


def test_what_letters_that_join_or_turn_round_say_stands_in_the_structure_too():
    for name in ("नेहा शर्मा", "محمد الأمين"):
        with pikepdf.open(BytesIO(render(named(name), fingerprint=PRINT))) as pdf:
            said = [str(each.ActualText) for each in pdf.objects if "/ActualText" in keys(each)]

        assert said.count(name) == 4


def keys(each):
    return each.keys() if isinstance(each, pikepdf.Dictionary) else ()


@pytest.mark.parametrize("char", UNSEEN, ids=ascii)
def test_a_character_that_nobody_could_see_is_refused_by_its_number(char):
    with pytest.raises(NoGlyph, match=f"U\\+{ord(char):04X}") as refused:
        render(named(f"Tom{char}eve"), fingerprint=PRINT)

    assert refused.value.characters == {char}


def test_a_letter_without_a_glyph_is_refused_by_its_name():
    with pytest.raises(NoGlyph, match=r"“𠮷” \(cjk unified ideograph-20bb7, U\+20BB7\)"):
        render(named("𠮷田 太郎"), fingerprint=PRINT)


def test_words_that_cannot_be_read_back_are_refused(monkeypatch):
    monkeypatch.setattr(printer, "_must_stand", lambda *_: ("Never printed",))

    with pytest.raises(CannotShow, match="Never printed"):
        render(short(), fingerprint=PRINT)


def test_letters_lost_between_page_and_file_are_refused(monkeypatch):
    finish = printer.require_words

    def lose(document, pdf, words):
        for font in document.fonts.values():
            font.to_unicode.update(
                {glyph: "" for glyph, text in font.to_unicode.items() if text == "e"}
            )
        finish(document, pdf, words)

    monkeypatch.setattr(printer, "require_words", lose)

    with pytest.raises(CannotShow, match="cannot be read back from their page: e"):
        render(short(), fingerprint=PRINT)
