"""``python -m chameleonapi`` is the command ``chameleon``."""

from chameleonapi.cli.main import run

run()
