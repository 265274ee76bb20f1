"""What the supervision committee does: drawing a sample, finding fault, and saying what came of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from mingbai.communities.models import Community, User, one_at_a_time, record
from mingbai.communities.queries import roles_of
from mingbai.disclosures.models import Version
from mingbai.disclosures.queries import visible_versions
from mingbai.obligations.models import Obligation
from mingbai.obligations.queries import current_calendar, profile_of
from mingbai.privacy.findings import Severity
from mingbai.privacy.text import find_in_text, mask_text
from mingbai.rules.concerns import Resolution
from mingbai.rules.days import legal_day
from mingbai.rules.replies import reply_term
from mingbai.rules.sampling import LOTS, SPANS, Span, seed_of_lots, span_before
from mingbai.supervision.models import Concern, Sample
from mingbai.supervision.watching import last_public_digest, population_of

MAX_TEXT, MAX_REPLY, MAX_SIZE = 1000, 2000, 50
FINDER = "supervision_member"
PREPARERS = frozenset({"clerk", "committee_member", "director"})


class NotDrawable(ValueError):
    """The sample can't be drawn as asked; the message says what to change."""


class NotConcerned(ValueError):
    """The finding can't be raised, replied to or resolved like this; the message says what to change."""


@transaction.atomic
def draw_sample(*, community: Community, span: str, size: int, lots: str, by: User, at: datetime) -> Sample:
    """Draw from the last whole month, quarter or year. ``lots``: digits thrown in front of others; without any, the
    seed is the digest of what was published last. Raises NotDrawable; a period is drawn once."""
    one_at_a_time(community.pk)
    if FINDER not in roles_of(by, community):
        raise NotDrawable("只有居务监督委员会成员可以抽查。")
    if span not in SPANS:
        raise NotDrawable("请选择从哪一段时间发布的内容里抽。")
    if not 1 <= size <= MAX_SIZE:
        raise NotDrawable(f"抽几份要在1到{MAX_SIZE}之间。")
    seed = seed_of_lots(lots) if lots.strip() else last_public_digest(community, at)
    if seed is None:
        at_least = (
            "请把骰子点数或者号码写全，至少6位数字。" if lots.strip() else "还没有公开过内容，请改用骰子或者号码。"
        )
        raise NotDrawable(at_least)
    drawn_on = legal_day(at)
    first_on, last_on = span_before(Span(span), drawn_on)
    sample = Sample(
        community=community,
        span=span,
        first_on=first_on,
        last_on=last_on,
        size=size,
        source=Sample.Source.LOTS if LOTS.fullmatch(seed) and lots.strip() else Sample.Source.RECORD,
        seed=seed,
        drawn_on=drawn_on,
        drawn_at=at,
        drawn_by=by,
    )
    if not population_of(sample):
        raise NotDrawable("这段时间没有发布过内容，没有可抽的，请换一段时间。")
    if Sample.objects.filter(community=community, first_on=first_on, last_on=last_on).exists():
        raise NotDrawable("这段时间已经抽查过：一段时间只抽一次，不能重抽到满意为止。")
    sample.save()
    record(community, "sample_drawn", sample, by=by, at=at)
    return sample


@transaction.atomic
def raise_concern(
    *, obligation: Obligation, version: Version | None, element: int | None, text: str, by: User, at: datetime
) -> Concern:
    """A member of the supervision committee finds fault with what was published, or with what wasn't.

    Certain personal data is masked before the text is stored. Raises NotConcerned.
    """
    community = obligation.community
    one_at_a_time(community.pk)
    if FINDER not in roles_of(by, community):
        raise NotConcerned("只有居务监督委员会成员可以提监督意见。")
    occurrence = obligation.occurrence
    if occurrence.voided_at is not None or not occurrence.item.is_public:
        raise NotConcerned("这件事已经作废，或者不向全社会公开，不能在这里提。")
    if version is not None and version.disclosure.obligation_id != obligation.pk:
        raise NotConcerned("这份内容不是这件事的，请重新选择。")
    if element is not None and (version is None or element not in elements_in(version)):
        raise NotConcerned("所选的那一项已经不在了，请重新选择。")
    said = _checked(text, MAX_TEXT, "发现的问题")
    today = legal_day(at)
    term = reply_term(today, profile=profile_of(community), policy=community.policy, calendar=current_calendar())
    last = Concern.objects.filter(community=community, year=today.year).aggregate(last=Max("number"))["last"] or 0
    concern = Concern.objects.create(
        community=community,
        year=today.year,
        number=last + 1,
        version=version,
        element=element,
        obligation=obligation,
        text=mask_text(said, listed=True),
        raised_on=today,
        raised_by=by,
        due_on=term.due_on,
        basis=term.basis,
    )
    record(community, "concern_raised", concern, by=by, at=at)
    return concern


