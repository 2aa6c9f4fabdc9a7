"""What the pages of this room hang on, and who they are for."""

from flask import Blueprint

from portal.access import Role

bp = Blueprint("publishing", __name__)
READERS = (Role.SAFEGUARDING_LEAD, Role.HR, Role.ADMINISTRATOR, Role.AUTHOR)
ADOPTERS = (Role.SAFEGUARDING_LEAD, Role.HR, Role.ADMINISTRATOR)
