"""Every read of this app. One query decides what the public may see, behind every door."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from mingbai.catalogues.models import Element, Item
from mingbai.communities.keeping import kept
from mingbai.communities.models import Community, User
from mingbai.communities.prepared import Prepared
from mingbai.data.forms import packaged_forms
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import (
    Attachment,
    ColumnMemory,
    Draft,
    DraftFile,
    ItemForm,
    NamesHeld,
    Version,
    Withdrawal,
)
from mingbai.obligations.models import Obligation, Occurrence
from mingbai.obligations.queries import profile_of
from mingbai.rules.canonical import canonical_json, normalise_code
from mingbai.rules.flow import WHO, Step, flow_of, next_step
from mingbai.rules.forms import ElementForm, form_for

VISIBLE = Q(
    disclosure__obligation__occurrence__item__is_public=True, disclosure__obligation__occurrence__voided_at=None
)


def visible_versions(community: Community | None = None) -> QuerySet[Version]:
    """What anyone may see: versions of items disclosed proactively to the general public.

    Pages, files, the API and the QR page all start here. ``community`` None: of every community.
    """
    related = ("disclosure__obligation__occurrence__item", "disclosure__obligation__occurrence__duty")
    versions = Version.objects.filter(VISIBLE).select_related(*related)
    return versions if community is None else versions.filter(community=community)


@kept(maxsize=32)
def hidden_versions(community_id: int, revision: int) -> frozenset[int]:
    """The keys of a community's versions that ``visible_versions`` leaves out: few, so they are asked for by what hides
    them, and no other is looked at."""
    occurrences = Occurrence.objects.filter(community=community_id).order_by()
    voided = occurrences.filter(voided_at__isnull=False).values_list("pk", flat=True)
    restricted = Item.objects.filter(catalogue__community=community_id, is_public=False)
    hiding = list(voided.union(Occurrence.objects.filter(item__in=restricted).order_by().values_list("pk", flat=True)))
    hidden = Version.objects.filter(disclosure__obligation__occurrence__in=hiding).order_by()
    return frozenset(hidden.values_list("pk", flat=True)) if hiding else frozenset()


def visible_of_items(community_id: int, codes: Collection[str]) -> QuerySet[Version]:
    """What anyone may see of these items of a community, under whatever catalogue.

    By item, not by the version's community: that index would be walked through everything that was ever published.
    """
    return visible_versions().filter(
        disclosure__obligation__occurrence__item__catalogue__community=community_id,
        disclosure__obligation__occurrence__item__code__in=codes,
    )


def restricted_versions(community: Community) -> QuerySet[Version]:
    """What no door shows and ``visible_versions`` leaves out: for specific parties or on request, as it stands now."""
    return (
        Version.objects.filter(
            community=community,
            disclosure__obligation__occurrence__item__is_public=False,
            disclosure__obligation__occurrence__voided_at=None,
            replaced_by=None,
        )
        .exclude(withdrawal__confirmed_at__isnull=False)
        .select_related("disclosure__obligation__occurrence__item")
        .prefetch_related("postings")
    )


@kept(maxsize=16)
def published_by_year(community_id: int, revision: int) -> dict[int, Sequence[int]]:
    """Year → the keys of the visible versions that were published in it, newest first, the last year first.

    Read once a revision: to go far down a long list costs a database as much as to read it all.
    """
    found: dict[int, array[int]] = {}
    for pk, day in visible_versions().filter(community=community_id).values_list("pk", "published_on"):
        found.setdefault(day.year, array("q")).append(pk)
    return {year: found[year] for year in sorted(found, reverse=True)}


# A public page of a version asks this one; the community's key and the code are marks (see ``Prepared``).
_of_community: Prepared[Version] = Prepared(
    lambda community, code: (
        visible_versions()
        .filter(community=community, code=code)
        .select_related("replaced_by", "withdrawal")
        .defer("disclosure__obligation__schedule_data", "replaced_by__content_data")
        .order_by()
    ),
    numbers=1,
    words=1,
)


def visible_version(code: str, community: Community | None = None) -> Version | None:
    """The version that a code names, as a person may have typed it. What it replaces is loaded when it is asked for."""
    code = normalise_code(code)
    if community is None:
        anywhere = visible_versions().filter(code=code).select_related("community", "replaced_by", "withdrawal")
        return next(iter(anywhere.order_by()), None)
    version = next(iter(_of_community(community.pk, code)), None)
    if version is not None:
        version.community = community
    return version


def visible_attachment(community: Community, code: str, name: str) -> Attachment | None:
    withdrawn = Q(
        version__withdrawal__kind=Withdrawal.Kind.PERSONAL_DATA, version__withdrawal__confirmed_at__isnull=False
    )
    found = Attachment.objects.filter(version__in=visible_versions(community).filter(code=code), name=name)
    return found.exclude(withdrawn).first()


def is_withdrawn_for_privacy(version: Version) -> bool:
    """Whether what a version said may not be shown at all any more."""
    withdrawal = getattr(version, "withdrawal", None)
    return (
        withdrawal is not None
        and withdrawal.confirmed_at is not None
        and withdrawal.kind == Withdrawal.Kind.PERSONAL_DATA
    )


def content_on(version: Version, last_day: date | None, today: date) -> Content:
    """The content as it may be shown on ``today``: names are left out once the display has ended.

    ``last_day``: the last day on which any carrier shows the version; None while one has no end. Showing doesn't
    wait for the nightly sweep that removes the names from the database.
    """
    if is_withdrawn_for_privacy(version):
        return Content(version.title, ())
    return shown_on(version.content, last_day, today)


def shown_on(content: Content, last_day: date | None, today: date) -> Content:
    """What isn't withdrawn, as it may be shown on ``today``."""
    return content.without_names() if last_day is not None and today > last_day else content


