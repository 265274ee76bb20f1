"""Every read of this app. Getting a community for a person is the permission check."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Max, QuerySet

from mingbai.communities import keeping
from mingbai.communities.models import Community, Event, Kinship, Role, Subdistrict, User
from mingbai.communities.revisions import SILENT, Revision, announced, heal


def community_by_slug(slug: str) -> Community | None:
    return Community.objects.select_related("subdistrict").filter(slug=slug).first()


def public_community(slug: str) -> Community | None:
    """A community as its own pages show it: one small query while its revision stays the same.

    It knows its ``revision``, so what is kept by revision is looked up without asking again. Only for answering a
    request: it is the same object for everybody who asks. Inside a transaction nothing is kept (see ``keeping``).
    """
    if not keeping.answers_last():
        return community_by_slug(slug)
    revision = public_revision(slug)
    return None if revision is None else _community_at(slug, revision)


@keeping.kept(maxsize=64)
def _community_at(slug: str, revision: Revision) -> Community | None:
    community = community_by_slug(slug)
    if community is not None:
        community.revision = revision.own
    return community


def communities() -> list[Community]:
    return list(Community.objects.order_by("slug"))


def subdistricts_of(user: User) -> list[Subdistrict]:
    """Where a person supervises."""
    mine = Subdistrict.objects.filter(supervisors__user=user, supervisors__ended_at=None)
    return list(mine.distinct().order_by("slug"))


def subdistrict_for(user: User, slug: str) -> Subdistrict | None:
    """The subdistrict, if the person supervises it; otherwise nothing is found."""
    return next((one for one in subdistricts_of(user) if one.slug == slug), None)


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


SILENT_LIST = ", ".join(f"'{act}'" for act in sorted(SILENT))
# The last events that the public can notice: of a community, and of the platform. Asked before every page.
LAST = f"""
SELECT (SELECT id FROM communities_event e WHERE e.community_id = c.id AND act NOT IN ({SILENT_LIST})
        ORDER BY id DESC LIMIT 1),
       (SELECT id FROM communities_event e WHERE e.community_id IS NULL AND act NOT IN ({SILENT_LIST})
        ORDER BY id DESC LIMIT 1), c.slug
FROM communities_community c WHERE """  # noqa: S608 — the acts are our own words


def revision_of(community: Community) -> int:
    """The number of the community's last event that the public can notice. While it stays the same, nothing that
    anyone may see has changed: every act writes one event in its own transaction, one act at a time (see
    ``one_at_a_time``)."""
    if community.revision is not None:
        return community.revision
    found = _last_events("c.id = %s", community.pk)
    return found.own if found is not None else 0


def public_revision(slug: str) -> Revision | None:
    """What a community's pages depend on beside the day: its own last event and the platform's. None: no such one."""
    return _last_events("c.slug = %s", slug)


def _last_events(which: str, value: int | str) -> Revision | None:
    with connection.cursor() as cursor:
        cursor.execute(LAST + which, [value])
        found = cursor.fetchone()
    return None if found is None else Revision(found[0] or 0, found[1] or 0)


def heal_revisions() -> None:
    """Announce again what the database says of every community: at the start of a process and every night. One query;
    only where something else was announced, that community is asked for by itself."""
    with connection.cursor() as cursor:
        cursor.execute(LAST + "1 = 1")
        said = {slug: Revision(own or 0, platform or 0) for own, platform, slug in cursor.fetchall()}
    for slug, revision in said.items():
        if announced(slug) != revision.folder:
            heal_revision(slug)


def heal_revision(slug: str) -> None:
    heal(slug, lambda: public_revision(slug) or Revision(0, 0))


def revision_by_slug(slug: str) -> int:
    """The last event that changes what is public of the community with this name in addresses; 0: no such one."""
    found = public_revision(slug)
    return max(found.own, found.platform) if found is not None else 0


def last_event() -> int:
    """The number of the last event of all: the revision of what is made from every community."""
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def last_act_at(community: Community) -> datetime:
    """When something of the community last happened."""
    last: datetime | None = Event.objects.filter(community=community).aggregate(last=Max("at"))["last"]
    return last or datetime.fromtimestamp(0, UTC)
