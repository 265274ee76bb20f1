"""Every write of a draft: starting it, saving it piece by piece, submitting it, giving it up.

Two people, or two tabs, never overwrite one another: each save names the revision that it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from mingbai.communities.models import User, one_at_a_time, record
from mingbai.disclosures.actions import MAX_ATTACHMENT, Upload
from mingbai.disclosures.checks import Checks, check
from mingbai.disclosures.content import Json
from mingbai.disclosures.models import ColumnMemory, Disclosure, Draft, DraftFile, Impact, Version, Withdrawal
from mingbai.disclosures.queries import content_hash, previous_version
from mingbai.obligations.models import Obligation
from mingbai.privacy.content import mask_names, masked
from mingbai.privacy.files import NotAllowed, find_in_file
from mingbai.privacy.findings import Severity
from mingbai.rules.days import legal_day

IMPACT_YEARS = 3


class NotDraftable(ValueError):
    """The draft can't be started or changed like this; the message says what to do."""


class Conflict(ValueError):
    """Somebody else saved in between. ``draft`` is what stands now; nothing was overwritten."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("这份草稿在您打开之后已被修改，您的修改还没有保存。请对照下面的内容，合并后再保存。")
        self.draft = draft


class NotReady(ValueError):
    """The draft can't be submitted yet; ``checks`` says what is open."""

    def __init__(self, checks: Checks) -> None:
        super().__init__("还有没处理的问题，请按提示逐条处理后再送审。")
        self.checks = checks


@transaction.atomic
def start_draft(
    *,
    obligation: Obligation,
    by: User,
    at: datetime,
    corrects: Version | None = None,
    kind: str = Version.Kind.FIRST,
    reason: str = "",
    material: bool = True,
    copy_last: bool = False,
    content: Json | None = None,
) -> Draft:
    """Begin what will meet ``obligation``, or correct (supplement) a version of it.

    ``content`` is what it says from the start; ``copy_last`` takes over what the item's last version said. Raises
    NotDraftable for a voided occurrence, a second open draft, or a correction without a reason or of a version that has
    been replaced or reduced.
    """
    one_at_a_time(obligation.community_id)
    if obligation.occurrence.voided_at is not None:
        raise NotDraftable("这条事由已经作废，不能再准备公开。")
    if Draft.objects.filter(obligation=obligation, version=None, abandoned_at=None).exists():
        raise NotDraftable("这件事已经有一份没有完成的草稿，请打开那一份继续。")
    if corrects is None and obligation_has_version(obligation):
        raise NotDraftable("这件事已经公开过，如需改动，请用“更正”或“补充”。")
    content = content or {"title": "", "blocks": []}
    if corrects is not None:
        _check_correction(corrects, reason)
        if corrects.reduced_at is None:
            content = corrects.content_data
    elif copy_last and (last := previous_version(obligation)) is not None:
        content = last.content.without_names().to_json() if last.reduced_at else last.content_data
        content = {**content, "blocks": [block for block in content["blocks"] if "reduced" not in block]}
    draft = Draft.objects.create(
        community=obligation.community,
        obligation=obligation,
        kind=kind if corrects is not None else Version.Kind.FIRST,
        reason=reason.strip(),
        material=material,
        corrects=corrects,
        content_data=content,
        dated_on=legal_day(at),
        started_by=by,
        started_at=at,
        saved_by=by,
        saved_at=at,
    )
    draft.preparers.add(by)
    if corrects is not None:
        for file in corrects.attachments.all():
            DraftFile.objects.create(
                draft=draft, name=file.name, media_type=file.media_type, sha256=file.sha256, data=file.data
            )
    Disclosure.objects.get_or_create(
        obligation=obligation, defaults={"community": obligation.community, "created_by": by, "created_at": at}
    )
    record(obligation.community, "draft_started", draft, by=by, at=at)
    return draft


