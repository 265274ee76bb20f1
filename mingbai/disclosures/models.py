"""What was prepared to meet an obligation, and each published text as an immutable version."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from mingbai.communities.models import Community, User
from mingbai.disclosures.content import Content
from mingbai.obligations.models import Obligation
from mingbai.privacy.findings import Found, Kind, Severity


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
    kind = models.CharField("种类", max_length=20, default="first")
    # Why it was corrected, supplemented or published before its review: said in public.
    reason = models.CharField("说明", max_length=300, blank=True)
    emergency_reason = models.CharField("紧急发布理由", max_length=300, blank=True)
    # Whether the display starts anew with this version, as a first version's and a material correction's does.
    restarts_clock = models.BooleanField("公示期重新计算", default=True)

    class Kind(models.TextChoices):
        FIRST = "first", "公开"
        CORRECTION = "correction", "更正"
        SUPPLEMENT = "supplement", "补充"
        # It says that something will come later: it is shown, but it meets nothing.
        POSTPONEMENT = "postponement", "暂缓公开"

    class Meta:
        verbose_name = "版本"
        verbose_name_plural = "版本"
        ordering = ("-published_at", "-pk")
        indexes = [
            models.Index(fields=("community", "-published_at"), name="version_newest_first"),
            models.Index(fields=("community", "published_on"), name="version_published_in"),
        ]
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
            models.CheckConstraint(
                condition=Q(kind="first") | (Q(kind__in=("correction", "supplement", "postponement")) & ~Q(reason="")),
                name="version_kind_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"

    @property
    def kind_name(self) -> str:
        """公开, 更正 or 补充."""
        return self.Kind(self.kind).label

    @property
    def content(self) -> Content:
        """As it was checked when it was published: no other way leads into the record."""
        return Content(self.content_data["title"], tuple(self.content_data["blocks"]))


class NamesHeld(models.Model):
    """待隐去名单: a version that names persons, from its issue until they leave it. What the sweep looks through."""

    version = models.OneToOneField(
        Version, models.CASCADE, primary_key=True, related_name="names_held", verbose_name="版本"
    )

    class Meta:
        verbose_name = "待隐去名单"
        verbose_name_plural = "待隐去名单"

    def __str__(self) -> str:
        return f"待隐去名单 {self.version_id}"


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


class Draft(models.Model):
    """What is being prepared to meet an obligation, or to correct or supplement what met it.

    Its state is derived: in review while ``submitted_hash`` is the hash of what it says now, so that any later edit
    voids every approval. ``revision`` grows with each save; a save that doesn't know the last one is a conflict.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="drafts", verbose_name="社区")
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="drafts", verbose_name="应公开")
    kind = models.CharField("种类", max_length=20, default="first")
    reason = models.CharField("说明", max_length=300, blank=True)
    material = models.BooleanField("实质性更正", default=True)
    corrects = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="corrections", verbose_name="更正的版本"
    )
    content_data = models.JSONField("内容")
    dated_on = models.DateField("成文日期", null=True)
    # Key of a difference or of something like personal data → the reason for which it stands.
    reasons = models.JSONField("说明理由", default=dict)
    revision = models.PositiveIntegerField("修订", default=1)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="编写人")
    preparers = models.ManyToManyField(User, related_name="+", verbose_name="参与编写的人")
    started_at = models.DateTimeField("开始时间")
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="最后修改人")
    saved_at = models.DateTimeField("最后修改时间")
    submitted_hash = models.CharField("送审摘要", max_length=64, blank=True)
    submitted_at = models.DateTimeField("送审时间", null=True)
    abandoned_at = models.DateTimeField("放弃时间", null=True)
    version = models.OneToOneField(Version, models.PROTECT, null=True, related_name="draft", verbose_name="发布的版本")

    class Meta:
        verbose_name = "草稿"
        verbose_name_plural = "草稿"
        ordering = ("-saved_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("obligation",), condition=Q(version=None, abandoned_at=None), name="one_open_draft"
            ),
            models.CheckConstraint(condition=Q(version=None) | Q(abandoned_at=None), name="draft_ends_once"),
            models.CheckConstraint(
                condition=Q(kind="first", corrects=None) | Q(corrects__isnull=False), name="draft_corrects"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_data.get('title') or '未命名'}（草稿）"

    @property
    def is_open(self) -> bool:
        return self.version_id is None and self.abandoned_at is None

    @property
    def is_absence(self) -> bool:
        """Whether all that it says is that there is nothing, or nothing yet."""
        return Content("", tuple(self.content_data["blocks"])).is_absence


