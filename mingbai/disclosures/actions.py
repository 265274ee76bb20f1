"""Every write of this app: issuing a version, stating an absence, letting names leave."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from mingbai.communities.models import User, one_at_a_time, record
from mingbai.disclosures.content import Content, missing_elements, read_content
from mingbai.disclosures.models import Attachment, Disclosure, Draft, DraftFile, NamesHeld, Version
from mingbai.disclosures.searching import index_version, index_versions, unindexed
from mingbai.obligations.models import Obligation
from mingbai.rules.canonical import canonical_json, salted_digest, short_code
from mingbai.rules.days import legal_day

MAX_ATTACHMENT = 10 * 1024 * 1024
INDEXED_AT_ONCE = 500


class NotPublishable(ValueError):
    """What was prepared can't be published; the message says what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to attach: its name as the public sees it, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a version beside its content: its kind with the reason, and why it went out before its review.

    ``restarts_clock`` False: it takes the place of a version on show for the rest of that one's display.
    """

    kind: str = Version.Kind.FIRST
    reason: str = ""
    emergency_reason: str = ""
    restarts_clock: bool = True


FIRST = About()


def bundle_of(content_data: Mapping[str, Any], attachments: Iterable[tuple[str, str]]) -> bytes:
    """The canonical bytes of what a version publishes: its content and (name, sha256) of its attachments."""
    files = [{"name": name, "sha256": sha256} for name, sha256 in sorted(attachments)]
    return canonical_json({"content": content_data, "attachments": files})


@transaction.atomic
def issue_version(
    *,
    obligation: Obligation,
    content: Mapping[str, Any],
    dated_on: date,
    by: User | None,
    at: datetime,
    files: Sequence[Upload] = (),
    about: About = FIRST,
) -> Version:
    """Fix a text as the next immutable version of what meets ``obligation``.

    Complete against the elements that the duty covers, or refused: raises NotPublishable naming what is missing,
    ContentError naming the cell that is wrong.
    """
    one_at_a_time(obligation.community_id)
    obligation = Obligation.objects.get(pk=obligation.pk)
    occurrence = obligation.occurrence
    if occurrence.voided_at is not None:
        raise NotPublishable("这条事由已经作废，不能再发布。")
    read = read_content(dict(content))
    _check_complete(read, obligation)
    _check_files(read, files)
    if dated_on > legal_day(at):
        raise NotPublishable("成文日期不能晚于发布日期，请改正。")
    disclosure, _ = Disclosure.objects.get_or_create(
        obligation=obligation,
        defaults={"community": obligation.community, "created_by": by, "created_at": at},
    )
    version = _create(disclosure, read, dated_on=dated_on, by=by, at=at, files=files, about=about)
    index_version(version)
    record(obligation.community, "version_published", version, by=by, at=at, digest=version.digest)
    return version


def _check_complete(content: Content, obligation: Obligation) -> None:
    duty = obligation.occurrence.duty
    covered = set(duty.element_positions)
    elements = {
        element.position: element.text
        for element in obligation.occurrence.item.elements.all()
        if not covered or element.position in covered
    }
    missing = missing_elements(content, elements)
    if missing:
        listed = "；".join(f"“{text}”" for text in missing)
        raise NotPublishable(f"还缺少以下公开内容：{listed}。请补上；确实没有的，请填写“本期无”或“不适用”并说明理由。")
    strangers = [position for position in content.elements if position not in elements]
    if strangers:
        raise NotPublishable(f"内容对应的第{strangers[0]}项不在本事项应公开的内容里，请核对。")


def _check_files(content: Content, files: Sequence[Upload]) -> None:
    """Every file that a block names is there, and no other."""
    named = {
        (file["name"], file["sha256"])
        for block in content.blocks
        if block["kind"] == "attachment"
        for file in block["files"]
    }
    given = {(file.name, file.sha256) for file in files}
    if named != given:
        raise NotPublishable("附件与正文列出的文件不一致，请重新上传附件。")
    for file in files:
        if len(file.data) > MAX_ATTACHMENT:
            raise NotPublishable(f"附件“{file.name}”超过10兆字节，请压缩后再上传。")


def _create(
    disclosure: Disclosure,
    content: Content,
    *,
    dated_on: date,
    by: User | None,
    at: datetime,
    files: Sequence[Upload],
    about: About,
) -> Version:
    replaced = _replaced_by_next(disclosure)
    number = (disclosure.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    nonce = secrets.token_hex(16)
    digest = salted_digest(bundle_of(content.to_json(), [(file.name, file.sha256) for file in files]), nonce)
    version = Version.objects.create(
        disclosure=disclosure,
        community=disclosure.community,
        number=number,
        code=_free_code(digest),
        index_number=_index_number(disclosure, legal_day(at)),
        title=content.title,
        content_data=content.to_json(),
        nonce=nonce,
        digest=digest,
        dated_on=dated_on,
        published_on=legal_day(at),
        published_at=at,
        published_by=by,
        replaces=replaced,
        kind=about.kind,
        reason=about.reason,
        emergency_reason=about.emergency_reason,
        restarts_clock=about.restarts_clock,
    )
    if content.has_persons:
        NamesHeld.objects.create(version=version)
    Attachment.objects.bulk_create(
        Attachment(
            version=version,
            name=file.name,
            media_type=file.media_type,
            sha256=file.sha256,
            size=len(file.data),
            data=file.data,
        )
        for file in files
    )
    return version


def _replaced_by_next(disclosure: Disclosure) -> Version | None:
    """The version whose place the next one takes: the last of the same disclosure or, for what must always be
    on show, the last of the same item's duty."""
    duty = disclosure.obligation.occurrence.duty
    current = Version.objects.filter(replaced_by=None)
    if duty.is_long_term:
        current = current.filter(
            community=disclosure.community,
            disclosure__obligation__occurrence__item__code=duty.item.code,
            disclosure__obligation__occurrence__duty__position=duty.position,
        )
    else:
        current = current.filter(disclosure=disclosure)
    return current.order_by("-published_at", "-pk").first()


