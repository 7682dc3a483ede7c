"""``python -m dashboard``."""

import gc

# Until the server is ready, all that is made stays: collecting in between takes 0.2 s.
gc.disable()

from dashboard.command import main  # noqa: E402

if __name__ == "__main__":
    main()