class DraftFile(models.Model):
    """A file attached to a draft; it goes with the version when that is published."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files", verbose_name="草稿")
    name = models.CharField("文件名", max_length=120)
    media_type = models.CharField("类型", max_length=100)
    sha256 = models.CharField("摘要", max_length=64)
    data = models.BinaryField("文件")
    # What in it asks for a stated reason, as found when it was uploaded: [kind, place, excerpt, key].
    found_data = models.JSONField("核对结果", default=list)

    class Meta:
        verbose_name = "草稿附件"
        verbose_name_plural = "草稿附件"
        constraints = [models.UniqueConstraint(fields=("draft", "name"), name="draft_file_named_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def found(self) -> list[Found]:
        return [
            Found(Kind(kind), Severity.CONFIRM, place, excerpt, key) for kind, place, excerpt, key in self.found_data
        ]


class Review(models.Model):
    """One signature under exactly what ``content_hash`` names, or its return with reasons."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="reviews", verbose_name="草稿")
    step = models.CharField("步骤", max_length=20)
    approved = models.BooleanField("通过")
    content_hash = models.CharField("审核的摘要", max_length=64)
    # Element position (as text; "0": the whole) → why it is returned.
    reasons = models.JSONField("退回理由", default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    preparer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="编写人")
    at = models.DateTimeField("审核时间")

    class Meta:
        verbose_name = "审核"
        verbose_name_plural = "审核"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("preparer")) | Q(preparer=None), name="reviewer_is_not_preparer"),
            models.UniqueConstraint(
                fields=("draft", "step", "content_hash"), condition=Q(approved=True), name="step_approved_once"
            ),
            models.UniqueConstraint(
                fields=("draft", "by", "content_hash"), condition=Q(approved=True), name="one_signature_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {'通过' if self.approved else '退回'}"


class Impact(models.Model):
    """个人信息保护影响评估: one screen of record before persons are named; kept three years (个人信息保护法 55, 56)."""

    draft = models.OneToOneField(Draft, models.PROTECT, related_name="impact", verbose_name="草稿")
    ground = models.CharField("法律依据", max_length=300)
    necessity = models.CharField("必要性", max_length=300)
    risk = models.CharField("影响和风险", max_length=300)
    measures = models.CharField("保护措施", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评估人")
    at = models.DateTimeField("评估时间")
    keep_until = models.DateField("保存至")

    class Meta:
        verbose_name = "影响评估"
        verbose_name_plural = "影响评估"

    def __str__(self) -> str:
        return f"{self.draft} 影响评估"


class Withdrawal(models.Model):
    """撤下: a version leaves every carrier before its time, because the law demands it. Two people do it."""

    version = models.OneToOneField(Version, models.PROTECT, related_name="withdrawal", verbose_name="版本")
    kind = models.CharField("种类", max_length=20)
    reason = models.CharField("理由", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("提出时间")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Kind(models.TextChoices):
        PERSONAL_DATA = "personal_data", "含有不应公开的个人信息"
        LEGAL_ORDER = "legal_order", "法律文书或上级责令撤下"

    class Meta:
        verbose_name = "撤下"
        verbose_name_plural = "撤下"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (Q(confirmed_at__isnull=False) & Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("by"))),
                name="withdrawn_by_two",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_with_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=("personal_data", "legal_order")), name="withdrawal_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"撤下 {self.version}"

    def get_kind(self) -> str:
        return self.Kind(self.kind).label


class ItemForm(models.Model):
    """表单: how a community's clerk fills one element, where an administrator has adjusted the packaged form."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="forms", verbose_name="社区")
    item_code = models.CharField("事项编号", max_length=10)
    element = models.PositiveIntegerField("第几项内容")
    form_data = models.JSONField("表单")

    class Meta:
        verbose_name = "表单"
        verbose_name_plural = "表单"
        constraints = [
            models.UniqueConstraint(fields=("community", "item_code", "element"), name="form_once_per_element")
        ]

    def __str__(self) -> str:
        return f"{self.item_code} 第{self.element}项"


class ColumnMemory(models.Model):
    """记住的列: which column of the clerk's own sheet is which column of the form."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="社区")
    item_code = models.CharField("事项编号", max_length=10)
    element = models.PositiveIntegerField("第几项内容")
    columns = models.JSONField("列", default=dict)

    class Meta:
        verbose_name = "记住的列"
        verbose_name_plural = "记住的列"
        constraints = [
            models.UniqueConstraint(fields=("community", "item_code", "element"), name="memory_once_per_element")
        ]

    def __str__(self) -> str:
        return f"{self.item_code} 第{self.element}项"


class SearchEntry(models.Model):
    """检索条目: what of a version can be found. Written with the version, and again when something leaves it.

    Rows of lists of persons are never in it. ``text``: folded, a line for each piece of the content; ``grams``: its
    coded pairs of characters; ``scope``: community, item and year as tokens. The database's own index hangs on these.
    """

    version = models.OneToOneField(
        Version, models.CASCADE, primary_key=True, related_name="search_entry", verbose_name="版本"
    )
    scope = models.CharField("范围", max_length=80)
    text = models.TextField("文字")
    grams = models.TextField("索引")

    class Meta:
        verbose_name = "检索条目"
        verbose_name_plural = "检索条目"

    def __str__(self) -> str:
        return f"检索条目 {self.version_id}"
