"""What comes in by the second door leaves no line in any log: no address, no browser, no second."""

from __future__ import annotations

import logging
import traceback
from urllib.parse import unquote

DOOR = "/report-to/"


def is_second_door(path: str) -> bool:
    return unquote(path).removeprefix("/da").startswith(DOOR)


class SecondDoor(logging.Filter):
    """Drops what concerns the second door. Of a fault of ours it leaves where it happened, without a word of what."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not is_second_door(_path_of(record)) or hasattr(record, "fault_at"):
            return True
        if record.levelno < logging.ERROR or not record.exc_info:
            return False
        kind, _, where = record.exc_info
        frames = traceback.extract_tb(where)
        at = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
        record.fault_at = at  # another handler's filter sees that this one was here
        record.msg, record.args = "A fault at the second door: %s, %s", (getattr(kind, "__name__", "?"), at)
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _path_of(record: logging.LogRecord) -> str:
    """The address of the request that a line is about: Django tells the request, granian's access log its parts."""
    request = getattr(record, "request", None)
    told = getattr(request, "path", None) or (record.args.get("path") if isinstance(record.args, dict) else "")
    return str(told or "")
