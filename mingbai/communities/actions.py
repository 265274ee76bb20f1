"""Every write of this app: communities, people and their roles."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingbai.communities.models import (
    Community,
    Kinship,
    Role,
    Subdistrict,
    Supervisor,
    User,
    new_token,
    one_at_a_time,
    record,
)
from mingbai.data.profiles import packaged_profile
from mingbai.rules.profiles import Policy

COMMITTEE = frozenset({Role.Kind.CLERK, Role.Kind.COMMITTEE_MEMBER, Role.Kind.DIRECTOR})


class RolesExclude(ValueError):
    """A member of the committee, or a near relative of one, can't supervise it (城市居民委员会组织法 art. 36)."""


class NotAPerson(ValueError):
    """The person can't be added as given; the message says what to change."""


@transaction.atomic
def found_community(
    *,
    slug: str,
    name: str,
    body: str,
    by: User | None,
    at: datetime,
    subdistrict: Subdistrict | None = None,
    about: str = "",
    contact: str = "",
    profile_code: str = "cn",
    policy: Policy | None = None,
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
        policy_data=(policy or Policy()).to_json(),
    )
    record(community, "community_founded", community, by=by, at=at)
    return community


@transaction.atomic
def found_subdistrict(*, slug: str, name: str, by: User | None, at: datetime, contact: str = "") -> Subdistrict:
    """Open a subdistrict on the platform."""
    subdistrict = Subdistrict.objects.create(slug=slug, name=name, contact=contact)
    record(None, "subdistrict_founded", subdistrict, by=by, at=at)
    return subdistrict


@transaction.atomic
def appoint_supervisor(*, subdistrict: Subdistrict, user: User, by: User | None, at: datetime) -> Supervisor:
    """Let a person see the communities of a subdistrict. Raises RolesExclude for one who serves in any of them:
    nobody supervises what he does himself."""
    serves = user.roles.filter(community__subdistrict=subdistrict, ended_at=None).select_related("community").first()
    if serves is not None:
        raise RolesExclude(f"{user} 在{serves.community}任职，不能同时监督本街道的社区，请另选他人。")
    supervisor, made = Supervisor.objects.get_or_create(
        user=user, subdistrict=subdistrict, ended_at=None, defaults={"granted_at": at}
    )
    if made:
        record(None, "supervisor_appointed", supervisor, by=by, at=at)
    return supervisor


@transaction.atomic
def set_policy(*, community: Community, policy: Policy, by: User | None, at: datetime) -> Community:
    """The community's own reading of what catalogue and law leave open."""
    one_at_a_time(community.pk)
    community.policy_data = policy.to_json()
    community.save(update_fields=["policy_data"])
    record(community, "policy_set", community, by=by, at=at)
    return community


@transaction.atomic
def require_second_factor(*, community: Community, kinds: list[Role.Kind], by: User | None, at: datetime) -> None:
    """Whose sign-in needs a one-time code from now on."""
    one_at_a_time(community.pk)
    community.second_factor_roles = sorted(kind.value for kind in kinds)
    community.save(update_fields=["second_factor_roles"])
    record(community, "second_factor_required", community, by=by, at=at)


@transaction.atomic
def grant_role(*, community: Community, user: User, kind: Role.Kind, by: User | None, at: datetime) -> Role:
    """Give a person a role. Raises RolesExclude where art. 36 forbids it, NotAPerson where the person holds it."""
    one_at_a_time(community.pk)
    held = _held(community, user)
    if kind in held:
        raise NotAPerson(f"{user} 已经担任{kind.label}，不需要再添加。")
    _check_art_36(community, user, held | {kind})
    if user.supervises.filter(subdistrict=community.subdistrict_id, ended_at=None).exists():
        raise RolesExclude(f"{user} 是街道监督员，不能同时在所监督的社区任职，请另选他人。")
    role = Role.objects.create(user=user, community=community, kind=kind, calendar_token=new_token())
    record(community, "role_granted", role, by=by, at=at)
    return role


