"""What was taken away from the desk as a file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from mingbai.communities.models import Community, User


class Download(models.Model):
    """下载: one file that somebody who serves took away from the desk, under the name that it had."""

    class Kind(models.TextChoices):
        PACK = "pack", "报表"
        REPORT = "report", "年度报告"
        ARCHIVE = "archive", "年度档案"
        HANDOVER = "handover", "交接清单"

    community = models.ForeignKey(Community, models.PROTECT, related_name="downloads", verbose_name="社区")
    kind = models.CharField("种类", max_length=20)
    name = models.CharField("文件名", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="下载人")
    at = models.DateTimeField("下载时间")

    class Meta:
        verbose_name = "下载"
        verbose_name_plural = "下载"
        ordering = ("-pk",)
        constraints = [models.CheckConstraint(condition=~Q(kind="") & ~Q(name=""), name="download_says_what")]

    def __str__(self) -> str:
        return self.name
