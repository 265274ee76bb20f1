"""Every read of this app. One query decides what the public may see, behind every door."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from mingbai.communities.models import Community
from mingbai.disclosures.content import Content
from mingbai.disclosures.models import Attachment, Version
from mingbai.rules.canonical import normalise_code


def visible_versions(community: Community | None = None) -> QuerySet[Version]:
    """What anyone may see: versions of items disclosed proactively to the general public.

    Pages, files, the API and the QR page all start here. ``community`` None: of every community.
    """
    versions = Version.objects.filter(
        disclosure__obligation__occurrence__item__is_public=True,
        disclosure__obligation__occurrence__voided_at=None,
    ).select_related("disclosure__obligation__occurrence__item", "disclosure__obligation__occurrence__duty")
    return versions if community is None else versions.filter(community=community)


def visible_version(code: str, community: Community | None = None) -> Version | None:
    """The version that a code names, as a person may have typed it."""
    return (
        visible_versions(community)
        .filter(code=normalise_code(code))
        .select_related("community", "replaces", "replaced_by")
        .first()
    )


def visible_attachment(community: Community, code: str, name: str) -> Attachment | None:
    return Attachment.objects.filter(version__in=visible_versions(community).filter(code=code), name=name).first()


def content_on(version: Version, last_day: date | None, today: date) -> Content:
    """The content as it may be shown on ``today``: names are left out once the display has ended.

    ``last_day``: the last day on which any carrier shows the version; None while one has no end. Showing doesn't
    wait for the nightly sweep that removes the names from the database.
    """
    content = version.content
    return content.without_names() if last_day is not None and today > last_day else content


def still_naming() -> QuerySet[Version]:
    """Versions that may still hold names: those not reduced. The sweep looks at each one's content."""
    return Version.objects.filter(Q(reduced_at=None)).order_by("pk")
