"""What supervision looks at: figures that were counted once and kept. Every number leads back to the records."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mingbai.communities.models import Community, User


class Figures(models.Model):
    """统计: how one community stood at the end of a day, for the occurrences of one year. Derived, and derived again.

    For a past day it never changes: it counts what was known then. For the present day it holds while ``revision`` is
    the community's. ``by_item``: item code → counts in the order of ``rules.report.Outcome``; ``by_month``: the same.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name="社区")
    on = models.DateField("截至")
    year = models.PositiveIntegerField("年份")
    revision = models.PositiveBigIntegerField("依据的记录")
    by_item = models.JSONField("按事项")
    by_month = models.JSONField("按月份")

    class Meta:
        verbose_name = "统计"
        verbose_name_plural = "统计"
        constraints = [models.UniqueConstraint(fields=("community", "on", "year"), name="figures_once")]

    def __str__(self) -> str:
        return f"{self.community_id} {self.on}"


class Reach(models.Model):
    """提醒方式: where one person wants the day's reminders: the e-mail address, a group robot's address, or both."""

    user = models.OneToOneField(User, models.PROTECT, related_name="reach", verbose_name="人员")
    email = models.EmailField("电子邮箱", blank=True)
    # An address as apprise reads it: wecombot://KEY, dingtalk://TOKEN, lark://TOKEN.
    address = models.CharField("群机器人地址", max_length=300, blank=True)

    class Meta:
        verbose_name = "提醒方式"
        verbose_name_plural = "提醒方式"

    def __str__(self) -> str:
        return f"{self.user} 的提醒方式"


class Digest(models.Model):
    """提醒: all that one person is reminded of on one day, in one message. The row is the claim: it is sent once."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="人员")
    on = models.DateField("日期")
    lines = models.JSONField("内容")
    # When sending was begun last, and when it was done; neither: nobody has begun yet.
    tried_at = models.DateTimeField("尝试发送时间", null=True)
    sent_at = models.DateTimeField("发送时间", null=True)
    failed = models.BooleanField("上次没有发成", default=False)

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = "提醒"
        constraints = [
            models.UniqueConstraint(fields=("user", "on"), name="one_digest_a_day"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(tried_at__isnull=False, failed=False), name="digest_sent_after_a_try"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.on}"
