"""Who there is: people, communities and roles; and the append-only table of events."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat

from mingbai.communities.inserting import insert_from
from mingbai.communities.revisions import SILENT, announce
from mingbai.rules.profiles import Policy


def new_token() -> str:
    """256 bits that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(32)


class User(AbstractUser):
    """A person who signs in. Residents never need to."""

    display_name = models.CharField("姓名", max_length=60)
    # None: the password was given by somebody else and has to be changed at the first sign-in.
    password_changed_at = models.DateTimeField("修改密码时间", null=True)

    class Meta(AbstractUser.Meta):
        verbose_name = "人员"
        verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.display_name or self.username


class Subdistrict(models.Model):
    """街道: supervises its communities (城市居民委员会组织法 art. 35: residents may turn to it)."""

    slug = models.SlugField("网址名", unique=True)
    name = models.CharField("街道名称", max_length=60, unique=True)
    contact = models.CharField("联系方式", max_length=200, blank=True)

    class Meta:
        verbose_name = "街道"
        verbose_name_plural = "街道"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class Community(models.Model):
    """社区: follows one catalogue, one profile of the law and its own policy (口径)."""

    slug = models.SlugField("网址名", unique=True)
    name = models.CharField("社区名称", max_length=60)
    body = models.CharField("公开主体", max_length=120)
    subdistrict = models.ForeignKey(
        Subdistrict, models.PROTECT, null=True, related_name="communities", verbose_name="街道"
    )
    about = models.TextField("社区简介", blank=True)
    contact = models.CharField("联系方式", max_length=200, blank=True)
    profile_code = models.CharField("法律口径", max_length=40, default="cn")
    policy_data = models.JSONField("社区口径", default=dict)
    # The roles (Role.Kind values) whose holders need a second factor to sign in.
    second_factor_roles = models.JSONField("需要动态口令的角色", default=list)

    # The revision at which it was read for its public pages (``public_community``); None: read for anything else.
    revision: int | None = None

    class Meta:
        verbose_name = "社区"
        verbose_name_plural = "社区"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name

    @property
    def policy(self) -> Policy:
        """The community's own reading of what catalogue and law leave open."""
        return Policy.from_json(self.policy_data) if self.policy_data else Policy()


