"""What supervision looks at: figures that were counted once and kept. Every number leads back to the records."""

from __future__ import annotations

from django.db import models

from mingbai.communities.models import Community


class Figures(models.Model):
    """统计: how one community stood at the end of a day, for the occurrences of one year. Derived, and derived again.

    For a past day it never changes: it counts what was known then. For the present day it holds while ``revision`` is
    the community's. ``by_item``: item code → counts in the order of ``rules.figures.Bucket``; ``by_month``: the same.
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
