"""Word documents as people send them, made with a real writer; and some that nobody should open."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from docx.oxml import parse_xml

TITLE = "Teaching Online: Code of Practice"
CHAPTERS = {
    "": ["This code is for everybody who teaches for Lantern Ltd. You answer for keeping to it."],
    "Where You Teach": [
        "You may teach from a practice room, or from your own home.",
        "Any other place needs leave from your learning manager. Ask before you go.",
    ],
    "Child Safety and Welfare": [
        "Online lessons bring children and adults together, by video and/or audio.",
        "- A child must be dressed (not the feet).  Ask the child to dress if not. Report it.",
        "- Phone the parents if a child does something harmful, e.g. Climbing out of a window.",
    ],
    "Technology": ["Use the company's own system. It is never replaced, even when it fails."],
}
SENTENCES = {
    "Introduction": (
        "This code is for everybody who teaches for Lantern Ltd.",
        "You answer for keeping to it.",
    ),
    "Where You Teach": (
        "You may teach from a practice room, or from your own home.",
        "Any other place needs leave from your learning manager.",
        "Ask before you go.",
    ),
    "Child Safety and Welfare": (
        "Online lessons bring children and adults together, by video and/or audio.",
        "A child must be dressed (not the feet).",
        "Ask the child to dress if not.",
        "Report it.",
        "Phone the parents if a child does something harmful, e.g. Climbing out of a window.",
    ),
    "Technology": (
        "Use the company's own system.",
        "It is never replaced, even when it fails.",
    ),
}


def styled() -> bytes:
    """Title, headings and bullets by Word's own styles."""
    return of_chapters(TITLE, CHAPTERS)


def of_chapters(name: str, chapters: dict[str, list[str]]) -> bytes:
    """Return a document of this title and these chapters, styled as Word would."""
    paper = Document()
    paper.add_heading(name, level=0)
    for title, paragraphs in chapters.items():
        if title:
            paper.add_heading(title, level=1)
        for text in paragraphs:
            style = "List Bullet" if text.startswith("- ") else None
            paper.add_paragraph(text.removeprefix("- "), style=style)
    return saved(paper)


def typed() -> bytes:
    """The same by somebody who makes headings bold and types the bullets."""
    paper = Document()
    for title, paragraphs in {TITLE: [], **CHAPTERS}.items():
        if title:
            paper.add_paragraph().add_run(title).bold = True
        for text in paragraphs:
            paper.add_paragraph(text)
            paper.add_paragraph("")
    return saved(paper)


def plain(*, width: int = 90) -> bytes:
    """The same as text, with lines broken at the edge as printers do."""
    lines = [TITLE, ""]
    for title, paragraphs in CHAPTERS.items():
        lines += [title, ""]
        for text in paragraphs:
            lines += [*_broken(text, width), ""]
    return "\r\n".join(lines).encode()


def saved(paper: "Document") -> bytes:
    """Return the file that Word would save."""
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """Return a good document with one part more, or with another in its place."""
    old, new = ZipFile(BytesIO(styled())), BytesIO()
    with ZipFile(new, "w", ZIP_DEFLATED) as parts:
        for each in old.namelist():
            if each != name:
                parts.writestr(each, old.read(each))
        parts.writestr(name, content)
    return new.getvalue()


def linked(kind: str, target: str = "http://192.0.2.1/x.png") -> bytes:
    """Return a document that wants something fetched from elsewhere."""
    name = "word/_rels/document.xml.rels"
    old = ZipFile(BytesIO(styled())).read(name).decode()
    type_ = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    more = f'<Relationship Id="x9" Type="{type_}" Target="{target}" TargetMode="External"/>'
    return with_part(name, old.replace("</Relationships>", f"{more}</Relationships>").encode())


def with_a_field_and_struck_words() -> bytes:
    """Return a document with words that no reader knows how to take."""
    paper = Document()
    marks = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    line = paper.add_paragraph("You must ")
    line.add_run("never ").font.strike = True
    field = f'<w:fldSimple {marks} w:instr="REF a"><w:r><w:t>ring.</w:t></w:r></w:fldSimple>'
    line._p.append(parse_xml(field))
    return saved(paper)


def tracked() -> bytes:
    """Return a document with words put in and words struck out, neither accepted yet."""
    paper = Document()
    marks = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:id="1"'
    struck = f'<w:del {marks} w:author="a"><w:r><w:delText>never </w:delText></w:r></w:del>'
    put_in = f'<w:ins {marks} w:author="a"><w:r><w:t>always </w:t></w:r></w:ins>'
    line = paper.add_paragraph("You must ")
    for each in (struck, put_in):
        line._p.append(parse_xml(each))
    line.add_run("ring.")
    return saved(paper)


def bomb() -> bytes:
    """Return a small file that unpacks to a very large one."""
    return with_part("word/media/big.xml", bytes(60_000_000))


def of_headings(number: int) -> bytes:
    """Return a document of nothing but headings and a line below each."""
    paper = Document()
    for n in range(number):
        paper.add_heading(f"Heading {n}", level=1)
        paper.add_paragraph("A line.")
    return saved(paper)


def _broken(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f"{word} "
    return lines
