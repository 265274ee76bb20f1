"""How the API answers: open to every origin, and every error in one shape with a Chinese sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from mingbai.outgoing.shapes import ErrorOut
from mingbai.public.conditional import for_everyone

# What pydantic calls the fault → what to tell, with what it says of the limit.
FAULTS = {
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "int_parsing": "应是整数",
    "int_parsing_size": "数字太大",
    "int_from_float": "应是整数",
    "enum": "只能是 {expected} 之一",
    "literal_error": "只能是 {expected} 之一",
    "missing": "没有填写",
    "string_too_long": "太长",
}
DATES = ("date_", "datetime_")
NO_ADDRESS = "没有这个地址，请看 /api/v1/openapi.json"


class PlainJson(JSONRenderer):
    """Chinese as it is, not as escapes three times as long."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}


class OpenData(NinjaAPI):
    """Ninja's API, whose answers the pages of other sites may read."""

    def create_response(self, request: HttpRequest, data: Any, **how: Any) -> HttpResponse:
        response = super().create_response(request, data, **how)
        for_everyone(response)
        return response


def error(status: int, detail: str) -> HttpResponse:
    response = JsonResponse({"detail": detail}, status=status, json_dumps_params={"ensure_ascii": False})
    for_everyone(response)
    return response


def fault(found: Mapping[str, Any]) -> str:
    """One thing that is wrong with a parameter, as a sentence."""
    kind, name = str(found["type"]), str(found["loc"][-1])
    words = FAULTS.get(kind, "应是日期，例如 2026-10-14" if kind.startswith(DATES) else "写得不对")
    told = {key: str(value).replace("'", "").replace(" or ", ", ") for key, value in found.get("ctx", {}).items()}
    return f"参数 {name} {words.format_map(told)}。"


def handle_errors(api: NinjaAPI) -> None:
    """Answer everything that can go wrong in the shape of ErrorOut."""

    def told(request: HttpRequest, problem: Any) -> HttpResponse:
        match problem:
            case ValidationError():
                return error(422, "".join(map(fault, problem.errors)))
            case HttpError():
                return error(problem.status_code, problem.message)
            case _:
                return error(404, str(problem))

    for kind in (ValidationError, HttpError, Http404):
        api.add_exception_handler(kind, told)


def a_day(text: Any) -> Any:
    """Only 2026-10-14 is a day; pydantic alone would take 0 for one in 1970."""
    if isinstance(text, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise PydanticCustomError("date_form", "not a day")
    return text


Day = Annotated[date, BeforeValidator(a_day)]


def no_such_address(request: HttpRequest, path: str = "") -> HttpResponse:
    """Anything else below the API's address."""
    return error(404, NO_ADDRESS)


def answers(shape: Any) -> dict[int, Any]:
    """What an operation can answer: the shape, «unchanged», and an error."""
    return {200: shape, 304: None, 404: ErrorOut, 422: ErrorOut}