def still_naming() -> QuerySet[NamesHeld]:
    """The versions that still hold names."""
    return NamesHeld.objects.filter(version__reduced_at=None).order_by("pk")


def draft_for(user: User, community: Community, pk: int) -> Draft | None:
    """A draft of a community where the person serves; otherwise nothing is found."""
    drafts = Draft.objects.filter(pk=pk, community=community, community__roles__user=user)
    return (
        drafts.filter(community__roles__ended_at=None)
        .select_related(
            "community", "obligation__occurrence__item", "obligation__occurrence__duty", "corrects", "impact", "version"
        )
        .distinct()
        .first()
    )


def open_drafts(*communities: Community) -> list[Draft]:
    """What is being prepared or reviewed, and what went out before its review."""
    still_open = Q(version=None, abandoned_at=None)
    unreviewed = ~Q(version__emergency_reason="") & Q(version__isnull=False)
    drafts = Draft.objects.filter(community__in=communities).filter(still_open | unreviewed)
    return list(
        drafts.select_related("community", "obligation__occurrence__item", "obligation__occurrence__duty", "version")
        .prefetch_related("reviews__by", "preparers", Prefetch("files", DraftFile.objects.defer("data")))
        .order_by("-saved_at")
    )


def content_hash(draft: Draft) -> str:
    """The SHA-256 of everything that a reviewer approves: content, files, dates, kind and every stated reason."""
    files = sorted((file.name, file.sha256) for file in draft.files.all())
    said = {
        "content": draft.content_data,
        "files": [list(file) for file in files],
        "dated_on": draft.dated_on.isoformat() if draft.dated_on else None,
        "kind": draft.kind,
        "reason": draft.reason,
        "material": draft.material,
        "reasons": draft.reasons,
    }
    return hashlib.sha256(canonical_json(said)).hexdigest()


def flow_for(community: Community) -> tuple[Step, ...]:
    """The signatures that a version of this community needs, in order."""
    rule = next((rule for rule in profile_of(community).rules if rule.topic == "review_flow"), None)
    return flow_of(rule.value if rule is not None else (), light=community.policy.light_review)


def open_step(draft: Draft) -> Step | None:
    """The step that a submitted draft waits for; None: it isn't in review, or all have signed."""
    now = content_hash(draft)
    if draft.abandoned_at is not None or draft.submitted_hash != now:
        return None
    approved = {Step(review.step) for review in draft.reviews.all() if review.approved and review.content_hash == now}
    return next_step(flow_for(draft.community), approved)


def awaited_step(draft: Draft, user: User, roles: Collection[str]) -> Step | None:
    """The step of a draft that this person, with these roles, may take now; None where there is none."""
    step = open_step(draft)
    if step is None or not WHO[step] & set(roles) or user in draft.preparers.all():
        return None
    mine = [review for review in draft.reviews.all() if review.approved and review.by_id == user.pk]
    return None if any(review.content_hash == draft.submitted_hash for review in mine) else step


