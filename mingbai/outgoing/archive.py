"""A year for the archive: every sheet, file and table of it, the report, and an index with how long each is kept.

One file after another goes into the zip, so no more than one is in memory; it can be sent while it is made. The same
records give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from django.db.models import QuerySet

from mingbai.carriers.queries import last_day_on_show
from mingbai.carriers.report_paper import report_pdf
from mingbai.carriers.reports import report_of
from mingbai.carriers.sheet import UnprintableText, render_pdf
from mingbai.carriers.sheets import sheet_of_version
from mingbai.disclosures.models import Attachment, Version
from mingbai.disclosures.queries import content_on
from mingbai.outgoing import facts
from mingbai.outgoing.addresses import address
from mingbai.outgoing.dictionary import dictionary
from mingbai.outgoing.rows import ROWS, Wanted
from mingbai.outgoing.spreadsheets import csv_lines
from mingbai.residents.queries import echoes_on
from mingbai.rules.days import chinese_date

TABLES = {
    "versions": "公开的各版",
    "obligations": "应公开的各项",
    "postings": "各次张贴",
    "decisions": "各个决定",
    "steps": "各个决定落实的各步",
    "applications": "各种申请办到哪一步的件数",
    "requests": "各件公开申请",
}
HEADINGS = (
    "文件",
    "题名",
    "短码",
    "索引号",
    "发布日期",
    "内容摘要",
    "保管期限",
    "保管期限的依据",
    "姓名留到",
    "文件的SHA-256",
    "字节数",
    "说明",
)
NOT_STATED = "未载明"
EVERYTHING_ELSE = "*"
# Zip files hold no time zone and nothing before 1980: one moment for all, so that nothing tells when it was made.
MOMENT = (1980, 1, 1, 0, 0, 0)
README = """{community}{year}年居务公开档案

制作日期：{day}。全部由公开记录生成，居民看不到的内容不在里面。

sheets/        每一版公开内容的公示单（PDF/A，可长期保存）
files/         每一版的附件原件
report-{year}.pdf  年度报告
{tables}
fields.csv     以上各表各个字段的意思
index.csv      以上每个文件：题名、短码、内容摘要、保管期限、SHA-256

核对：用 sha256sum 算出文件的 SHA-256，和 index.csv 里的比。
保管期限：{retention}
姓名：公示期还没有满的名单，公示单上有姓名，index.csv“姓名留到”写着到哪一天。过了这一天请重新制作一份，替换这一份。
已经撤下的只有一行记录，没有公示单和附件。
"""


class RetentionError(ValueError):
    """A list of retention periods that can't be used; the message says which line and what to do."""


@dataclass(frozen=True, slots=True)
class Retention:
    period: str
    ground: str


@dataclass(slots=True)
class Made:
    """What an archive holds, and what couldn't be printed and why."""

    versions: int
    files: int
    unprinted: list[str]


def read_retention(path: Path) -> dict[str, Retention]:
    """Item code (or ``*``: everything else) → how long it is kept, from a CSV of 事项编号, 保管期限, 依据.

    Raises RetentionError.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RetentionError(f"“{path}”读不了，请存成 UTF-8 的 CSV 文件。") from error
    return retention_of(data, str(path))


def retention_of(data: bytes, name: str) -> dict[str, Retention]:
    """The same of a file's bytes; ``name`` is what an error calls it. Raises RetentionError."""
    try:
        rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RetentionError(f"“{name}”读不了，请存成 UTF-8 的 CSV 文件。") from error
    found: dict[str, Retention] = {}
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[0] == "事项编号"):
            continue
        if len(cells) != 3 or not all(cells):
            raise RetentionError(f"“{name}”第 {number} 行：要有三格，事项编号、保管期限、依据，都要填。")
        if cells[0] in found:
            raise RetentionError(f"“{name}”第 {number} 行：事项 {cells[0]} 前面已经写过了。")
        found[cells[0]] = Retention(cells[1], cells[2])
    return found


class _Written:
    """What the zip is written to: a file that is never gone back in, so that it comes out the same when it is sent."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since it was asked for last."""
        data, self.parts = b"".join(self.parts), []
        return data


class _Zip:
    """A zip that is written in one go, with an index of what it holds."""

    def __init__(self, retention: Mapping[str, Retention]) -> None:
        self.out = _Written()
        self.zip = zipfile.ZipFile(cast("IO[bytes]", self.out), "w", zipfile.ZIP_DEFLATED)
        self.retention = retention
        self.index: list[list[Any]] = []

    def put(self, name: str, parts: Iterable[bytes], title: str, **about: Any) -> None:
        """A file, part by part, and its line in the index."""
        hashed, size = hashlib.sha256(), 0
        with self.zip.open(_entry(name), "w") as entry:
            for part in parts:
                hashed.update(part)
                size += len(part)
                entry.write(part)
        self.list(name, title, sha256=hashed.hexdigest(), size=size, **about)

    def list(
        self,
        name: str,
        title: str,
        *,
        item: str = EVERYTHING_ELSE,
        version: Version | None = None,
        names_until: Any = "",
        sha256: str = "",
        size: int | str = "",
        note: str = "",
    ) -> None:
        kept = self.retention.get(item) or self.retention.get(EVERYTHING_ELSE) or Retention(NOT_STATED, "")
        of_version = ["", "", "", ""] if version is None else _of(version)
        self.index.append([name, title, *of_version, kept.period, kept.ground, names_until, sha256, size, note])

    def close(self, readme: str) -> None:
        """Write the index, which lists everything but itself."""
        self.put("说明.txt", [readme.encode()], "说明")
        with self.zip.open(_entry("index.csv"), "w") as entry:
            for line in csv_lines(HEADINGS, self.index):
                entry.write(line)
        self.zip.close()


