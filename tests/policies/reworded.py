"""The example code as another company might put it: other words, some rules in one sentence."""

from tests.policies.papers import of_chapters

TITLE = "How we teach online"
# Section: each sentence, with the ids of the clauses of the example code that say the same.
SAID = {
    "About this code": {
        "These rules are the professional practice of all tutors in our employment.": "PRE-1",
        "Each tutor answers personally for keeping to them.": "PRE-2",
        "Online tutoring here is live teaching over the internet by a human tutor.": "PRE-3",
    },
    "Where lessons happen": {
        "Tutors and clients take up lessons from any part of the world, if the internet connection"
        " is stable.": "GEO-1 GEO-2",
        "While the client is free to choose a place, you teach from a practice room or from your"
        " own home.": "GEO-3 GEO-4",
        "Any other place is forbidden without permission from your own learning manager"
        " beforehand.": "GEO-5 GEO-6",
    },
    "Confidentiality": {
        "Be professional and protect what is confidential at all times.": "CON-1",
        "You owe confidentiality to every client you may have, have or once had, even while you"
        " work online.": "CON-2 CON-3",
        "If you work from home, pupils and clients get a confidential space, where nobody in the"
        " family may interrupt.": "CON-4 CON-5",
    },
    "Safety of children": {
        "Over the internet, children and adult tutors come into direct contact.": "CSP-0",
        "The company has clear processes for child safety, and this comes on top.": "CSP-1",
        "A child has to be fully dressed, though shoes do not count.": "CSP-2",
        "Nightwear is fine when it covers torso and lower body.": "CSP-3",
        "When a child is not suitably dressed at the start, ask the child to dress.": "CSP-4",
        "If asking fails, phone the parents or guardians and ask them.": "CSP-5",
        "The lesson goes on with sound only when the pupil cannot do so.": "CSP-6",
        "Report each case of unsuitable dress to your learning manager without delay.": "CSP-7",
        "Alert the parents if you judge that a child does what may harm that child.": "CSP-8",
        "Phone the parents each time so that it stops, and report back to your learning"
        " manager.": "CSP-9 CSP-10",
    },
    "Technology": {
        "Lessons use the login on our website and the link of TutorCruncher and BitPaper.": "TEC-1",
        "Neither tutor nor client may depart from this technology, even when it fails.": (
            "TEC-2 TEC-3"
        ),
        "No other technology is ever permitted, Zoom and FaceTime included.": "TEC-4",
        "Any departure from this code is gross misconduct, without exceptions.": "SAN-1",
    },
}
SENTENCES = [sentence for part in SAID.values() for sentence in part]
TRUE = {id_: n for n, ids in enumerate(ids for part in SAID.values() for ids in part.values())
        for id_ in ids.split()}  # fmt: skip


def document() -> bytes:
    """Return it as a Word document, with Word's own headings."""
    return of_chapters(TITLE, {title: [*said] for title, said in SAID.items()})
