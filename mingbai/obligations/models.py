"""What happened (occurrences) and what is therefore owed (obligations); notices of working days."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mingbai.catalogues.models import Duty, Item
from mingbai.communities.models import Community, User
from mingbai.rules.schedule import Schedule
from mingbai.rules.workdays import YearTable


class WorkingYear(models.Model):
    """A notice of the State Council that an operator loaded: it replaces the packaged or projected year."""

    year = models.PositiveIntegerField("年份")
    table_data = models.JSONField("放假安排")
    text = models.TextField("通知原文")
    loaded_at = models.DateTimeField("载入时间")
    loaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="载入人")

    class Meta:
        verbose_name = "放假安排"
        verbose_name_plural = "放假安排"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.year}年"

    @property
    def table(self) -> YearTable:
        return YearTable.from_json(self.table_data)


class Occurrence(models.Model):
    """One event of a duty's trigger, on one day. Voided with a reason, never deleted."""

    class Kind(models.TextChoices):
        EVENT = "event", "信息形成或变更"
        PERIOD = "period", "会计期间届满"
        ADOPTION = "adoption", "采用目录"
        SILENCE = "silence", "本季度无事项发生"
        ORDER = "order", "街道责令公布"

    community = models.ForeignKey(Community, models.PROTECT, related_name="occurrences", verbose_name="社区")
    item = models.ForeignKey(Item, models.PROTECT, related_name="occurrences", verbose_name="事项")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="occurrences", verbose_name="公开要求")
    kind = models.CharField("种类", max_length=20)
    on = models.DateField("日期")
    what = models.CharField("事由", max_length=200)
    # By when the subdistrict ordered it; None for what wasn't ordered.
    ordered_due_on = models.DateField("责令公布的最迟日期", null=True)
    # A stage that is called 公示: people can object as long as it is shown, whatever the phrase of the item says.
    opens_window = models.BooleanField("公示征求异议", default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "事由"
        verbose_name_plural = "事由"
        ordering = ("on", "pk")
        indexes = [
            # Few are voided: to know which hides nothing of the many.
            models.Index(fields=("community",), condition=Q(voided_at__isnull=False), name="occurrence_voided"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("event", "period", "adoption", "silence", "order")), name="occurrence_kind_known"
            ),
            # What the calendar makes, it makes once: a second run of the same night changes nothing.
            models.UniqueConstraint(
                fields=("duty", "kind", "on"), condition=~Q(kind__in=("event", "order")), name="occurrence_made_once"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="voided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind="order", ordered_due_on__isnull=False, ordered_due_on__gte=F("on"))
                | (~Q(kind="order") & Q(ordered_due_on=None)),
                name="ordered_by_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.what}"


class Obligation(models.Model):
    """应公开: one duty × one occurrence. Never typed: ``due_on`` and its explanation are always derived.

    ``continues``: what the matter went through before; it isn't published while objections to these wait.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="obligations", verbose_name="社区")
    occurrence = models.OneToOneField(Occurrence, models.PROTECT, related_name="obligation", verbose_name="事由")
    continues = models.ManyToManyField("self", symmetrical=False, related_name="continued_by", verbose_name="前一步")
    due_on = models.DateField("应公开日期", null=True, db_index=True)
    certain = models.BooleanField("日期确定")
    schedule_data = models.JSONField("推算过程")
    profile = models.CharField("法律口径版本", max_length=60)
    calendar_version = models.CharField("日历版本", max_length=64)
    derived_at = models.DateTimeField("推算时间")

    class Meta:
        verbose_name = "应公开"
        verbose_name_plural = "应公开"
        ordering = ("due_on", "pk")

    def __str__(self) -> str:
        return f"{self.occurrence} → {self.due_on or '期限未载明'}"

    @property
    def schedule(self) -> Schedule:
        return Schedule.from_json(self.schedule_data)


class Made(models.Model):
    """已生成到: through which day everything that the calendar makes is there, and as of which event of the community.

    Derived. While no month has ended since and nothing else has happened there, nothing new can be owed.
    """

    community = models.OneToOneField(
        Community, models.CASCADE, primary_key=True, related_name="made", verbose_name="社区"
    )
    through = models.DateField("已生成到")
    event = models.PositiveBigIntegerField("依据的记录")

    class Meta:
        verbose_name = "已生成到"
        verbose_name_plural = "已生成到"

    def __str__(self) -> str:
        return f"{self.community_id} {self.through}"


class EarlierAnswer(models.Model):
    """What an obligation's due day was before a notice changed it: kept beside the new answer."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="earlier_answers", verbose_name="应公开")
    due_on = models.DateField("原应公开日期", null=True)
    certain = models.BooleanField("原日期确定")
    schedule_data = models.JSONField("原推算过程")
    profile = models.CharField("原法律口径版本", max_length=60)
    calendar_version = models.CharField("原日历版本", max_length=64)
    derived_at = models.DateTimeField("原推算时间")
    replaced_at = models.DateTimeField("被替换时间")

    class Meta:
        verbose_name = "原推算"
        verbose_name_plural = "原推算"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.due_on}"
