"""One element of a draft, with its own form; nothing is lost when somebody else saved in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.desk.common import PREPARERS, draft_or_404, me, page
from mingbai.desk.drafting import revision_of
from mingbai.disclosures.actions import Upload
from mingbai.disclosures.content import MEETING_FIELDS, STATEMENTS
from mingbai.disclosures.drafts import Conflict, NotDraftable, remember_columns, save_draft, upload_of
from mingbai.disclosures.models import Draft
from mingbai.disclosures.queries import elements_of, forms_of, remembered_columns
from mingbai.privacy.files import NotAllowed, rebuild
from mingbai.reading.prose import NotProse, read_prose
from mingbai.reading.tables import NotATable, fill, header_row, match_columns, paste_table, read_table
from mingbai.rules.arithmetic import canonical_money, check_block
from mingbai.rules.forms import Column, ElementForm

KINDS = {
    "paragraphs": "文字",
    "table": "表格",
    "person_list": "名单",
    "meeting": "会议",
    "attachment": "附件",
    "nothing": "本期无、不适用",
}
SPARE_ROWS = 3
MAX_UPLOAD = 10 * 1024 * 1024


def _places(request: HttpRequest, slug: str, pk: int, position: int) -> tuple[Draft, str, ElementForm]:
    draft = draft_or_404(request, slug, pk, PREPARERS)
    elements = elements_of(draft.obligation)
    if position not in elements:
        raise Http404("没有这一项内容")
    return draft, elements[position], forms_of(draft.community, draft.obligation.occurrence.item)[position]


def element(request: HttpRequest, slug: str, pk: int, position: int) -> HttpResponse:
    draft, text, form = _places(request, slug, pk, position)
    block = next((one for one in draft.content_data["blocks"] if one["element"] == position), None)
    if request.method != "POST":
        return _shown(request, draft, position, text, form, block, kind=request.GET.get("as"))
    if "clear" in request.POST:
        typed: dict[str, Any] | None = None
        files: list[Upload] = []
    else:
        try:
            typed, files = read_typed(request, form, block, position)
        except (NotAllowed, NotProse, NotATable) as error:
            typed, _ = read_typed(request, form, block, position, files=False)
            return _shown(request, draft, position, text, form, typed, error=str(error), status=422)
    automatic = request.headers.get("X-Autosave") == "1"
    try:
        saved = save_draft(
            draft=draft,
            revision=revision_of(request),
            by=me(request),
            at=timezone.now(),
            element=position,
            block=typed,
            files=files,
        )
    except Conflict as conflict:
        if automatic:
            return HttpResponse(str(conflict), status=409, content_type="text/plain; charset=utf-8")
        theirs = next((one for one in conflict.draft.content_data["blocks"] if one["element"] == position), None)
        return _shown(
            request, conflict.draft, position, text, form, typed, error=str(conflict), theirs=theirs, status=409
        )
    except NotDraftable as error:
        return _shown(request, draft, position, text, form, typed, error=str(error), status=422)
    if automatic:
        return HttpResponse(status=204, headers={"X-Revision": str(saved.revision)})
    messages.success(request, "已保存。")
    if "more" in request.POST:
        return redirect(f"{request.path}?rows=10")
    return redirect("desk_draft", slug, pk)


def _shown(
    request: HttpRequest,
    draft: Draft,
    position: int,
    text: str,
    form: ElementForm,
    block: Mapping[str, Any] | None,
    *,
    kind: str | None = None,
    error: str = "",
    theirs: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    chosen = kind if kind in KINDS else (block["kind"] if block is not None else form.kind)
    same = block if block is not None and block["kind"] == chosen else None
    table = chosen in ("table", "person_list")
    spare = 10 if request.GET.get("rows") == "10" else SPARE_ROWS
    columns = (same["columns"] if same is not None else _columns(form)) if table else []
    differences = check_block(form, same, None) if table and same is not None else []
    context = {
        "draft": draft,
        "position": position,
        "text": text,
        "form": form,
        "block": same,
        "kind": chosen,
        "kinds": KINDS,
        "heading": (same or {}).get("heading") or form.heading,
        "columns": columns,
        "rows": _grid((same or {}).get("rows", []), len(columns), spare) if table else [],
        "total": (same or {}).get("total") or [""] * len(columns),
        "has_total": form.total or bool((same or {}).get("total")),
        "ground": (same or {}).get("ground") or form.ground or "",
        "meeting_fields": [(name, label, (same or {}).get(name, "")) for name, label in MEETING_FIELDS.items()],
        "statements": STATEMENTS,
        "lines": "\n".join((same or {}).get("paragraphs", [])),
        "topics": "\n".join((same or {}).get("topics", [])),
        "differences": differences,
        "error": error,
        "theirs": theirs,
    }
    return page(request, "element", draft.community, context, status)


def _columns(form: ElementForm) -> list[dict[str, str]]:
    return [{"label": column.label, "type": column.type} for column in form.columns]


def _grid(rows: Sequence[Sequence[str]], width: int, spare: int) -> list[list[str]]:
    return [*map(list, rows), *([""] * width for _ in range(spare))] if width else []


def read_typed(
    request: HttpRequest, form: ElementForm, block: Mapping[str, Any] | None, position: int, *, files: bool = True
) -> tuple[dict[str, Any], list[Upload]]:
    """The block that the posted form says, as typed; and the files that came with it.

    Raises NotAllowed for a file that can't be published, NotProse for a document that can't be read.
    """
    posted = request.POST
    kind = posted.get("kind", form.kind)
    if kind not in KINDS:
        kind = form.kind
    read: dict[str, Any] = {
        "element": position,
        "heading": posted.get("heading", "").strip()[:80] or form.heading,
        "kind": kind,
    }
    uploads: list[Upload] = []
    if kind == "paragraphs":
        read["paragraphs"] = [line.strip() for line in posted.get("text", "").splitlines() if line.strip()]
        given = request.FILES.get("file")
        if files and isinstance(given, UploadedFile):
            read["paragraphs"] += read_prose(given.name or "", _bytes_of(given))
    elif kind in ("table", "person_list"):
        read |= _typed_table(posted, form, block)
        if kind == "person_list":
            read["ground"] = posted.get("ground", "").strip()[:300]
    elif kind == "meeting":
        read |= {name: posted.get(name, "").strip()[:200] for name in MEETING_FIELDS}
        read["topics"] = [line.strip() for line in posted.get("topics", "").splitlines() if line.strip()]
    elif kind == "nothing":
        read |= {
            "statement": posted.get("statement", ""),
            "reason": posted.get("reason", "").strip()[:300],
            "until": posted.get("until") or None,
        }
    else:
        kept = block["files"] if block is not None and block["kind"] == "attachment" else []
        read["files"] = [file for file in kept if f"drop-{file['name']}" not in posted]
        if files:
            for given in request.FILES.getlist("file"):
                upload, line = _checked(given)
                uploads.append(upload)
                read["files"] = [file for file in read["files"] if file["name"] != upload.name] + [line]
    return read, uploads


def _typed_table(posted: Mapping[str, str], form: ElementForm, block: Mapping[str, Any] | None) -> dict[str, Any]:
    same = block is not None and block["kind"] in ("table", "person_list")
    columns = list(block["columns"]) if same and block is not None else _columns(form)
    try:
        count = min(int(posted.get("rows", "0")), 2000)
    except ValueError:
        count = 0
    rows = []
    for row in range(count):
        cells = [_cell(posted.get(f"c-{row}-{place}", ""), column["type"]) for place, column in enumerate(columns)]
        if any(cells):
            rows.append(cells)
    total = [_cell(posted.get(f"t-{place}", ""), column["type"]) for place, column in enumerate(columns)]
    return {
        "columns": columns,
        "rows": rows,
        "total": total if any(total) else None,
        "caption": posted.get("caption", "").strip()[:200] or None,
    }


def _cell(text: str, kind: str) -> str:
    text = text.strip()
    if kind != "money" or not text:
        return text
    try:
        return canonical_money(text)
    except ValueError:
        return text


def _bytes_of(given: UploadedFile[bytes]) -> bytes:
    if (given.size or 0) > MAX_UPLOAD:
        raise NotAllowed(f"文件“{given.name}”超过10兆字节，请压缩后再上传。")
    return bytes(given.read())


def _checked(given: UploadedFile[bytes]) -> tuple[Upload, dict[str, Any]]:
    """A file fit to be published: rebuilt where it can hide something. What it says is looked through when saved."""
    return upload_of(*rebuild((given.name or "附件").replace("/", "_"), _bytes_of(given)))


def bring_in(request: HttpRequest, slug: str, pk: int, position: int) -> HttpResponse:
    """A table from a file or from the clipboard, its columns matched to the form's."""
    draft, text, form = _places(request, slug, pk, position)
    if request.method != "POST":
        raise Http404("没有这一页")
    block = next((one for one in draft.content_data["blocks"] if one["element"] == position), None)
    try:
        rows = _incoming(request)
        columns = form.columns or _plain_columns(rows)
        remembered = remembered_columns(draft.community, draft.obligation.occurrence.item, position)
        at = header_row(rows, columns)
        header = rows[at] if at is not None else rows[0]
        if "apply" in request.POST:
            chosen = {
                header[int(request.POST[f"col-{place}"])]: column.label
                for place, column in enumerate(columns)
                if request.POST.get(f"col-{place}", "").isdigit() and int(request.POST[f"col-{place}"]) < len(header)
            }
            remembered = {**remembered, **chosen}
        matching = match_columns(header, columns, remembered)
        if None in matching.columns and "apply" not in request.POST:
            return _ask_columns(request, draft, position, text, columns, header, rows, matching.columns)
        filled, total = fill(rows, at if at is not None else 0, matching, columns)
    except (NotATable, NotAllowed) as error:
        return _shown(request, draft, position, text, form, block, kind="table", error=str(error), status=422)
    kind = form.kind if form.kind in ("table", "person_list") else "table"
    typed: dict[str, Any] = {
        "element": position,
        "heading": (block or {}).get("heading") or form.heading,
        "kind": kind,
        "caption": (block or {}).get("caption"),
        "columns": [{"label": column.label, "type": column.type} for column in columns],
        "rows": filled,
        "total": total,
    }
    if kind == "person_list":
        typed["ground"] = (block or {}).get("ground") or form.ground or ""
    try:
        save_draft(
            draft=draft, revision=revision_of(request), by=me(request), at=timezone.now(), element=position, block=typed
        )
    except Conflict as conflict:
        return _shown(
            request, conflict.draft, position, text, form, typed, error=str(conflict), theirs=block, status=409
        )
    except NotDraftable as error:
        return _shown(request, draft, position, text, form, typed, error=str(error), status=422)
    if "apply" in request.POST:
        remember_columns(draft=draft, element=position, columns=remembered, by=me(request), at=timezone.now())
    messages.success(request, f"已读入 {len(filled)} 行，请核对。")
    return redirect("desk_element", slug, pk, position)