def elements_of(obligation: Obligation) -> dict[int, str]:
    """Position → text of the elements that an obligation's duty covers."""
    covered = set(obligation.occurrence.duty.element_positions)
    elements = obligation.occurrence.item.elements.order_by("position")
    return {element.position: element.text for element in elements if not covered or element.position in covered}


def forms_of(community: Community, item: Item) -> dict[int, ElementForm]:
    """How each element of an item is filled: the administrator's form, the packaged one, or plain paragraphs."""
    return _forms(community.pk, item.pk, item.code)


@kept(maxsize=256)
def forms_at(community_id: int, revision: int, item_id: int, code: str) -> dict[int, ElementForm]:
    """The same at a revision of the community, for pages that many ask for."""
    return _forms(community_id, item_id, code)


def _forms(community_id: int, item_id: int, code: str) -> dict[int, ElementForm]:
    adjusted = {
        form.element: ElementForm.from_json(form.form_data)
        for form in ItemForm.objects.filter(community=community_id, item_code=code)
    }
    elements = Element.objects.filter(item=item_id).order_by("position").values_list("position", "text")
    return {place: adjusted.get(place) or form_for(text, packaged_forms()) for place, text in elements}


def is_adjusted(community: Community, item: Item, element: int) -> bool:
    """Whether an administrator has put a form of the community's own in the packaged one's place."""
    return ItemForm.objects.filter(community=community, item_code=item.code, element=element).exists()


def remembered_columns(community: Community, item: Item, element: int) -> dict[str, str]:
    memory = ColumnMemory.objects.filter(community=community, item_code=item.code, element=element).first()
    return dict(memory.columns) if memory is not None else {}


def previous_version(obligation: Obligation) -> Version | None:
    """The item's last version for an earlier occurrence of the same duty that said something: the last period's."""
    occurrence = obligation.occurrence
    earlier = Version.objects.filter(
        community=obligation.community_id,
        disclosure__obligation__occurrence__item__code=occurrence.item.code,
        disclosure__obligation__occurrence__duty__position=occurrence.duty.position,
        disclosure__obligation__occurrence__voided_at=None,
        replaced_by=None,
    ).exclude(disclosure__obligation=obligation)
    told = earlier.filter(disclosure__obligation__occurrence__on__lte=occurrence.on).exclude(
        disclosure__obligation__occurrence__kind="silence"
    )
    return told.order_by("-disclosure__obligation__occurrence__on", "-published_at", "-pk").first()


def open_withdrawals(community: Community) -> list[Withdrawal]:
    """What one person has proposed to take down and a second has to confirm."""
    found = Withdrawal.objects.filter(version__community=community, confirmed_at=None)
    return list(found.select_related("version", "by").order_by("pk"))


def version_for(user: User, community: Community, code: str) -> Version | None:
    """A version of a community where the person serves, public or not."""
    versions = Version.objects.filter(community=community, code=normalise_code(code))
    mine = versions.filter(community__roles__user=user, community__roles__ended_at=None)
    related = mine.select_related(
        "community",
        "replaces",
        "replaced_by",
        "withdrawal",
        "disclosure__obligation__occurrence__item",
        "disclosure__obligation__occurrence__duty",
    )
    return related.distinct().first()


def is_reviewed(version: Version) -> bool:
    """Whether every signature has been given; what went out in an emergency waits for them."""
    if not version.emergency_reason:
        return True
    draft = Draft.objects.filter(version=version).select_related("community").first()
    return draft is not None and open_step(draft) is None


Forms = dict[int, ElementForm]


def forms_by_item(community: Community, items: Iterable[Item]) -> dict[str, Forms]:
    """Item code → element position → form. One query, where the items have their elements at hand."""
    adjusted = {
        (form.item_code, form.element): ElementForm.from_json(form.form_data)
        for form in ItemForm.objects.filter(community=community)
    }
    return {
        item.code: {
            element.position: adjusted.get((item.code, element.position)) or form_for(element.text, packaged_forms())
            for element in item.elements.all()
        }
        for item in items
    }


def elements_where(forms: dict[str, Forms], wanted: Callable[[ElementForm], bool]) -> dict[str, set[int]]:
    """Item code → the positions of those of its elements whose form is wanted; items without one are left out."""
    found = {code: {place for place, form in mine.items() if wanted(form)} for code, mine in forms.items()}
    return {code: places for code, places in found.items() if places}
