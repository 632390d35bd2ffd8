"""`python -m supervisor_tui` is the command `supervisor-tui`."""

from __future__ import annotations

import sys

from supervisor_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