def _incoming(request: HttpRequest) -> list[list[str]]:
    given = request.FILES.get("file")
    if isinstance(given, UploadedFile):
        rows = read_table(given.name or "", _bytes_of(given))
    else:
        rows = paste_table(request.POST.get("pasted", ""))
    if not rows:
        raise NotATable("没有读到表格，请选择 Excel 文件，或者从 Excel 里复制后粘贴到框里。")
    return rows


def _plain_columns(rows: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """Where the form has no columns of its own, the sheet's first row names them."""
    return tuple(Column(label=label or f"第{n}列", type="text", aliases=()) for n, label in enumerate(rows[0], 1))


def _ask_columns(
    request: HttpRequest,
    draft: Draft,
    position: int,
    text: str,
    columns: Sequence[Column],
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    matched: Sequence[int | None],
) -> HttpResponse:
    """The page that asks which column is which; the rows travel along as text."""
    choices = list(enumerate(header))
    context = {
        "draft": draft,
        "position": position,
        "text": text,
        "asked": [(place, column, matched[place]) for place, column in enumerate(columns)],
        "choices": choices,
        "pasted": "\n".join("\t".join(_flat(cell) for cell in row) for row in rows),
        "sample": [list(row) for row in rows[:6]],
    }
    return page(request, "columns", draft.community, context, 200)


def _flat(cell: str) -> str:
    return " ".join(cell.split())
