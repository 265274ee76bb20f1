"""Where a version is shown: one posting is one version on one carrier, from when to when, with its evidence;
and the boards on which paper hangs, slot by slot."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q

from mingbai.catalogues.models import Carrier
from mingbai.communities.models import Community, User
from mingbai.disclosures.models import Version
from mingbai.rules.state import Shown


class Posting(models.Model):
    """张贴. ``until_on`` is the last day on which it must be on show (None: long-term, until it is replaced).

    ``ended_on`` is the last day on which it was in fact on show, once it has come down.
    """

    class Ended(models.TextChoices):
        EXPIRED = "expired", "公示期满"
        REPLACED = "replaced", "已被新版替换"
        EARLY = "early", "提前撤下"

    community = models.ForeignKey(Community, models.PROTECT, related_name="postings", verbose_name="社区")
    version = models.ForeignKey(Version, models.PROTECT, related_name="postings", verbose_name="版本")
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="postings", verbose_name="载体")
    from_on = models.DateField("自")
    until_on = models.DateField("公示至", null=True)
    legal_floor_days = models.PositiveIntegerField("法定最短天数", null=True)
    evidence = models.CharField("张贴说明", max_length=200, blank=True)
    posted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="张贴人")
    posted_at = models.DateTimeField("登记时间")
    ended_on = models.DateField("撤下日期", null=True)
    ended_as = models.CharField("撤下原因", max_length=20, blank=True)
    # What is known of it beside: filled by postings_with_evidence.
    places: str = ""
    seen: str = ""
    seen_photos: Sequence[Photo] = ()

    class Meta:
        verbose_name = "张贴"
        verbose_name_plural = "张贴"
        ordering = ("from_on", "pk")
        indexes = [models.Index(fields=("community", "until_on"), name="posting_on_show")]
        constraints = [
            models.UniqueConstraint(
                fields=("version", "carrier"), condition=Q(ended_on=None), name="on_show_once_per_carrier"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="posting_until_after_from"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("from_on")), name="posting_ends_after_from"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_as="")
                | Q(ended_on__isnull=False, ended_as__in=("expired", "replaced", "early")),
                name="posting_end_has_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} @ {self.carrier}"

    @property
    def how_it_ended(self) -> str:
        """公示期满, 已被新版替换 or 提前撤下; an empty text while it hangs."""
        return self.Ended(self.ended_as).label if self.ended_as else ""

    @property
    def shown(self) -> Shown:
        """The posting as the value that the rules judge."""
        return Shown(
            carrier=self.carrier.name,
            from_on=self.from_on,
            until_on=self.until_on,
            ended_on=self.ended_on,
            replaced=self.ended_as == self.Ended.REPLACED,
        )


class Board(models.Model):
    """公示栏: one board in one place, of one paper carrier: rows × columns of slots, counted from the upper left.

    A community without boards registers its sheets on the carrier alone.
    """

    class Paper(models.TextChoices):
        A4 = "a4", "A4"
        A3 = "a3", "A3"
        A2 = "a2", "A2"

    community = models.ForeignKey(Community, models.PROTECT, related_name="boards", verbose_name="社区")
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="boards", verbose_name="载体")
    name = models.CharField("名称", max_length=60)
    paper = models.CharField("每格纸张", max_length=2, default="a3")
    landscape = models.BooleanField("横放", default=False)
    rows = models.PositiveSmallIntegerField("行数")
    columns = models.PositiveSmallIntegerField("列数")
    reading_distance_cm = models.PositiveSmallIntegerField("阅读距离（厘米）", default=100)
    # The day from which it isn't used any more; what hung there stays on record.
    closed_on = models.DateField("停用日期", null=True)

    class Meta:
        verbose_name = "公示栏"
        verbose_name_plural = "公示栏"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("community", "name"), condition=Q(closed_on=None), name="board_named_once"),
            models.CheckConstraint(
                condition=Q(rows__gte=1, rows__lte=12, columns__gte=1, columns__lte=24), name="board_of_some_slots"
            ),
            models.CheckConstraint(
                condition=Q(reading_distance_cm__gte=40, reading_distance_cm__lte=500), name="board_read_from_near"
            ),
            models.CheckConstraint(condition=Q(paper__in=("a4", "a3", "a2")), name="board_paper_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int:
        """How many slots there are; they are numbered from 1."""
        return self.rows * self.columns

    @property
    def paper_name(self) -> str:
        return f"{self.Paper(self.paper).label}{'横放' if self.landscape else '竖放'}"

    @property
    def print_as(self) -> str:
        """The paper as a sheet's address names it."""
        return f"{self.paper}-landscape" if self.landscape else self.paper


class Hanging(models.Model):
    """挂出: one slot that a posting takes on a board, from when to when. A row only ever gets its end.

    The posting says what counts; where it hangs says where to look for it.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="hangings", verbose_name="张贴")
    board = models.ForeignKey(Board, models.PROTECT, related_name="hangings", verbose_name="公示栏")
    slot = models.PositiveSmallIntegerField("第几格")
    from_on = models.DateField("自")
    ended_on = models.DateField("至", null=True)

    class Meta:
        verbose_name = "挂出"
        verbose_name_plural = "挂出"
        ordering = ("board", "slot", "pk")
        constraints = [
            models.UniqueConstraint(fields=("board", "slot"), condition=Q(ended_on=None), name="one_sheet_in_a_slot"),
            models.CheckConstraint(condition=Q(slot__gte=1), name="slots_count_from_one"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("from_on")), name="hanging_ends_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board} 第{self.slot}格"


class Photo(models.Model):
    """张贴照片: taken on one's own account, encoded anew, so that it knows no place and no person but what it shows."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="photos", verbose_name="张贴")
    data = models.BinaryField("照片")
    # Ticked by the clerk; without it only those who serve see the picture.
    is_public = models.BooleanField("可公开", default=False)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "张贴照片"
        verbose_name_plural = "张贴照片"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.posting} 照片"


class Sighting(models.Model):
    """扫码看到: how often the QR of a sheet was opened on one day. Nothing is known of who opened it."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="sightings", verbose_name="版本")
    on = models.DateField("日期")
    count = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = "扫码看到"
        verbose_name_plural = "扫码看到"
        constraints = [
            models.UniqueConstraint(fields=("version", "on"), name="one_row_a_sheet_and_day"),
            models.CheckConstraint(condition=Q(count__gte=1), name="seen_at_least_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.on} {self.count}"


class Hold(models.Model):
    """公示期内异议: what somebody objected to while the objection window ran; the matter waits for its outcome.

    ``reference``: what the objection is called in public. ``from_on``, ``until_on``: the window as it stood that day.
    ``outcome_at``: when its first outcome was published.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="holds", verbose_name="版本")
    reference = models.CharField("异议编号", max_length=20)
    from_on = models.DateField("公示期第一天")
    until_on = models.DateField("公示期最后一天")
    received_on = models.DateField("收到日期")
    outcome_at = models.DateTimeField("公布处理结果时间", null=True)

    class Meta:
        verbose_name = "公示期内异议"
        verbose_name_plural = "公示期内异议"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(received_on__gte=F("from_on"), received_on__lte=F("until_on")),
                name="objected_in_the_window",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
