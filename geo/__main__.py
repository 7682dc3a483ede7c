"""Entry point of ``python -m geo``."""

import signal
import sys

# Until the command itself answers an interrupt: importing takes a second.
signal.signal(signal.SIGINT, lambda *_: sys.exit(128 + signal.SIGINT))

from geo.cli import main  # noqa: E402

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
