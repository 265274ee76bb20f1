"""The subdistrict's catalogues: who follows which, and a new one rolled out after everybody's changes were seen.

Nothing is stored until it is confirmed: a document travels from the preview to the confirmation inside the form, or is
chosen again where it is large. A signed token says what was previewed, for whom, by whom and on which day.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from mingbai.catalogues.actions import NotAdoptable, check_adoptable
from mingbai.communities.models import Community, Subdistrict
from mingbai.oversight.views import me, page, subdistrict_or_404, today
from mingbai.reading.grid import MAX_BYTES, TOO_LARGE
from mingbai.reading.read import NotReadable, read_bytes
from mingbai.rules.catalogue import Catalogue
from mingbai.supervision.catalogues import (
    FINDINGS,
    AlreadyFollowed,
    ChangedSince,
    Changes,
    changes_for,
    followed,
    neighbours_in,
    roll_out,
)
from mingbai.supervision.queries import communities_under

# Larger documents are chosen again: what isn't a file may be two megabytes in a request.
CARRIED = 1024 * 1024
SALT = "mingbai.oversight.catalogues"
LONGEST_NAME = 120


class NotConfirmed(ValueError):
    """What was sent can't be previewed or confirmed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    data: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def carried(self) -> str:
        """Its bytes as text, for the form; empty for one that has to be chosen again."""
        return b64encode(self.data).decode() if len(self.data) <= CARRIED else ""


def catalogues(request: HttpRequest, slug: str) -> HttpResponse:
    """Who follows which catalogue, what is different, what is missing, where it falls below the law."""
    subdistrict = subdistrict_or_404(request, slug)
    communities = communities_under(subdistrict)
    groups = followed(communities, today())
    following = {community.pk for group in groups for community, _ in group.members}
    context = {
        "subdistrict": subdistrict,
        "groups": groups,
        "without": [one for one in communities if one.pk not in following],
        "kinds": FINDINGS,
    }
    return page(request, "catalogues", context)


def new(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: choose a document and communities. POST: what it would change; POST with the token: it is adopted."""
    subdistrict = subdistrict_or_404(request, slug)
    communities = communities_under(subdistrict)
    error, status = "", 200
    if request.method == "POST":
        try:
            if "token" in request.POST:
                return _confirm(request, subdistrict, communities)
            return _preview(request, subdistrict, communities)
        except (NotReadable, NotAdoptable, NotConfirmed) as wrong:
            error, status = str(wrong), 422
    ticked = request.POST.getlist("community") if request.method == "POST" else [one.slug for one in communities]
    context = {"subdistrict": subdistrict, "communities": communities, "ticked": ticked, "error": error}
    return page(request, "catalogue_new", context, status)


def _preview(request: HttpRequest, subdistrict: Subdistrict, communities: Sequence[Community]) -> HttpResponse:
    by_slug = {one.slug: one for one in communities}
    slugs = dict.fromkeys(request.POST.getlist("community"))
    if not slugs.keys() <= by_slug.keys():
        raise Http404("没有这个社区")
    document = _sent(request)
    if not slugs:
        raise NotConfirmed("请至少选一个社区。")
    catalogue, on = _read(document), today()
    names = neighbours_in(catalogue, communities)
    changes = changes_for([by_slug[slug] for slug in slugs], catalogue, document.digest, on, names)
    adopting = [one for one in changes if not one.is_followed]
    told = {
        "subdistrict": subdistrict.pk,
        "by": me(request).pk,
        "digest": document.digest,
        "name": document.name,
        "on": on.isoformat(),
        "names": names,
        "instead_of": {
            one.community.slug: one.instead_of.pk if one.instead_of is not None else None for one in adopting
        },
    }
    alike: dict[Any, list[Changes]] = {}
    for one in adopting:
        alike.setdefault(one.alike, []).append(one)
    context = {
        "subdistrict": subdistrict,
        "catalogue": catalogue,
        "document": document,
        "names": names,
        "findings": list(dict.fromkeys(finding for one in changes for finding in one.findings)),
        "groups": list(alike.values()),
        "adopting": adopting,
        "following": [one.community for one in changes if one.is_followed],
        "token": signing.dumps(told, salt=SALT, compress=True),
        "on": on,
    }
    return page(request, "catalogue_preview", context)


def _confirm(request: HttpRequest, subdistrict: Subdistrict, communities: Sequence[Community]) -> HttpResponse:
    told = _told(request, subdistrict)
    document = _sent(request, told["name"])
    if document.digest != told["digest"]:
        raise NotConfirmed("这个文件和预览时的不一样，请重新预览。")
    if told["on"] != today().isoformat():
        raise NotConfirmed("预览是另一天做的，日期会不一样，请重新预览。")
    catalogue, on = _read(document), date.fromisoformat(told["on"])
    adopted: list[Community] = []
    already: list[tuple[Community, str]] = []
    failed: list[tuple[Community, str]] = []
    for community in communities:
        if community.slug not in told["instead_of"]:
            continue
        try:
            roll_out(
                community=community,
                catalogue=catalogue,
                source_name=document.name,
                source=document.data,
                digest=document.digest,
                names=told["names"],
                instead_of=told["instead_of"][community.slug],
                by=me(request),
                on=on,
                at=timezone.now(),
            )
        except AlreadyFollowed as same:
            already.append((community, str(same)))
        except (ChangedSince, NotAdoptable) as wrong:
            failed.append((community, str(wrong)))
        except DatabaseError:
            failed.append((community, "没有写进数据库，请重新预览，再确认一次。"))
        else:
            adopted.append(community)
    context = {
        "subdistrict": subdistrict,
        "catalogue": catalogue,
        "adopted": adopted,
        "already": already,
        "failed": failed,
        "on": on,
    }
    return page(request, "catalogue_adopted", context, 422 if failed else 201 if adopted else 200)


def _told(request: HttpRequest, subdistrict: Subdistrict) -> dict[str, Any]:
    """What the preview promised. Raises NotConfirmed for what isn't this person's preview of this subdistrict."""
    try:
        told: dict[str, Any] = signing.loads(request.POST["token"], salt=SALT)
    except signing.BadSignature as error:
        raise NotConfirmed("预览的内容不完整，请重新选择文件预览。") from error
    if (told["subdistrict"], told["by"]) != (subdistrict.pk, me(request).pk):
        raise NotConfirmed("这不是您做的预览，请自己预览后再确认。")
    return told


def _sent(request: HttpRequest, name: str = "") -> Document:
    """The document that was chosen, or that the form carried. Raises NotConfirmed without one."""
    given = request.FILES.get("file")
    if isinstance(given, UploadedFile):
        if (given.size or 0) > MAX_BYTES:
            raise NotReadable(TOO_LARGE)
        return Document(name or (given.name or "")[-LONGEST_NAME:], given.read())
    try:
        data = b64decode(request.POST.get("source", ""), validate=True)
    except ValueError:
        data = b""
    if not data or not name:
        raise NotConfirmed("请选择目录文件。")
    return Document(name, data)


def _read(document: Document) -> Catalogue:
    """Raises NotReadable, NotAdoptable."""
    catalogue = read_bytes(document.name, document.data)
    check_adoptable(catalogue)
    return catalogue
