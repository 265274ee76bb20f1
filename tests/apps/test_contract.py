"""schemathesis asks the API whatever its OpenAPI allows, and what it forbids, on the demo in a throw-away database."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings

from mingbai.disclosures.models import Version
from mingbai.followups.models import Decision
from mingbai.obligations.models import Obligation
from mingbai.public.api import api

schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"))))
schema.app = get_wsgi_application()

COMMUNITY = "/api/v1/communities/{slug}"


@pytest.mark.contract
@pytest.mark.usefixtures("fetch")
@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_answers_as_it_says(case: schemathesis.Case) -> None:
    case.call_and_validate()


def known() -> Iterator[tuple[str, dict[str, object]]]:
    """Everything there is in the demo, by the address that tells it."""
    for code in Version.objects.values_list("code", flat=True):
        yield f"{COMMUNITY}/versions/{{code}}", {"code": code}
    for pk in Obligation.objects.values_list("pk", flat=True):
        yield f"{COMMUNITY}/obligations/{{pk}}", {"pk": pk}
    for year, number in Decision.objects.values_list("year", "number"):
        yield f"{COMMUNITY}/decisions/{{year}}/{{number}}", {"year": year, "number": number}
    for code in ("01", "06", "24"):
        yield f"{COMMUNITY}/items/{{code}}", {"code": code}
    for part in (
        "",
        "/catalogue",
        "/catalogue/findings",
        "/items",
        "/obligations",
        "/versions",
        "/postings",
        "/decisions",
        "/applications",
        "/requests",
        "/changes",
    ):
        yield f"{COMMUNITY}{part}", {}


@pytest.mark.contract
@pytest.mark.usefixtures("fetch")
def test_everything_of_the_demo_has_the_shape_that_is_told() -> None:
    asked = 0
    for path, parameters in known():
        case = schema[path]["GET"].Case(path_parameters={"slug": "jinan", **parameters})
        response = case.call_and_validate()
        assert response.status_code == 200, path
        again = case.call_and_validate(headers={"If-None-Match": response.headers["etag"][0]})
        assert again.status_code == 304 and not again.content
        asked += 1
    assert asked > 150
