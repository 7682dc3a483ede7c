"""Entry point of ``python -m geo``."""

import os
import signal
import sys
from typing import Any


def _interrupted(*_: Any) -> None:
    print("Interrupted; no file was left incomplete.", file=sys.stderr, flush=True)
    os._exit(128 + signal.SIGINT)


if __name__ == "__main__":
    # Loading what the commands need takes a second, in which none can tell of an interrupt.
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)
    from geo.cli import main

    signal.signal(signal.SIGINT, usual)
    sys.exit(main())
