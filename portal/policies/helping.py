"""Help beside a clause: plain words, labelled as help, folded in, and signed by nobody."""

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from portal.policies.markup import ID

CLAUSE = re.compile(rf'<p id="({ID})" class="clause(?: on)?">.*?</p>', re.DOTALL)
BESIDE = Markup(
    '<details class="help"><summary>In plain words<span class="unseen">: {clause}</span></summary>'
    "<p><strong>Help, not part of what you sign.</strong> {text}</p></details>"
)


def with_helps(html: str, helps: Mapping[str, str]) -> str:
    """Return the HTML of a section with the help below each clause that has some."""

    def beside(found: re.Match[str]) -> str:
        text = helps.get(found[1])
        more = BESIDE.format(clause=found[1], text=escape(text)) if text else ""
        return f"{found[0]}{more}"

    return CLAUSE.sub(beside, html) if helps else html
