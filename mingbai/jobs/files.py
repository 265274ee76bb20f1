"""What commands share that write one file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError

from mingbai.communities.commanding import refuse


@contextmanager
def fresh_file(path: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """A file that only the operator may read, and that is there whole or not at all. Raises CommandError."""
    if path.is_dir() or not path.parent.is_dir():
        raise refuse(f"“{path}”写不了：请给出一个文件，它所在的文件夹要先建好。")
    if path.exists() and not force:
        raise refuse(f"“{path}”已经在了。请换一个名字；确实要覆盖它，加上 --force。")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise CommandError(f"“{path}”写不了：{error.strerror}。") from error
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        os.replace(name, path)
    except OSError as error:
        raise CommandError(f"没有写完：{error.strerror or error}。排除原因后再运行一次。") from error
    finally:
        Path(name).unlink(missing_ok=True)
