"""The yardstick: a Django view that renders a template of 20 rows, in the same project behind the same middleware."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import include, path

TEMPLATE = Template("""<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><table>{% for row in rows %}
<tr><td>{{ row.number }}</td><td>{{ row.name }}</td><td>{{ row.day|date:"Y年n月j日" }}</td><td>{{ row.sum }}</td></tr>
{% endfor %}</table></body></html>""")


def bare(request: HttpRequest) -> HttpResponse:
    rows = [{"number": n, "name": f"第{n}行", "day": date(2026, 1, n), "sum": n * 100} for n in range(1, 21)]
    return HttpResponse(TEMPLATE.render(Context({"title": "二十行", "rows": rows})))


urlpatterns = [path("bare/", bare), path("", include("mingbai.urls"))]
