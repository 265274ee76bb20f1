"""What meetings decided, by which steps it is carried out, and what was put right in these entries."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from mingbai.communities.models import Community, User
from mingbai.obligations.models import Obligation
from mingbai.rules.followups import StepState, step_state


class Decision(models.Model):
    """决定: what a meeting decided on one day. ``obligation``: that it be published; several of one meeting share it.

    ``text`` is for the draft; the public reads the version that was reviewed.
    ``owes``: this entry recorded the occurrence itself, so that it goes when the entry turns out to be wrong.
    """

    class Body(models.TextChoices):
        RESIDENTS = "residents", "居民会议"
        REPRESENTATIVES = "representatives", "居民代表会议"
        COMMITTEE = "committee", "居委会"

    community = models.ForeignKey(Community, models.PROTECT, related_name="decisions", verbose_name="社区")
    year = models.PositiveIntegerField("年份")
    number = models.PositiveIntegerField("编号")
    title = models.CharField("决定事项", max_length=100)
    met_on = models.DateField("开会日期")
    decided_by = models.CharField("谁决定的", max_length=20)
    text = models.TextField("决定内容")
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="decisions", verbose_name="应公开")
    owes = models.BooleanField("事由由本条生成")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "决定"
        verbose_name_plural = "决定"
        ordering = ("-met_on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("community", "year", "number"), name="decision_number_once"),
            models.UniqueConstraint(
                fields=("community", "met_on", "title"), condition=Q(voided_at=None), name="decision_recorded_once"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="decision_says_what"),
            models.CheckConstraint(
                condition=Q(decided_by__in=("residents", "representatives", "committee")), name="decision_body_known"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="decision_voided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"{self.year}年第{self.number}号"

    @property
    def body_name(self) -> str:
        return self.Body(self.decided_by).label


class Step(models.Model):
    """落实步骤: what is to be done by a day and who sees to it; done with a result, or dropped with a reason.

    ``obligation``: that its result be published, owed from the day on which it was done.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="steps", verbose_name="决定")
    position = models.PositiveIntegerField("第几步")
    what = models.CharField("做什么", max_length=100)
    planned_on = models.DateField("计划完成日期")
    responsible = models.CharField("负责人", max_length=50)
    done_on = models.DateField("完成日期", null=True)
    result = models.CharField("结果", max_length=200, blank=True)
    dropped_on = models.DateField("决定不再做的日期", null=True)
    drop_reason = models.CharField("不再做的理由", max_length=200, blank=True)
    obligation = models.ForeignKey(Obligation, models.PROTECT, null=True, related_name="steps", verbose_name="应公开")
    owes = models.BooleanField("事由由本条生成", default=False)

    class Meta:
        verbose_name = "落实步骤"
        verbose_name_plural = "落实步骤"
        ordering = ("planned_on", "position")
        constraints = [
            models.UniqueConstraint(fields=("decision", "position"), name="step_position_once"),
            models.CheckConstraint(condition=~Q(what="") & ~Q(responsible=""), name="step_says_what_and_who"),
            models.CheckConstraint(
                condition=Q(done_on=None, result="", obligation=None)
                | (Q(done_on__isnull=False, obligation__isnull=False, dropped_on=None) & ~Q(result="")),
                name="step_done_is_owed",
            ),
            models.CheckConstraint(
                condition=Q(dropped_on=None, drop_reason="") | (Q(dropped_on__isnull=False) & ~Q(drop_reason="")),
                name="step_dropped_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def state(self, today: date) -> StepState:
        return step_state(self.planned_on, done_on=self.done_on, dropped=self.dropped_on is not None, today=today)


class Change(models.Model):
    """改动: what an entry said before and after, and why it was changed. ``step`` None: of the decision itself.

    ``changed_data``: field → what it said before and after, days as ISO dates, empty where there was nothing.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="changes", verbose_name="决定")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="changes", verbose_name="落实步骤")
    changed_data = models.JSONField("改动内容")
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="改动人")
    at = models.DateTimeField("改动时间")

    class Meta:
        verbose_name = "改动"
        verbose_name_plural = "改动"
        ordering = ("pk",)
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="change_says_why")]

    def __str__(self) -> str:
        return f"{self.decision_id}：{self.reason}"


class Application(models.Model):
    """申请: one that the community checks first. It has a kind and a number and nothing that tells whose it is.

    ``course_data``: the stages as they were when it came in, each [name, to be published]. ``batch``: the digest of the
    opened form it came in by, so that a second click is none.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="applications", verbose_name="社区")
    kind = models.CharField("种类", max_length=40)
    year = models.PositiveIntegerField("年份")
    number = models.PositiveIntegerField("编号")
    course_data = models.JSONField("步骤")
    batch = models.CharField("登记批次", max_length=64)

    class Meta:
        verbose_name = "申请"
        verbose_name_plural = "申请"
        ordering = ("year", "number")
        constraints = [
            models.UniqueConstraint(fields=("community", "year", "number"), name="application_number_once"),
            models.CheckConstraint(condition=~Q(kind=""), name="application_has_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年第{self.number}号 {self.kind}"

    @property
    def stages(self) -> list[str]:
        return [name for name, _ in self.course_data]


class Passage(models.Model):
    """进展: an application came to a stage on a day; with an outcome at the last one. Voided with a reason.

    ``obligation``: that it be published, shared by all that came there together.
    """

    class Outcome(models.TextChoices):
        PASSED = "passed", "通过"
        REFUSED = "refused", "没有通过"
        WITHDRAWN = "withdrawn", "本人撤回"

    application = models.ForeignKey(Application, models.PROTECT, related_name="passages", verbose_name="申请")
    position = models.PositiveIntegerField("第几步")
    on = models.DateField("日期")
    outcome = models.CharField("结果", max_length=10, blank=True)
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, null=True, related_name="passages", verbose_name="应公开"
    )
    owes = models.BooleanField("事由由本条生成", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "进展"
        verbose_name_plural = "进展"
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("application", "position"), condition=Q(voided_at=None), name="passage_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("", "passed", "refused", "withdrawn")), name="passage_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="passage_voided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.position} {self.on}"

    @property
    def stage(self) -> str:
        return self.application.stages[self.position - 1]

    @property
    def outcome_name(self) -> str:
        return self.Outcome(self.outcome).label if self.outcome else ""
