"""Every write of this app: communities, people and their roles."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingbai.communities.models import Community, Role, User, one_at_a_time, record
from mingbai.data.profiles import packaged_profile
from mingbai.rules.profiles import Policy


class RolesExclude(ValueError):
    """A member of the committee can't supervise it (城市居民委员会组织法 art. 36)."""


@transaction.atomic
def found_community(
    *,
    slug: str,
    name: str,
    body: str,
    by: User | None,
    at: datetime,
    subdistrict: str = "",
    about: str = "",
    contact: str = "",
    profile_code: str = "cn",
) -> Community:
    """Open a community on the platform. Raises UnknownProfile for a profile that isn't packaged."""
    packaged_profile(profile_code)
    community = Community.objects.create(
        slug=slug,
        name=name,
        body=body,
        subdistrict=subdistrict,
        about=about,
        contact=contact,
        profile_code=profile_code,
        policy_data=Policy().to_json(),
    )
    record(community, "community_founded", community, by=by, at=at)
    return community


@transaction.atomic
def grant_role(*, community: Community, user: User, kind: Role.Kind, by: User | None, at: datetime) -> Role:
    """Give a person a role. Raises RolesExclude where art. 36 forbids holding both."""
    one_at_a_time(community.pk)
    held = set(user.roles.filter(community=community).values_list("kind", flat=True))
    committee = {Role.Kind.CLERK, Role.Kind.DIRECTOR}
    if (kind == Role.Kind.SUPERVISION_MEMBER and held & committee) or (
        kind in committee and Role.Kind.SUPERVISION_MEMBER in held
    ):
        raise RolesExclude(
            f"{user} 不能同时担任居委会职务和居务监督委员会成员（城市居民委员会组织法第三十六条），请另选他人。"
        )
    role = Role.objects.create(user=user, community=community, kind=kind)
    record(community, "role_granted", role, by=by, at=at)
    return role
