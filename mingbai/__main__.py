"""``mingbai`` on the command line is Django's command line with our settings."""

from __future__ import annotations

import os
import signal
import sys

# These work from the rules alone, anywhere, and leave nothing behind.
WITHOUT_DATABASE = {"read", "explain", "calendar"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingbai.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    if WITHOUT_DATABASE.intersection(sys.argv[1:2]) and hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly when what comes after | has read enough
    if not WITHOUT_DATABASE.intersection(sys.argv[1:2]) or "--load" in sys.argv:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
