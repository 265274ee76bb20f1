"""Every read of this app. Getting a community for a person is the permission check."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from mingbai.communities.models import Community, Event, Kinship, Role, User
from mingbai.communities.revisions import SILENT, Revision, heal


def community_by_slug(slug: str) -> Community | None:
    return Community.objects.filter(slug=slug).first()


def communities() -> list[Community]:
    return list(Community.objects.order_by("slug"))


def communities_of(user: User) -> list[Community]:
    """Where a person serves, in any role."""
    return list(Community.objects.filter(roles__user=user, roles__ended_at=None).distinct().order_by("slug"))


def roles_of(user: User, community: Community) -> frozenset[str]:
    """The kinds of the roles that a person holds in a community now."""
    return frozenset(user.roles.filter(community=community, ended_at=None).values_list("kind", flat=True))


def community_for(user: User, slug: str, kinds: Collection[str] | None = None) -> Community | None:
    """The community, if the person holds one of ``kinds`` there (None: any role); otherwise nothing is found."""
    roles = Role.objects.filter(user=user, community__slug=slug, ended_at=None)
    if kinds is not None:
        roles = roles.filter(kind__in=kinds)
    role = roles.select_related("community").first()
    return None if role is None else role.community


def people_of(community: Community) -> QuerySet[Role]:
    return Role.objects.filter(community=community, ended_at=None).select_related("user").order_by("pk")


def kinships_of(community: Community) -> QuerySet[Kinship]:
    return Kinship.objects.filter(community=community).select_related("person", "relative").order_by("pk")


def role_by_token(token: str) -> Role | None:
    """Whose calendar an address is, as long as the person holds the role."""
    return Role.objects.filter(calendar_token=token, ended_at=None).select_related("community", "user").first()


def needs_second_factor(user: User) -> bool:
    """Whether any community where the person serves asks for a one-time code for the person's role there."""
    roles = Role.objects.filter(user=user, ended_at=None).select_related("community")
    return any(role.kind in role.community.second_factor_roles for role in roles)


def revision_of(community: Community) -> int:
    """The number of the community's last event that the public can notice. While it stays the same, nothing that
    anyone may see has changed: every act writes one event in its own transaction, one act at a time (see
    ``one_at_a_time``)."""
    return _last(community.pk).first() or 0


def public_revision(slug: str) -> Revision | None:
    """What a community's pages depend on beside the day: its own last event and the platform's. None: no such one."""
    own, platform = Subquery(_last(OuterRef("pk"))[:1]), Subquery(_last(None)[:1])
    found = Community.objects.filter(slug=slug).values_list(own, platform).first()
    return None if found is None else Revision(found[0] or 0, found[1] or 0)


def _last(community: int | OuterRef | None) -> QuerySet[Event, int]:
    events = Event.objects.filter(community=community).exclude(act__in=SILENT)
    return events.order_by("-pk").values_list("pk", flat=True)


def heal_revisions() -> None:
    """Announce again what the database says of every community: at the start of a process and every night."""
    for community in communities():
        heal_revision(community.slug)


def heal_revision(slug: str) -> None:
    heal(slug, lambda: public_revision(slug) or Revision(0, 0))
