"""Everything at once: the data files of a community, the page that explains them, and their dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from mingbai.disclosures.queries import visible_versions
from mingbai.outgoing import facts
from mingbai.outgoing.addresses import site_address
from mingbai.outgoing.data_files import FILES, DataFile
from mingbai.outgoing.spreadsheets import csv_lines
from mingbai.public.conditional import for_everyone, kept_by_revision
from mingbai.public.views import community_or_404, page, today


@require_safe
@kept_by_revision
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is to take away, in plain words."""
    community = community_or_404(slug)
    return page(request, "data", community, {"files": FILES, "count": visible_versions(community).count()})


@require_safe
@kept_by_revision
def data_dictionary(request: HttpRequest, slug: str) -> HttpResponse:
    return page(request, "data_dictionary", community_or_404(slug), {"files": FILES})


@require_safe
@kept_by_revision
def data_file(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """One of the files, written while it is sent."""
    file = next((file for file in FILES if file.name == name), None)
    if file is None:
        raise Http404("没有这个文件")
    community = community_or_404(slug)
    rows = file.rows(community, today(), site_address(request))
    lines = _csv(file, rows) if file.is_csv else _json_lines(file, rows)
    response = StreamingHttpResponse(lines, content_type=f"{file.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{community.slug}-{file.name}"'
    return for_everyone(response)


def _json_lines(file: DataFile, rows: Iterable[facts.Fact]) -> Iterator[bytes]:
    for row in rows:
        yield file.shape.model_validate(row).model_dump_json(exclude_unset=True).encode() + b"\n"


def _csv(file: DataFile, rows: Iterable[facts.Fact]) -> Iterator[bytes]:
    return csv_lines(file.fields, ([row[name] for name in file.fields] for row in rows))
