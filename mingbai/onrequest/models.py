"""What is disclosed on request (依申请公开), and the codes by which households read what is for specific parties."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from mingbai.catalogues.models import Item
from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Version


class Request(models.Model):
    """公开申请: what somebody asks to be shown, by web or taken down by the clerk, under one number and one clock.

    Who asks isn't kept: the receipt code, stored only as its SHA-256, is how the answer is fetched. The text is never
    public; certain personal data in it is masked before it is stored.
    """

    class Channel(models.TextChoices):
        WEB = "web", "网上"
        PHONE = "phone", "电话"
        PAPER = "paper", "书面"
        COUNTER = "counter", "窗口"

    class Way(models.TextChoices):
        RECEIPT = "receipt", "凭回执号在网上看，别人看不到"
        COUNTER = "counter", "凭回执号到居委会窗口领取"
        PUBLIC = "public", "可以公开，大家都能看"

    community = models.ForeignKey(Community, models.PROTECT, related_name="requests", verbose_name="社区")
    year = models.PositiveIntegerField("年份")
    number = models.PositiveIntegerField("编号")
    channel = models.CharField("渠道", max_length=20)
    way = models.CharField("怎么答复", max_length=20)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+", verbose_name="事项")
    text = models.CharField("申请的内容", max_length=1000)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("最迟答复", null=True)
    basis = models.CharField("答复期限的依据", max_length=200)
    receipt_hash = models.CharField("回执摘要", max_length=64, unique=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    # Extended at most once, while the first day had not passed.
    extended_to = models.DateField("延长到", null=True)
    extended_reason = models.CharField("延长的理由", max_length=300, blank=True)
    extended_on = models.DateField("延长日期", null=True)
    extended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="延长人")

    class Meta:
        verbose_name = "公开申请"
        verbose_name_plural = "公开申请"
        ordering = ("-received_on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("community", "year", "number"), name="request_number_once"),
            models.CheckConstraint(
                condition=Q(channel="web", taken_by=None)
                | Q(channel__in=("phone", "paper", "counter"), taken_by__isnull=False),
                name="request_taken_down_by_somebody",
            ),
            models.CheckConstraint(condition=Q(way__in=("receipt", "counter", "public")), name="request_way_known"),
            models.CheckConstraint(condition=~Q(text=""), name="request_says_something"),
            models.CheckConstraint(condition=Q(receipt_hash__regex=r"^[0-9a-f]{64}$"), name="request_receipt_hashed"),
            models.CheckConstraint(
                condition=Q(extended_to=None, extended_reason="", extended_on=None, extended_by=None)
                | (
                    Q(extended_to__isnull=False, extended_on__isnull=False, due_on__isnull=False)
                    & Q(extended_to__gt=F("due_on"), extended_on__lte=F("due_on"), extended_by__isnull=False)
                    & ~Q(extended_reason="")
                ),
                name="request_extended_before_its_day_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"申请 {self.reference}"

    @property
    def reference(self) -> str:
        """2026-003: what the asker and the pages call it."""
        return f"{self.year}-{self.number:03d}"

    @property
    def last_day(self) -> date | None:
        """By when it is to be answered, after an extension too; None: no layer states it."""
        return self.extended_to or self.due_on

    @property
    def channel_name(self) -> str:
        return self.Channel(self.channel).label

    @property
    def way_name(self) -> str:
        return self.Way(self.way).label


class RequestAnswer(models.Model):
    """申请答复: what became of a request. ``version``: a text behind no public door that is given with it.

    Only the asker reads it, until it is published under a title that says nothing of who asked. The words never change:
    a correction is an answer of its own, which ``replaces`` the one before; so is one after a withdrawal.
    """

    class Outcome(models.TextChoices):
        GIVEN = "given", "提供了"
        PART = "part", "提供了一部分"
        REFUSED = "refused", "不予提供"
        NOT_HELD = "not_held", "居委会没有这份材料"

    request = models.ForeignKey(Request, models.PROTECT, related_name="answers", verbose_name="公开申请")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="替换的答复"
    )
    correction_reason = models.CharField("更正的理由", max_length=300, blank=True)
    outcome = models.CharField("结果", max_length=20)
    text = models.CharField("答复", max_length=4000, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    turn_to = models.CharField("可以去哪里", max_length=300, blank=True)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+", verbose_name="提供的材料")
    on = models.DateField("答复日期")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="答复人")
    title = models.CharField("公开的题目", max_length=100, blank=True)
    published_on = models.DateField("公开日期", null=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="公开人")
    withdrawn_on = models.DateField("撤下日期", null=True)
    withdrawn_reason = models.CharField("撤下的理由", max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤下人")

    class Meta:
        verbose_name = "申请答复"
        verbose_name_plural = "申请答复"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("request",), condition=Q(replaces=None), name="request_answered_first_once"
            ),
            models.CheckConstraint(
                condition=Q(correction_reason="") | Q(replaces__isnull=False), name="request_answer_corrects_another"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by=None, withdrawn_reason="")
                | (
                    Q(withdrawn_on__isnull=False, withdrawn_on__gte=F("on"), withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
                name="request_answer_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=(Q(outcome="given") & ~Q(text=""))
                | (Q(outcome="part") & ~Q(text="") & ~Q(reason=""))
                | (Q(outcome="refused", version=None) & ~Q(reason="") & ~Q(turn_to=""))
                | (Q(outcome="not_held", version=None) & ~Q(turn_to="")),
                name="request_answer_complete",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None, published_by=None, title="")
                | (Q(published_on__isnull=False, published_on__gte=F("on"), published_by__isnull=False) & ~Q(title="")),
                name="request_answer_published_under_a_title",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.outcome_name}"

    @property
    def outcome_name(self) -> str:
        return self.Outcome(self.outcome).label


class HouseholdCode(models.Model):
    """住户码: the code on one household's slip of paper, and the items that it opens (their codes stay through
    catalogues). The code is stored only keyed and hashed; a household has one at a time."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="household_codes", verbose_name="社区")
    label = models.CharField("住户", max_length=40)
    code_hash = models.CharField("住户码摘要", max_length=64, unique=True)
    item_codes = models.JSONField("可以看的事项")
    made_on = models.DateField("发放日期")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发放人")
    ended_on = models.DateField("作废日期", null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="作废人")

    class Meta:
        verbose_name = "住户码"
        verbose_name_plural = "住户码"
        ordering = ("label", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("community", "label"), condition=Q(ended_on=None), name="one_code_a_household"
            ),
            models.CheckConstraint(condition=Q(code_hash__regex=r"^[0-9a-f]{64}$"), name="household_code_hashed"),
            models.CheckConstraint(condition=~Q(label=""), name="household_code_labelled"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None)
                | Q(ended_on__isnull=False, ended_on__gte=F("made_on"), ended_by__isnull=False),
                name="household_code_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class WrongCode(models.Model):
    """输错的住户码: how many codes that nobody has were tried at a community on one day. Who tried isn't known."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="社区")
    on = models.DateField("日期")
    count = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = "输错的住户码"
        verbose_name_plural = "输错的住户码"
        constraints = [models.UniqueConstraint(fields=("community", "on"), name="wrong_codes_of_a_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.count}"