def _free_code(digest: str) -> str:
    for attempt in range(6):
        code = short_code(digest, attempt)
        if not Version.objects.filter(code=code).exists():
            return code
    raise NotPublishable("短码生成失败，请再试一次。")


def _index_number(disclosure: Disclosure, on: date) -> str:
    """索引号: community, item, year and the version's running number in that year."""
    item = disclosure.obligation.occurrence.item
    community = disclosure.community
    running = Version.objects.filter(community=community, published_on__year=on.year).count() + 1
    return f"{community.slug.upper()}-{item.code}-{on.year}-{running:04d}"


def index_missing() -> int:
    """Make findable what can't be found yet; derived from the versions, so it leaves no event. Returns how many."""
    return _index(unindexed())


def index_again() -> int:
    """Write all that can be found anew, as after a change of what that is. Returns how many versions."""
    return _index(Version.objects.all())


def _index(versions: QuerySet[Version]) -> int:
    """A community's versions wait for its acts, batch by batch: none is written as it was before it was withdrawn."""
    done = 0
    for community in list(versions.order_by().values_list("community", flat=True).distinct()):
        mine, last = versions.filter(community=community).order_by("pk"), 0
        related = mine.select_related("withdrawal", "disclosure__obligation__occurrence__item")
        while True:
            with transaction.atomic():
                one_at_a_time(community)
                batch = list(related.filter(pk__gt=last)[:INDEXED_AT_ONCE])
                index_versions(batch)
            if not batch:
                break
            done, last = done + len(batch), batch[-1].pk
    return done


@transaction.atomic
def reduce_personal(*, version: Version, by: User | None, at: datetime) -> Version:
    """Let the names of a version leave: its person lists become counts and sums, its bundle and nonce go.

    The one change that a version knows, and it happens once: raises NotPublishable when it has happened, or when
    the version names nobody.
    """
    one_at_a_time(version.community_id)
    version = Version.objects.get(pk=version.pk)
    if version.reduced_at is not None or not version.content.has_persons:
        raise NotPublishable("这一版没有需要隐去的个人名单。")
    version.content_data = version.content.without_names().to_json()
    version.nonce = ""
    version.reduced_at = at
    version.save(update_fields=["content_data", "nonce", "reduced_at"])
    NamesHeld.objects.filter(version=version).delete()
    _forget_in_drafts(version)
    index_version(version)
    record(version.community, "names_left", version, by=by, at=at, digest=version.digest)
    return version


@transaction.atomic
def remove_content(*, version: Version, by: User | None, at: datetime) -> Version:
    """Let everything that a withdrawn version said leave, attachments too; the record keeps its digest.

    Part of a withdrawal because of personal data: nobody can be sure that it was only in the lists.
    """
    version = Version.objects.get(pk=version.pk)
    if version.reduced_at is not None:
        index_version(version)
        return version
    nothing = {"element": 1, "heading": "已撤下", "kind": "paragraphs", "paragraphs": ["内容已按法律要求撤下。"]}
    version.content_data = {"title": version.title, "blocks": [nothing]}
    version.nonce = ""
    version.reduced_at = at
    version.save(update_fields=["content_data", "nonce", "reduced_at"])
    NamesHeld.objects.filter(version=version).delete()
    version.attachments.all().delete()
    _forget_in_drafts(version)
    index_version(version)
    return version


def _forget_in_drafts(version: Version) -> None:
    """What a version no longer says, the drafts that led to it don't either."""
    drafts = Draft.objects.filter(obligation=version.disclosure.obligation).exclude(version=None, abandoned_at=None)
    drafts.update(content_data=version.content_data)
    DraftFile.objects.filter(draft__in=drafts).exclude(
        sha256__in=version.attachments.values_list("sha256", flat=True)
    ).delete()
