"""The adopted catalogue: versions, items, elements, duties and the carriers that they name."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mingbai.communities.models import Community, User
from mingbai.rules.catalogue import Audience, Mode
from mingbai.rules.duties import Duty as DutyValue


class Carrier(models.Model):
    """载体: where a community's disclosures are shown."""

    class Kind(models.TextChoices):
        PAPER_BOARD = "paper_board", "纸质公示栏"
        DIGITAL = "digital", "数字平台"
        OTHER = "other", "其他载体"

    community = models.ForeignKey(Community, models.PROTECT, related_name="carriers", verbose_name="社区")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("种类", max_length=20)

    class Meta:
        verbose_name = "载体"
        verbose_name_plural = "载体"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("community", "name"), name="carrier_named_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("paper_board", "digital", "other")), name="carrier_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueVersion(models.Model):
    """标准目录的一版: as adopted, its source document kept. A community follows exactly one at a time."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="catalogue_versions", verbose_name="社区")
    number = models.PositiveIntegerField("版次")
    title = models.CharField("标题", max_length=200)
    source_name = models.CharField("来源文件名", max_length=200)
    source = models.BinaryField("来源文件")
    source_sha256 = models.CharField("来源文件摘要", max_length=64)
    adopted_on = models.DateField("采用日期")
    adopted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="采用人")
    superseded_on = models.DateField("被替换日期", null=True)
    warnings = models.JSONField("读取提示", default=list)

    class Meta:
        verbose_name = "目录版本"
        verbose_name_plural = "目录版本"
        constraints = [
            models.UniqueConstraint(fields=("community", "number"), name="catalogue_number_once"),
            models.UniqueConstraint(
                fields=("community",), condition=Q(superseded_on=None), name="one_catalogue_in_force"
            ),
            models.CheckConstraint(
                condition=Q(superseded_on=None) | Q(superseded_on__gte=F("adopted_on")), name="catalogue_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"


class Item(models.Model):
    """公开事项: one row. ``code`` stays the same across versions of the catalogue."""

    catalogue = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="items", verbose_name="目录版本")
    code = models.CharField("事项编号", max_length=10)
    number = models.PositiveIntegerField("序号")
    level1 = models.CharField("一级事项", max_length=100, blank=True)
    level2 = models.CharField("二级事项", max_length=100, blank=True)
    level3 = models.CharField("三级事项", max_length=100, blank=True)
    inherited = models.JSONField("承上", default=list)
    name = models.CharField("事项名称", max_length=200)
    time_limit_text = models.CharField("公开时限", max_length=300)
    doubts = models.JSONField("存疑", default=list)
    body = models.CharField("公开主体", max_length=120, blank=True)
    audience = models.JSONField("公开对象")
    modes = models.JSONField("公开方式")
    is_public = models.BooleanField("向全社会主动公开")
    legal_basis = models.TextField("公开依据", blank=True)
    tier = models.CharField("公开层级", max_length=60, blank=True)
    carriers = models.ManyToManyField(Carrier, related_name="items", verbose_name="公开载体")

    class Meta:
        verbose_name = "公开事项"
        verbose_name_plural = "公开事项"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("catalogue", "code"), name="item_code_once"),
            models.UniqueConstraint(fields=("catalogue", "number"), name="item_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_for_specific_parties(self) -> bool:
        """特定对象: shown without being asked, but not to everybody; households read it by their codes."""
        return not self.is_public and Audience.SPECIFIC_PARTIES in self.audience and Mode.PROACTIVE in self.modes


class Element(models.Model):
    """公开内容（要素）: one numbered thing that the disclosure must contain."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="elements", verbose_name="事项")
    position = models.PositiveIntegerField("序")
    text = models.TextField("内容")

    class Meta:
        verbose_name = "公开内容"
        verbose_name_plural = "公开内容"
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("item", "position"), name="element_position_once")]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"


class Duty(models.Model):
    """One duty stated by an item's time limit: trigger, due and display, as parsed from the phrase."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="duties", verbose_name="事项")
    position = models.PositiveIntegerField("序")
    applies_to = models.CharField("适用于", max_length=100, blank=True)
    trigger = models.CharField("起算", max_length=30)
    due = models.JSONField("期限")
    display = models.JSONField("公示期")
    element_positions = models.JSONField("涉及内容", default=list)

    class Meta:
        verbose_name = "公开要求"
        verbose_name_plural = "公开要求"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=("item", "position"), name="duty_position_once"),
            models.CheckConstraint(
                condition=Q(
                    trigger__in=(
                        "change",
                        "formation",
                        "formation_or_change",
                        "accounting_period",
                        "month",
                        "quarter",
                        "half_year",
                        "year",
                        "none",
                    )
                ),
                name="duty_trigger_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.applies_to or '全部内容'}"

    @property
    def value(self) -> DutyValue:
        return DutyValue.from_json(
            {
                "applies_to": self.applies_to or None,
                "trigger": self.trigger,
                "due": self.due,
                "display": self.display,
            }
        )

    @property
    def is_long_term(self) -> bool:
        return bool(self.display["kind"] == "long_term")
