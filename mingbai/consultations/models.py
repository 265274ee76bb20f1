"""What residents are asked for their views on, what they say, and what each of them is answered."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Version
from mingbai.obligations.models import Obligation
from mingbai.rules.opinions import KINDS, Asked, Kind, Stage, stage_on


class Consultation(models.Model):
    """民意征集: questions on a published notice, from one day to another. Whether it is closed follows from the day.

    ``result``: the obligation to publish what came of it, owed from the closing day.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="consultations", verbose_name="社区")
    version = models.OneToOneField(Version, models.PROTECT, related_name="consultation", verbose_name="征集公告")
    title = models.CharField("标题", max_length=200)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="设置人")
    opened_at = models.DateTimeField("设置时间")
    result = models.OneToOneField(
        Obligation, models.PROTECT, null=True, related_name="consultation", verbose_name="征集结果"
    )

    class Meta:
        verbose_name = "民意征集"
        verbose_name_plural = "民意征集"
        ordering = ("-closes_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="consultation_closes_after_opening"),
            models.CheckConstraint(condition=~Q(title=""), name="consultation_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def stage(self, today: date) -> Stage:
        return stage_on(self.opens_on, self.closes_on, today)


class Question(models.Model):
    """问题: one question of a consultation; the others may be broken down by the one that ``splits``."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="questions", verbose_name="民意征集")
    position = models.PositiveIntegerField("第几题")
    text = models.CharField("问题", max_length=200)
    kind = models.CharField("怎样回答", max_length=10)
    options = models.JSONField("选项")
    splits = models.BooleanField("按这一题分组", default=False)

    class Meta:
        verbose_name = "问题"
        verbose_name_plural = "问题"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=("consultation", "position"), name="question_position_once"),
            models.UniqueConstraint(fields=("consultation",), condition=Q(splits=True), name="one_question_splits"),
            models.CheckConstraint(condition=Q(kind__in=("choice", "choices", "text")), name="question_kind_known"),
            models.CheckConstraint(condition=Q(splits=False) | Q(kind="choice"), name="question_splits_by_choice"),
            models.CheckConstraint(condition=~Q(text=""), name="question_asks_something"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"

    @property
    def kind_name(self) -> str:
        return KINDS[Kind(self.kind)]

    @property
    def value(self) -> Asked:
        return Asked(self.text, Kind(self.kind), tuple(self.options), self.splits)


class Opinion(models.Model):
    """意见答卷: one slip, by web or on paper, under one running number. Nothing tells whose it is.

    ``answers_data``: position of the question → numbers of the options, or the text with certain personal data masked.
    """

    class Channel(models.TextChoices):
        WEB = "web", "网上"
        PAPER = "paper", "纸面"

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="opinions", verbose_name="民意征集")
    number = models.PositiveIntegerField("编号")
    channel = models.CharField("渠道", max_length=10)
    received_on = models.DateField("收到日期")
    receipt_hash = models.CharField("回执摘要", max_length=64, unique=True)
    answers_data = models.JSONField("回答")
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "意见答卷"
        verbose_name_plural = "意见答卷"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("consultation", "number"), name="opinion_number_once"),
            models.CheckConstraint(
                condition=Q(channel="web", taken_by=None) | Q(channel="paper", taken_by__isnull=False),
                name="opinion_on_paper_taken_by_somebody",
            ),
            models.CheckConstraint(condition=Q(receipt_hash__regex=r"^[0-9a-f]{64}$"), name="opinion_receipt_hashed"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}号"

    @property
    def channel_name(self) -> str:
        return self.Channel(self.channel).label

    @property
    def text(self) -> str:
        """What it says in words, all questions of text together."""
        texts = [said for _, said in sorted(self.answers_data.items()) if isinstance(said, str)]
        return "；".join(texts)


class Reply(models.Model):
    """处理: what becomes of one opinion in words, with the reason. A further one adds; the last one counts."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", "采纳"
        PARTLY = "partly", "部分采纳"
        NOT_ADOPTED = "not_adopted", "未采纳"
        WITHHELD = "withheld", "内容不公开"

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="replies", verbose_name="意见答卷")
    outcome = models.CharField("结果", max_length=20)
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="处理人")
    at = models.DateTimeField("处理时间")

    class Meta:
        verbose_name = "意见处理"
        verbose_name_plural = "意见处理"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=("adopted", "partly", "not_adopted", "withheld")), name="reply_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reply_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.opinion} {self.outcome_name}"

    @property
    def outcome_name(self) -> str:
        return self.Outcome(self.outcome).label
