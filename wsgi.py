"""The portal for any WSGI server: `portal serve` uses it too."""

import logging
import os

from portal import create_app
from portal.config import Settings

# Servers set up their own loggers only: without this, what goes wrong in a page is told to nobody.
logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
app = create_app(Settings.read(os.environ))