def obligation_has_version(obligation: Obligation) -> bool:
    """Whether something was said of it already; that it will come later doesn't count."""
    said = Version.objects.filter(disclosure__obligation=obligation)
    return said.exclude(kind=Version.Kind.POSTPONEMENT).exists()


def _check_correction(corrects: Version, reason: str) -> None:
    if not reason.strip():
        raise NotDraftable("请写明更正或补充的理由，理由会一同公开。")
    if Version.objects.filter(replaces=corrects).exists():
        raise NotDraftable("这一版已经被新版替换，请更正新的一版。")
    withdrawn = Withdrawal.objects.filter(version=corrects).exclude(confirmed_at=None).exists()
    if corrects.reduced_at is not None and not withdrawn:
        raise NotDraftable("这一版的名单已经隐去，不能在它的基础上更正；请重新记录一件事。")


@transaction.atomic
def save_draft(
    *,
    draft: Draft,
    revision: int,
    by: User,
    at: datetime,
    title: str | None = None,
    dated_on: date | None = None,
    element: int | None = None,
    block: Mapping[str, Any] | None = None,
    reasons: Mapping[str, str] | None = None,
    files: Sequence[Upload] = (),
) -> Draft:
    """Save the named parts: title, date, the block of one element (None: that element becomes empty), reasons, files.

    Raises Conflict when ``revision`` isn't the last one, NotDraftable for a draft that is closed.
    """
    one_at_a_time(draft.community_id)
    current = Draft.objects.get(pk=draft.pk)
    if not current.is_open:
        raise NotDraftable("这份草稿已经发布或放弃，不能再修改。")
    if current.revision != revision:
        raise Conflict(current)
    content = dict(current.content_data)
    if title is not None:
        content["title"] = title.strip()[:200]
    if element is not None:
        content["blocks"] = _with_block(content["blocks"], element, block)
        _save_files(current, element, block, files)
    current.content_data = content
    if dated_on is not None:
        current.dated_on = dated_on
    if reasons is not None:
        current.reasons = {key: text.strip()[:300] for key, text in reasons.items() if text.strip()}
    current.revision = F("revision") + 1
    current.saved_by, current.saved_at = by, at
    current.save(update_fields=["content_data", "dated_on", "reasons", "revision", "saved_by", "saved_at"])
    current.preparers.add(by)
    current.refresh_from_db()
    record(current.community, "draft_saved", current, by=by, at=at)
    return current


def _with_block(blocks: Sequence[Json], element: int, block: Mapping[str, Any] | None) -> list[Json]:
    kept = [other for other in blocks if other["element"] != element]
    if block is not None:
        kept.append(mask_names({**block, "element": element}))
    return sorted(kept, key=lambda other: int(other["element"]))


def _save_files(draft: Draft, element: int, block: Mapping[str, Any] | None, files: Sequence[Upload]) -> None:
    """The files that the content names stay or come, each looked through; what no block names any more goes."""
    for file in files:
        if len(file.data) > MAX_ATTACHMENT:
            raise NotDraftable(f"附件“{file.name}”超过10兆字节，请压缩后再上传。")
        found = _found_in(file)
        DraftFile.objects.update_or_create(
            draft=draft,
            name=file.name,
            defaults={"media_type": file.media_type, "sha256": file.sha256, "data": file.data, "found_data": found},
        )
    others = [other for other in draft.content_data["blocks"] if other["element"] != element]
    named = {
        file["name"]
        for other in [*others, *([block] if block is not None else [])]
        if other["kind"] == "attachment"
        for file in other["files"]
    }
    draft.files.exclude(name__in=named).delete()


def _found_in(file: Upload) -> list[list[str]]:
    """What a file has that asks for a reason. Raises NotDraftable for what may not be in it at all."""
    try:
        found = find_in_file(file.name, file.data)
    except NotAllowed as error:
        raise NotDraftable(str(error)) from error
    blocked = [one for one in found if one.severity is Severity.BLOCK]
    if blocked:
        raise NotDraftable(f"附件“{file.name}”不能公开：{blocked[0].sentence}")
    return [[one.kind.value, one.place, one.excerpt, one.key] for one in found]


