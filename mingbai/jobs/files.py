"""What commands share that write one file about one community."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError

from mingbai.communities.models import Community
from mingbai.communities.queries import communities, community_by_slug
from mingbai.jobs.management.base import refuse


def community_named(slug: str) -> Community:
    """Raises CommandError, naming those that there are."""
    found = community_by_slug(slug)
    if found is None:
        known = "、".join(community.slug for community in communities())
        raise refuse(f"没有网址名为“{slug}”的社区。现有：{known or '还没有社区'}。")
    return found


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
