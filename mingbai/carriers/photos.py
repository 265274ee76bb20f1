"""Photographs of what hangs on a board: never asked for, and never more than a picture."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from mingbai.carriers.models import Photo, Posting
from mingbai.communities.models import User, one_at_a_time, record
from mingbai.disclosures.actions import reduce_personal
from mingbai.disclosures.models import Version
from mingbai.privacy.files import rebuild
from mingbai.privacy.limits import NotAllowed
from mingbai.privacy.pictures import clean_picture

LONGEST_SIDE = 1_600


def plain_picture(name: str, data: bytes) -> bytes:
    """A JPEG of at most 1,600 pixels that only shows. Raises NotAllowed for what isn't a JPEG or PNG picture."""
    if PurePath(name).suffix.lower() not in (".jpg", ".jpeg", ".png"):
        raise NotAllowed("照片请用 JPG 或 PNG 格式。")
    own, _, seen = rebuild(name, data)
    if PurePath(own).suffix == ".png":
        seen = clean_picture("photo.jpg", seen)
    return clean_picture("photo.jpg", seen, longest=LONGEST_SIDE)


@transaction.atomic
def add_photo(*, posting: Posting, name: str, data: bytes, is_public: bool, by: User, at: datetime) -> Photo:
    """Keep a photograph with a posting. Raises NotAllowed for what isn't a picture, or when it would outlive names."""
    picture = plain_picture(name, data)
    one_at_a_time(posting.community_id)
    if Version.objects.filter(pk=posting.version_id, reduced_at__isnull=False).exists():
        raise NotAllowed("这一版的个人信息已经隐去，不能再加照片。")
    photo = Photo.objects.create(posting=posting, data=picture, is_public=is_public, added_by=by, added_at=at)
    record(posting.community, "photo_added", photo, by=by, at=at)
    return photo


@transaction.atomic
def show_photo(*, photo: Photo, is_public: bool, by: User, at: datetime) -> Photo:
    """Let everyone see a photograph, or no longer."""
    one_at_a_time(photo.posting.community_id)
    Photo.objects.filter(pk=photo.pk).update(is_public=is_public)
    record(photo.posting.community, "photo_shown" if is_public else "photo_hidden", photo, by=by, at=at)
    photo.is_public = is_public
    return photo


@transaction.atomic
def remove_photo(*, photo: Photo, by: User, at: datetime) -> None:
    """Let a photograph go: somebody is to be seen on it, or it was the wrong one."""
    one_at_a_time(photo.posting.community_id)
    record(photo.posting.community, "photo_removed", photo, by=by, at=at)
    photo.delete()


def forget_photos(version: Version) -> None:
    """What a version no longer says, no photograph of its sheet says either. Called inside an act."""
    Photo.objects.filter(posting__version=version).delete()


@transaction.atomic
def let_names_leave(*, version: Version, by: User | None, at: datetime) -> Version:
    """The names of a version leave, and the photographs on which they could be read. Raises as reduce_personal does."""
    reduced = reduce_personal(version=version, by=by, at=at)
    forget_photos(version)
    return reduced
