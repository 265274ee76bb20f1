"""Where a version is shown: one posting is one version on one carrier, from when to when, with its evidence."""

from __future__ import annotations

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

    class Meta:
        verbose_name = "张贴"
        verbose_name_plural = "张贴"
        ordering = ("from_on", "pk")
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
