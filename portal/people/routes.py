"""Pages of this room: the way in (`entrance.py`) and what is one's own (`own.py`)."""

import portal.people.entrance
import portal.people.own  # noqa: F401 - importing pages hangs them on the blueprint
from portal.people.blueprint import bp

__all__ = ["bp"]