@transaction.atomic
def mask_draft(*, draft: Draft, revision: int, by: User, at: datetime) -> Draft:
    """Replace everything that certainly may not be public by asterisks; the original isn't kept.

    Raises Conflict and NotDraftable as saving does.
    """
    one_at_a_time(draft.community_id)
    current = Draft.objects.get(pk=draft.pk)
    if not current.is_open:
        raise NotDraftable("这份草稿已经发布或放弃，不能再修改。")
    if current.revision != revision:
        raise Conflict(current)
    current.content_data = masked(current.content_data)
    current.revision += 1
    current.saved_by, current.saved_at = by, at
    current.save(update_fields=["content_data", "revision", "saved_by", "saved_at"])
    current.preparers.add(by)
    record(current.community, "draft_masked", current, by=by, at=at)
    return current


@transaction.atomic
def record_impact(
    *, draft: Draft, ground: str, necessity: str, risk: str, measures: str, by: User, at: datetime
) -> Impact:
    """The record before persons are named (个人信息保护法 55, 56). Raises NotDraftable for a blank."""
    one_at_a_time(draft.community_id)
    values = {"ground": ground, "necessity": necessity, "risk": risk, "measures": measures}
    if not all(value.strip() for value in values.values()):
        raise NotDraftable("四项都要填写，才能公开个人信息。")
    day = legal_day(at)
    keep = date(day.year + IMPACT_YEARS, day.month, min(day.day, 28))
    impact, _ = Impact.objects.update_or_create(
        draft=draft,
        defaults={
            **{key: value.strip()[:300] for key, value in values.items()},
            "by": by,
            "at": at,
            "keep_until": keep,
        },
    )
    record(draft.community, "impact_recorded", impact, by=by, at=at)
    return impact


@transaction.atomic
def submit_draft(*, draft: Draft, revision: int, by: User, at: datetime) -> Draft:
    """Hand the draft to its reviewers exactly as it stands. Raises NotReady, Conflict, NotDraftable."""
    one_at_a_time(draft.community_id)
    current = Draft.objects.get(pk=draft.pk)
    if not current.is_open:
        raise NotDraftable("这份草稿已经发布或放弃。")
    if current.revision != revision:
        raise Conflict(current)
    checks = check(current)
    if not checks.ready:
        raise NotReady(checks)
    current.submitted_hash = content_hash(current)
    current.submitted_at = at
    current.save(update_fields=["submitted_hash", "submitted_at"])
    record(current.community, "draft_submitted", current, by=by, at=at, digest=current.submitted_hash)
    return current


@transaction.atomic
def abandon_draft(*, draft: Draft, by: User, at: datetime) -> Draft:
    """Give up a draft; it is kept, but nothing comes of it."""
    one_at_a_time(draft.community_id)
    if not Draft.objects.filter(pk=draft.pk, version=None, abandoned_at=None).update(abandoned_at=at):
        raise NotDraftable("这份草稿已经发布或放弃。")
    draft.refresh_from_db()
    record(draft.community, "draft_abandoned", draft, by=by, at=at)
    return draft


@transaction.atomic
def remember_columns(*, draft: Draft, element: int, columns: Mapping[str, str], by: User, at: datetime) -> None:
    """Note which of the clerk's columns is which of the form's, for the next time."""
    one_at_a_time(draft.community_id)
    memory, _ = ColumnMemory.objects.update_or_create(
        community=draft.community,
        item_code=draft.obligation.occurrence.item.code,
        element=element,
        defaults={"columns": dict(columns)},
    )
    record(draft.community, "columns_remembered", memory, by=by, at=at)


def upload_of(name: str, media_type: str, data: bytes) -> tuple[Upload, Json]:
    """A file with the line that a block says of it."""
    upload = Upload(name, media_type, data)
    return upload, {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
