"""Pages of this room: the way in (`entrance.py`), what is one's own (`own.py`), administration."""

import portal.people.desk
import portal.people.desk_teams
import portal.people.entrance
import portal.people.own  # noqa: F401 - importing pages hangs them on the blueprint
from portal.people.blueprint import bp

__all__ = ["bp"]
