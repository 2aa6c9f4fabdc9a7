"""From an uploaded file to blocks: what it says it is must be what it is."""

from dataclasses import replace

from portal.policies.blocks import Block, Incoming, NotReadable, Shape, guessed
from portal.policies.plaintext import read_markdown, read_text, shaped
from portal.policies.seen import seen
from portal.policies.word import SAVE_AS, read_word

LARGEST = 5 * 1024 * 1024  # bytes; a code of practice in Word has about 30,000
LONGEST = 200_000  # characters of words; a hundred printed pages
LONGEST_HEADING = 200  # characters; what is longer is a paragraph that somebody styled as one
MOST_HEADINGS, MOST_BLOCKS = 60, 1_500
OTHERS = (
    (b"%PDF", f"This is a PDF. Its words have lost their order. {SAVE_AS}"),
    (b"\xd0\xcf\x11\xe0", f"This is an old Word file, or one with a password. {SAVE_AS}"),
    (b"{\\rtf", f"This is a Rich Text file. {SAVE_AS}"),
)
ZIP = b"PK\x03\x04"
PLAIN = {".txt": read_text, ".md": read_markdown}
KINDS = ".docx, .md or .txt"
TOO_LARGE = "The file is larger than 5 megabytes. Send only the text of the policy."
TOO_LONG = "The file is longer than a policy may be. Send only its text."


def read_upload(name: str, content: bytes) -> Incoming:
    """Return what the file says, with headings found; raises NotReadable with a sentence.

    Nothing of the file is kept but its words.
    """
    if len(content) > LARGEST:
        raise NotReadable(TOO_LARGE)
    found = _read(name.lower(), content)
    cleaned = (_cleaned(each) for each in found.blocks)
    blocks = tuple(each for each in cleaned if each.text)
    _refuse_shapeless(blocks)
    return Incoming(blocks=tuple(guessed(blocks)), notes=found.notes)


def _read(name: str, content: bytes) -> Incoming:
    for magic, sentence in OTHERS:
        if content.startswith(magic):
            raise NotReadable(sentence)
    if name.endswith((".docm", ".dotm")):
        raise NotReadable(f"The document may bring programs (macros). {SAVE_AS}")
    if content.startswith(ZIP) or name.endswith(".docx"):
        return read_word(content)
    reader = next((PLAIN[end] for end in PLAIN if name.endswith(end)), None)
    if reader is None:
        raise NotReadable(f"Only {KINDS} files can be taken in. {SAVE_AS}")
    return reader(_decoded(content))


def _decoded(content: bytes) -> str:
    """Return the text of a plain file, as editors save one."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text or "\ufffd" in text:
        raise NotReadable(f"This is not a file of plain words. {SAVE_AS}")
    if len(text) > 2 * LONGEST:  # marks may take as much as words; said before they are read
        raise NotReadable(TOO_LONG)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")


def _cleaned(block: Block) -> Block:
    """Return the block without marks that nobody can see."""
    text = " ".join(seen(block.text).split())
    if len(text) > LONGEST_HEADING and block.shape is Shape.HEADING:
        block = replace(block, shape=Shape.PARAGRAPH)
    return shaped(replace(block, text=text))


def _refuse_shapeless(blocks: tuple[Block, ...]) -> None:
    headings = sum(each.shape is Shape.HEADING for each in blocks)
    if not blocks:
        raise NotReadable("The file holds no words. Check that it is the right one.")
    if headings > MOST_HEADINGS:
        raise NotReadable(
            f"The file has {headings} headings. A policy has at most {MOST_HEADINGS} sections:"
            " use headings for sections only."
        )
    if len(blocks) > MOST_BLOCKS or sum(len(each.text) for each in blocks) > LONGEST:
        raise NotReadable(TOO_LONG)