def _of(version: Version) -> list[Any]:
    return [version.code, version.index_number, version.published_on, version.digest]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry


def write_archive(
    out: IO[bytes],
    wanted: Wanted,
    retention: Mapping[str, Retention],
    *,
    font_dir: str = "",
    say: Callable[[int], None] = lambda done: None,
) -> Made:
    """The archive of a year as it may be shown on the day that it is made. ``say``: how many versions are done."""
    made = Made(0, 0, [])
    for part in archive_parts(wanted, retention, font_dir=font_dir, made=made):
        out.write(part)
        say(made.versions)
    return made


def archive_parts(
    wanted: Wanted, retention: Mapping[str, Retention], *, font_dir: str = "", made: Made | None = None
) -> Iterator[bytes]:
    """The same while it is made: first what is of the whole year, then a part for each version, then the index.
    ``made`` is told how far it is."""
    made = made if made is not None else Made(0, 0, [])
    community, year = wanted.community, wanted.year
    zipped = _Zip(retention)
    for name, title in TABLES.items():
        zipped.put(f"{name}.csv", _table(name, wanted), f"{year}年{title}")
    zipped.put("fields.csv", _fields(), "各表字段的意思")
    report = report_of(community, year, wanted.today)
    page = address(wanted.base, "report", community.slug, year)
    zipped.put(f"report-{year}.pdf", [report_pdf(report, community, page, font_dir=font_dir)], f"{year}年年度报告")
    yield zipped.out.taken()
    for version in versions_of(wanted).iterator(chunk_size=facts.AT_A_TIME):
        reason = _put_version(zipped, version, wanted, font_dir)
        made.unprinted += [reason] if reason else []
        made.versions += 1
        yield zipped.out.taken()
    made.files = len(zipped.index)
    about = (
        "按所附的保管期限表。"
        if retention
        else f"记录里没有写，index.csv 里写作“{NOT_STATED}”，请按档案部门的规定填写。"
    )
    tables = "\n".join(f"{name + '.csv':<15}{title}" for name, title in TABLES.items())
    zipped.close(
        README.format(
            tables=tables, community=community.name, year=year, day=chinese_date(wanted.today), retention=about
        )
    )
    yield zipped.out.taken()


def versions_of(wanted: Wanted) -> QuerySet[Version]:
    """What was published in the year, in the order in which it was."""
    told = facts.told(wanted.community).filter(published_on__year=wanted.year)
    return told.order_by("published_at", "pk")


def _put_version(zipped: _Zip, version: Version, wanted: Wanted, font_dir: str) -> str:
    """The sheet and the files of a version; why there is no sheet, where there is none that could be printed."""
    item, title = version.disclosure.obligation.occurrence.item.code, facts.title_of(version)
    withdrawal = facts.withdrawal_of(version)
    if withdrawal is not None:
        zipped.list("", title, item=item, version=version, note=f"已撤下：{withdrawal.reason}")
        return ""
    last = last_day_on_show(version.postings.all())
    names = ("长期" if last is None else last) if content_on(version, last, wanted.today).has_persons else ""
    reason, name = "", f"sheets/{version.published_on}-{version.code}.pdf"
    try:
        sheet = sheet_of_version(version, wanted.today, wanted.base, echoes_on(version, wanted.today))
        zipped.put(name, [render_pdf(sheet, font_dir=font_dir)], title, item=item, version=version, names_until=names)
    except UnprintableText as error:
        reason = f"《{title}》（{version.code}）：{error}"
        zipped.list("", title, item=item, version=version, note=f"没有公示单：{error}")
    for place, file in enumerate(Attachment.objects.filter(version=version).order_by("pk"), 1):
        inside = f"files/{version.published_on}-{version.code}-{place}{_suffix(file.name)}"
        zipped.put(inside, [bytes(file.data)], file.name, item=item, version=version, note=f"《{title}》的附件")
    return reason


def _suffix(name: str) -> str:
    """The end of a file's name, where it is one that every system takes."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 6 else ""


def _table(name: str, wanted: Wanted) -> Iterator[bytes]:
    rows = ROWS[name]
    fields = list(rows.shape.model_fields)
    return csv_lines(fields, ([fact[field] for field in fields] for fact in rows.of(wanted)))


def _fields() -> Iterator[bytes]:
    entries = ((name, entry) for name in TABLES for entry in dictionary(ROWS[name].shape))
    told = ([f"{name}.csv", entry.name, entry.type, entry.meaning, entry.source] for name, entry in entries)
    return csv_lines(("文件", "字段", "类型", "意思", "来源"), told)