def elements_in(version: Version) -> list[int]:
    return [block["element"] for block in version.content_data["blocks"]]


def _checked(text: str, longest: int, what: str) -> str:
    said = text.strip()
    if not said:
        raise NotConcerned(f"{what}没有填写，请写上。")
    if len(said) > longest:
        raise NotConcerned(f"{what}太长（{len(said)}字），请缩短到{longest}字以内。")
    return said


def remedies(concern: Concern) -> list[Version]:
    """The versions that can put it right: of the same obligation, published since, and not the one found fault with."""
    found = visible_versions(concern.community).filter(disclosure__obligation=concern.obligation_id)
    since = found.filter(published_on__gte=concern.raised_on).order_by("-pk")
    return [version for version in since if version.pk != concern.version_id]


@transaction.atomic
def reply_to_concern(*, concern: Concern, text: str, code: str, by: User, at: datetime) -> Concern:
    """The committee replies once, in public; ``code``: the version that puts it right, where there is one.

    Raises NotConcerned for a blank, for personal data, and for whoever found it.
    """
    one_at_a_time(concern.community_id)
    concern = Concern.objects.select_related("community").get(pk=concern.pk)
    if not roles_of(by, concern.community) & PREPARERS or by.pk == concern.raised_by_id:
        raise NotConcerned("监督意见由居委会答复，提出意见的人不能自己答复。")
    if concern.replied_on is not None:
        raise NotConcerned("这条意见已经答复过了。")
    said = _checked(text, MAX_REPLY, "答复")
    blocked = [one for one in find_in_text(said, "答复") if one.severity is Severity.BLOCK]
    if blocked:
        raise NotConcerned(blocked[0].sentence)
    remedy = next((version for version in remedies(concern) if version.code == code), None)
    if code and remedy is None:
        raise NotConcerned("所选的改正内容不是这件事后来公开的，请重新选择。")
    concern.reply, concern.replied_on, concern.replied_by, concern.put_right_by = said, legal_day(at), by, remedy
    concern.save(update_fields=["reply", "replied_on", "replied_by", "put_right_by"])
    record(concern.community, "concern_replied", concern, by=by, at=at)
    return concern


@transaction.atomic
def resolve_concern(*, concern: Concern, resolution: str, by: User, at: datetime) -> Concern:
    """The supervision committee says what came of it, once. Not accepted: it goes to the subdistrict.

    Raises NotConcerned before a reply, for who replied, and for «put right» without a version that does so.
    """
    one_at_a_time(concern.community_id)
    concern = Concern.objects.select_related("community").get(pk=concern.pk)
    if FINDER not in roles_of(by, concern.community) or by.pk == concern.replied_by_id:
        raise NotConcerned("处理结果由居务监督委员会认定，答复的人不能自己认定。")
    if concern.replied_on is None:
        raise NotConcerned("居委会还没有答复，请等答复后再认定。")
    if concern.resolution:
        raise NotConcerned("这条意见已经认定过了。")
    if resolution not in list(Resolution):
        raise NotConcerned("请选择处理结果。")
    if resolution == Resolution.PUT_RIGHT and concern.put_right_by_id is None:
        raise NotConcerned("居委会没有指出改正后的版本，不能认定为“已改正”。请选择另外两项中的一项。")
    concern.resolution, concern.resolved_on, concern.resolved_by = resolution, legal_day(at), by
    concern.save(update_fields=["resolution", "resolved_on", "resolved_by"])
    record(concern.community, "concern_resolved", concern, by=by, at=at)
    return concern