def _held(community: Community, user: User) -> set[str]:
    return set(user.roles.filter(community=community, ended_at=None).values_list("kind", flat=True))


def _check_art_36(community: Community, user: User, kinds: set[str]) -> None:
    """Whether a person may hold ``kinds`` together, and beside what the person's near relatives hold."""
    if Role.Kind.SUPERVISION_MEMBER in kinds and kinds & COMMITTEE:
        raise RolesExclude(
            f"{user} 不能同时担任居委会职务和居务监督委员会成员（城市居民委员会组织法第三十六条），请另选他人。"
        )
    for relative in _relatives(community, user):
        theirs = _held(community, relative)
        if (Role.Kind.SUPERVISION_MEMBER in kinds and theirs & COMMITTEE) or (
            Role.Kind.SUPERVISION_MEMBER in theirs and kinds & COMMITTEE
        ):
            raise RolesExclude(
                f"{user} 和 {relative} 是近亲属，一人在居委会任职，另一人不能担任居务监督委员会成员"
                "（城市居民委员会组织法第三十六条），请另选他人。"
            )


def _relatives(community: Community, user: User) -> list[User]:
    pairs = Kinship.objects.filter(community=community).select_related("person", "relative")
    return [pair.relative if pair.person_id == user.pk else pair.person for pair in pairs if user.pk in _ids(pair)]


def _ids(pair: Kinship) -> tuple[int, int]:
    return pair.person_id, pair.relative_id


@transaction.atomic
def declare_kinship(*, community: Community, person: User, relative: User, by: User | None, at: datetime) -> Kinship:
    """Note that two people are near relatives. Raises RolesExclude when their roles already exclude each other."""
    one_at_a_time(community.pk)
    if person.pk == relative.pk:
        raise NotAPerson("请选择两个不同的人。")
    first, second = sorted((person, relative), key=lambda user: user.pk)
    kinship, _ = Kinship.objects.get_or_create(
        community=community, person=first, relative=second, defaults={"declared_at": at}
    )
    _check_art_36(community, person, _held(community, person))
    record(community, "kinship_declared", kinship, by=by, at=at)
    return kinship


@transaction.atomic
def end_role(*, role: Role, by: User | None, at: datetime) -> Role:
    """A person leaves a role; what was done in it stays. Raises NotAPerson when it has ended already."""
    one_at_a_time(role.community_id)
    if not Role.objects.filter(pk=role.pk, ended_at=None).update(ended_at=at):
        raise NotAPerson("这个角色已经卸任。")
    role.refresh_from_db()
    record(role.community, "role_ended", role, by=by, at=at)
    return role


@transaction.atomic
def add_person(
    *, community: Community, username: str, name: str, password: str, kind: Role.Kind, by: User | None, at: datetime
) -> User:
    """A new person with a first role and a password that has to be changed at the first sign-in.

    Raises NotAPerson for a user name that is taken or empty, RolesExclude as ``grant_role`` does.
    """
    username, name = username.strip(), name.strip()
    if not username or not name:
        raise NotAPerson("请填写登录名和姓名。")
    if User.objects.filter(username=username).exists():
        raise NotAPerson(f"登录名“{username}”已经有人使用，请换一个。")
    user = User.objects.create_user(username, password=password, display_name=name)
    grant_role(community=community, user=user, kind=kind, by=by, at=at)
    return user


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime) -> User:
    """A person's own new password. Whether it is good enough is for the validators before."""
    user.set_password(password)
    user.password_changed_at = at
    user.save(update_fields=["password", "password_changed_at"])
    record(None, "password_changed", user, by=user, at=at)
    return user


@transaction.atomic
def renew_calendar(*, role: Role, at: datetime) -> Role:
    """A new private calendar address; the old one stops working."""
    role.calendar_token = new_token()
    role.save(update_fields=["calendar_token"])
    record(role.community, "calendar_renewed", role, by=role.user, at=at)
    return role
