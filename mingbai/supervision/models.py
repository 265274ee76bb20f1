"""What supervision looks at and says: figures, reminders, samples and findings. Every number leads back to records."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Version
from mingbai.obligations.models import Obligation


class Figures(models.Model):
    """统计: how one community stood at the end of a day, for the occurrences of one year. Derived, and derived again.

    ``revision``: the last event by then. While that is the last of the community, it holds for later days, too,
    up to ``holds_until``: the first deadline of what is open (None: none). A day that is over keeps its last event, so
    what was counted for it after it never changes. ``by_item``: item code → counts in the order of
    ``rules.report.Outcome``; ``by_month``: the same; ``overdue``: deadline and key of what is late.
    """

    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name="社区")
    on = models.DateField("截至")
    year = models.PositiveIntegerField("年份")
    revision = models.PositiveBigIntegerField("依据的记录")
    by_item = models.JSONField("按事项")
    by_month = models.JSONField("按月份")
    overdue = models.JSONField("逾期未公开", default=list)
    holds_until = models.DateField("管用到", null=True)

    class Meta:
        verbose_name = "统计"
        verbose_name_plural = "统计"
        constraints = [models.UniqueConstraint(fields=("community", "on", "year"), name="figures_once")]

    def __str__(self) -> str:
        return f"{self.community_id} {self.on}"


class Pending(models.Model):
    """待办: what a community hasn't met yet and hasn't hung up yet, as of ``revision``. Derived, and derived again.

    ``unmet``: keys of obligations with a deadline; ``sheets``: keys of versions, each with its paper board.
    """

    community = models.OneToOneField(Community, models.CASCADE, primary_key=True, related_name="+", verbose_name="社区")
    revision = models.PositiveBigIntegerField("依据的记录")
    unmet = models.JSONField("没有公开到位的")
    sheets = models.JSONField("没有张贴的")

    class Meta:
        verbose_name = "待办"
        verbose_name_plural = "待办"

    def __str__(self) -> str:
        return f"{self.community_id} 待办"


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


class Sample(models.Model):
    """抽查: one random sample of a whole period's versions. What was drawn follows from the seed and is never stored.

    One period is drawn once: nobody draws again until the outcome is liked.
    """

    class Source(models.TextChoices):
        RECORD = "record", "由抽查前最后一次公开的内容算出"
        LOTS = "lots", "当众掷骰子或者摇号的号码"

    community = models.ForeignKey(Community, models.PROTECT, related_name="samples", verbose_name="社区")
    span = models.CharField("抽查范围", max_length=10)
    first_on = models.DateField("从哪天发布的")
    last_on = models.DateField("到哪天发布的")
    size = models.PositiveIntegerField("抽几份")
    source = models.CharField("种子从哪里来", max_length=10)
    seed = models.CharField("种子", max_length=64)
    drawn_on = models.DateField("抽查日期")
    drawn_at = models.DateTimeField("抽查时间")
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="抽查人")

    class Meta:
        verbose_name = "抽查"
        verbose_name_plural = "抽查"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=("community", "first_on", "last_on"), name="sample_of_a_period_once"),
            models.CheckConstraint(condition=Q(span__in=("month", "quarter", "year")), name="sample_span_known"),
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=50), name="sample_size_within_reason"),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on"), last_on__lt=F("drawn_on")), name="sample_of_what_is_over"
            ),
            models.CheckConstraint(
                condition=Q(source="record", seed__regex=r"^[0-9a-f]{64}$")
                | Q(source="lots", seed__regex=r"^[0-9]{6,64}$"),
                name="sample_has_a_seed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} {self.last_on}"

    @property
    def source_name(self) -> str:
        return self.Source(self.source).label


class Concern(models.Model):
    """监督意见: one finding on a version, an element of it, or on something owed; the reply; and what came of it.

    Whoever replies is never who found it, and who says what came of it is never who replied.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="concerns", verbose_name="社区")
    year = models.PositiveIntegerField("年份")
    number = models.PositiveIntegerField("编号")
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="concerns", verbose_name="版本")
    element = models.PositiveIntegerField("第几项内容", null=True)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="concerns", verbose_name="应公开")
    text = models.CharField("内容", max_length=1000)
    raised_on = models.DateField("提出日期")
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    due_on = models.DateField("最迟答复", null=True)
    basis = models.CharField("答复期限的依据", max_length=200)
    reply = models.CharField("居委会答复", max_length=2000, blank=True)
    replied_on = models.DateField("答复日期", null=True)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    put_right_by = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="puts_right", verbose_name="改正的版本"
    )
    resolution = models.CharField("处理结果", max_length=20, blank=True)
    resolved_on = models.DateField("认定日期", null=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="认定人")

    class Meta:
        verbose_name = "监督意见"
        verbose_name_plural = "监督意见"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=("community", "year", "number"), name="concern_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="concern_says_something"),
            models.CheckConstraint(
                condition=Q(element=None) | Q(version__isnull=False), name="concern_element_of_a_version"
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_on=None, replied_by=None, put_right_by=None)
                | (~Q(reply="") & Q(replied_on__isnull=False, replied_by__isnull=False)),
                name="concern_replied_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(replied_by=None) | ~Q(replied_by=F("raised_by")), name="replier_is_not_the_finder"
            ),
            models.CheckConstraint(
                condition=Q(resolution="", resolved_on=None, resolved_by=None)
                | (
                    Q(resolution__in=("put_right", "explained", "not_accepted"))
                    & Q(resolved_on__isnull=False, resolved_by__isnull=False, replied_by__isnull=False)
                ),
                name="concern_resolved_after_a_reply",
            ),
            models.CheckConstraint(
                condition=Q(resolved_by=None) | ~Q(resolved_by=F("replied_by")), name="resolver_is_not_the_replier"
            ),
            models.CheckConstraint(
                condition=~Q(resolution="put_right") | Q(put_right_by__isnull=False), name="put_right_by_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"监督意见 {self.reference}"

    @property
    def reference(self) -> str:
        """2026-003: what the pages and the sheet call it."""
        return f"{self.year}-{self.number:03d}"
