"""What residents ask and object to, and what they are answered. Nobody needs an account; nothing tells who asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mingbai.carriers.models import Hold
from mingbai.catalogues.models import Item
from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Version


class Feedback(models.Model):
    """意见: one question, suggestion or objection, by web or taken down by the clerk, under one number and one clock.

    The text is kept as it may be published: certain personal data is masked before it is stored. No address of a
    machine, no time of day. ``receipt_hash``: SHA-256 of the receipt code, which only the asker has. ``hold``: the
    objection window that it fell into; the matter waits for its outcome.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", "提问"
        SUGGESTION = "suggestion", "建议"
        OBJECTION = "objection", "异议"

    class Channel(models.TextChoices):
        WEB = "web", "网上"
        PHONE = "phone", "电话"
        PAPER = "paper", "纸条"
        COUNTER = "counter", "窗口"

    class Withheld(models.TextChoices):
        PERSONAL_DATA = "personal_data", "含有他人的个人信息"
        ABUSE = "abuse", "辱骂或者诽谤"
        ADVERTISING = "advertising", "广告或者无意义的内容"
        ELSEWHERE = "elsewhere", "不属于居务，已告知去哪里反映"

    community = models.ForeignKey(Community, models.PROTECT, related_name="feedback", verbose_name="社区")
    year = models.PositiveIntegerField("年份")
    number = models.PositiveIntegerField("编号")
    kind = models.CharField("种类", max_length=20)
    channel = models.CharField("渠道", max_length=20)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+", verbose_name="事项")
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="feedback", verbose_name="版本")
    element = models.PositiveIntegerField("第几项内容", null=True)
    row = models.PositiveIntegerField("第几行", null=True)
    hold = models.OneToOneField(Hold, models.PROTECT, null=True, related_name="feedback", verbose_name="公示期内异议")
    text = models.CharField("内容", max_length=1000)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("最迟答复", null=True)
    basis = models.CharField("答复期限的依据", max_length=200)
    receipt_hash = models.CharField("回执摘要", max_length=64, unique=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    withheld = models.CharField("不公开的原因", max_length=20, blank=True)
    withheld_note = models.CharField("不公开的说明", max_length=200, blank=True)
    withheld_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="决定人")
    # What the asker says of the answer: None until then.
    settled = models.BooleanField("是否解决", null=True)
    settled_on = models.DateField("表态日期", null=True)

    class Meta:
        verbose_name = "意见"
        verbose_name_plural = "意见"
        ordering = ("-received_on", "-pk")
        indexes = [models.Index(fields=("community", "-received_on"), name="feedback_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=("community", "year", "number"), name="feedback_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("question", "suggestion", "objection")), name="feedback_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(channel="web", taken_by=None)
                | Q(channel__in=("phone", "paper", "counter"), taken_by__isnull=False),
                name="feedback_taken_down_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="feedback_says_something"),
            models.CheckConstraint(condition=Q(row=None) | Q(element__isnull=False), name="feedback_row_of_an_element"),
            models.CheckConstraint(
                condition=Q(element=None) | Q(version__isnull=False), name="feedback_element_of_a_version"
            ),
            models.CheckConstraint(
                condition=Q(withheld="", withheld_by=None)
                | Q(
                    withheld__in=("personal_data", "abuse", "advertising", "elsewhere"),
                    withheld_by__isnull=False,
                ),
                name="feedback_withheld_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(settled=None, settled_on=None) | Q(settled__isnull=False, settled_on__isnull=False),
                name="feedback_settled_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(hold=None) | Q(kind="objection", version__isnull=False),
                name="feedback_held_is_an_objection",
            ),
            models.CheckConstraint(condition=Q(receipt_hash__regex=r"^[0-9a-f]{64}$"), name="feedback_receipt_hashed"),
        ]

    def __str__(self) -> str:
        return f"{self.Kind(self.kind).label} {self.reference}"

    @property
    def reference(self) -> str:
        """2026-012: what the asker and the sheet call it."""
        return f"{self.year}-{self.number:03d}"

    @property
    def kind_name(self) -> str:
        return self.Kind(self.kind).label

    @property
    def channel_name(self) -> str:
        return self.Channel(self.channel).label

    @property
    def withheld_name(self) -> str:
        return self.Withheld(self.withheld).label if self.withheld else ""


class Answer(models.Model):
    """答复: what the committee says in public to one piece of feedback. A further one adds; none is changed.

    ``outcome``: what becomes of an objection that was made inside its window; the last one holds.
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "异议成立"
        PARTLY = "partly", "异议部分成立"
        REJECTED = "rejected", "异议不成立"

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="answers", verbose_name="意见")
    text = models.CharField("答复", max_length=2000)
    outcome = models.CharField("处理结果", max_length=10, blank=True)
    on = models.DateField("答复日期")
    at = models.DateTimeField("答复时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="答复人")

    class Meta:
        verbose_name = "答复"
        verbose_name_plural = "答复"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="answer_says_something"),
            models.CheckConstraint(
                condition=Q(outcome__in=("", "upheld", "partly", "rejected")), name="answer_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"答复 {self.feedback}"

    @property
    def outcome_name(self) -> str:
        return self.Outcome(self.outcome).label if self.outcome else ""
