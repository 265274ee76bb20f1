"""What was prepared to meet an obligation, and each published text as an immutable version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mingbai.communities.models import Community, User
from mingbai.disclosures.content import Content, read_content
from mingbai.obligations.models import Obligation


class Disclosure(models.Model):
    """公开信息: what meets one obligation. A statement of absence is one too."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="disclosures", verbose_name="社区")
    obligation = models.OneToOneField(Obligation, models.PROTECT, related_name="disclosure", verbose_name="应公开")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="起草人")
    created_at = models.DateTimeField("起草时间")

    class Meta:
        verbose_name = "公开信息"
        verbose_name_plural = "公开信息"

    def __str__(self) -> str:
        return f"公开信息 {self.pk}"


class Version(models.Model):
    """One published text. The database lets nothing change it but the reduction of personal lists, once.

    ``digest`` is the SHA-256 of ``nonce`` and the canonical bundle of content and attachments' hashes. When names
    leave, the bundle and the nonce leave with them; the digest stays as the record's word for what was published.
    """

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="versions", verbose_name="公开信息")
    community = models.ForeignKey(Community, models.PROTECT, related_name="versions", verbose_name="社区")
    number = models.PositiveIntegerField("版本")
    code = models.CharField("短码", max_length=8, unique=True)
    index_number = models.CharField("索引号", max_length=60)
    title = models.CharField("标题", max_length=200)
    content_data = models.JSONField("内容")
    nonce = models.CharField("盐", max_length=32, blank=True)
    digest = models.CharField("摘要", max_length=64)
    dated_on = models.DateField("成文日期")
    published_on = models.DateField("发布日期")
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="替换的版本"
    )
    reduced_at = models.DateTimeField("隐去个人信息时间", null=True)

    class Meta:
        verbose_name = "版本"
        verbose_name_plural = "版本"
        ordering = ("-published_at", "-pk")
        indexes = [models.Index(fields=("community", "-published_at"), name="version_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=("disclosure", "number"), name="version_number_once"),
            models.UniqueConstraint(fields=("community", "index_number"), name="index_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_one"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="version_digest"),
            models.CheckConstraint(
                condition=Q(reduced_at=None, nonce__regex=r"^[0-9a-f]{32}$") | Q(reduced_at__isnull=False, nonce=""),
                name="nonce_leaves_with_names",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("pk")), name="version_not_its_own_successor"),
            models.CheckConstraint(condition=Q(dated_on__lte=F("published_on")), name="version_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"

    @property
    def content(self) -> Content:
        return read_content(self.content_data)


class Attachment(models.Model):
    """A file of a version, kept in the database so that publishing it is one transaction."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="attachments", verbose_name="版本")
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=100)
    sha256 = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    data = models.BinaryField("文件")

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        constraints = [
            models.UniqueConstraint(fields=("version", "name"), name="attachment_name_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="attachment_digest"),
        ]

    def __str__(self) -> str:
        return self.name