class Role(models.Model):
    """One person's role in one community. Committee and supervision exclude each other (组织法 art. 36)."""

    class Kind(models.TextChoices):
        CLERK = "clerk", "居务公开专干"
        COMMITTEE_MEMBER = "committee_member", "居委会成员"
        DIRECTOR = "director", "居委会主任"
        SUPERVISION_MEMBER = "supervision_member", "居务监督委员会成员"
        ADMINISTRATOR = "administrator", "社区管理员"

    user = models.ForeignKey(User, models.PROTECT, related_name="roles", verbose_name="人员")
    community = models.ForeignKey(Community, models.PROTECT, related_name="roles", verbose_name="社区")
    kind = models.CharField("角色", max_length=30)
    # The private address of this person's calendar; a new one makes the old one useless.
    calendar_token = models.CharField("日历地址", max_length=43, unique=True)
    ended_at = models.DateTimeField("卸任时间", null=True)

    class Meta:
        verbose_name = "角色"
        verbose_name_plural = "角色"
        constraints = [
            models.UniqueConstraint(
                fields=("user", "community", "kind"), condition=Q(ended_at=None), name="role_held_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("clerk", "committee_member", "director", "supervision_member", "administrator")),
                name="role_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.Kind(self.kind).label}"


class Supervisor(models.Model):
    """街道监督员: one person who looks after the communities of one subdistrict. Holds no role in any of them."""

    user = models.ForeignKey(User, models.PROTECT, related_name="supervises", verbose_name="人员")
    subdistrict = models.ForeignKey(Subdistrict, models.PROTECT, related_name="supervisors", verbose_name="街道")
    granted_at = models.DateTimeField("任职时间")
    ended_at = models.DateTimeField("卸任时间", null=True)

    class Meta:
        verbose_name = "街道监督员"
        verbose_name_plural = "街道监督员"
        constraints = [
            models.UniqueConstraint(
                fields=("user", "subdistrict"), condition=Q(ended_at=None), name="supervises_subdistrict_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.subdistrict}"


class Kinship(models.Model):
    """近亲属: two people who are near relatives, as declared. Art. 36 keeps them out of each other's supervision."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="kinships", verbose_name="社区")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="人员")
    relative = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="近亲属")
    declared_at = models.DateTimeField("申报时间")

    class Meta:
        verbose_name = "近亲属"
        verbose_name_plural = "近亲属"
        constraints = [
            models.UniqueConstraint(fields=("community", "person", "relative"), name="kinship_declared_once"),
            # One row a pair: the person with the smaller number first.
            models.CheckConstraint(condition=Q(person__lt=F("relative")), name="kinship_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.relative}"


class Event(models.Model):
    """One act, one row, never changed: the database refuses UPDATE and DELETE by trigger.

    A row holds who, what, when and which version, and the salted digest of what was published; no content and
    no personal data, so it stays true when names have to leave.
    """

    # No community: an act for the whole platform, such as loading a working-day notice.
    community = models.ForeignKey(Community, models.PROTECT, null=True, related_name="events", verbose_name="社区")
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="何人")
    role = models.CharField("身份", max_length=30)
    act = models.CharField("行为", max_length=40)
    subject = models.CharField("对象", max_length=80)
    digest = models.CharField("摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = "记录"
        verbose_name_plural = "记录"
        ordering = ("pk",)
        indexes = [
            models.Index(fields=("community", "-id"), name="event_last_of_community"),
            # What had come down by a day is asked of every community of a subdistrict.
            models.Index(
                fields=("community", "at"),
                condition=Q(act__in=("taken_down", "taken_down_early")),
                name="event_taken_down",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(digest="") | Q(digest__regex=r"^[0-9a-f]{64}$"), name="event_digest"),
            models.CheckConstraint(condition=~Q(act=""), name="event_act_named"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.act} {self.subject}"


def one_at_a_time(community_id: int) -> None:
    """Let the acts of a community wait for one another: the first thing that every action does in its transaction.

    So nothing is half-seen by another act, running numbers have no gaps, events of a community are committed in the
    order of their numbers, and no two acts can lock each other out.
    """
    Community.objects.select_for_update().only("pk").get(pk=community_id)


def record_made(act: str, made: models.QuerySet[Any], *, at: datetime) -> None:
    """Write the audit rows of what the system made in one transaction: a row for each of ``made``, told to other
    processes once for each community."""
    subject = Concat(Value(f"{made.model._meta.label_lower}:"), Cast("pk", models.CharField()))
    insert_from(
        made.order_by("community", "pk"),
        Event,
        community=F("community"),
        at=at,
        role="system",
        act=act,
        subject=subject,
    )
    if act not in SILENT:
        for _, slug, last in last_events(made.values("community")):
            transaction.on_commit(partial(announce, slug, last))


def last_events(communities: Any) -> list[tuple[int, str, int]]:
    """Key and name in addresses of the communities with these keys, and the number of each's last event (0: none)."""
    own = Event.objects.filter(community=models.OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Community.objects.filter(pk__in=communities).annotate(last=models.Subquery(own))
    return [(pk, slug, last or 0) for pk, slug, last in rows.values_list("pk", "slug", "last")]


def record(
    community: Community | None, act: str, subject: models.Model, *, by: User | None, at: datetime, digest: str = ""
) -> Event:
    """Write the one audit row of an act. Called inside the act's own transaction; ``by`` None is the system.

    Once that is committed, every process learns that pages of the revision before are over.
    """
    role = "system"
    if by is not None:
        held = by.roles.filter(community=community, ended_at=None).order_by("pk").values_list("kind", flat=True).first()
        role = held or "operator"
    event = Event.objects.create(
        community=community,
        at=at,
        actor=by,
        role=role,
        act=act,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        digest=digest,
    )
    if act not in SILENT:
        transaction.on_commit(partial(announce, community.slug if community is not None else None, event.pk))
    return event
