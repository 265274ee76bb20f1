"""What was decided and what became of it, as the content of a draft."""

from __future__ import annotations

from django.db.models import Q

from mingbai.disclosures.content import Json
from mingbai.disclosures.queries import elements_of, forms_of
from mingbai.followups.models import Decision, Step
from mingbai.obligations.models import Obligation
from mingbai.rules.days import chinese_date


def content_of(obligation: Obligation) -> Json:
    """Every decision that hangs on ``obligation``, itself or by a step, with all its steps as they stand."""
    mine = Q(obligation=obligation) | Q(steps__obligation=obligation)
    found = list(
        Decision.objects.filter(mine, voided_at=None).distinct().order_by("met_on", "pk").prefetch_related("steps")
    )
    elements = elements_of(obligation)
    forms = forms_of(obligation.community, obligation.occurrence.item)
    places = [place for place in elements if forms[place].purpose == "decision"] or list(elements)
    names = "、".join(decision.title for decision in found)
    kind = "决定" if any(decision.obligation_id == obligation.pk for decision in found) else "落实情况"
    block: Json = {
        "element": places[0],
        "kind": "table",
        "heading": forms[places[0]].heading,
        "caption": " ".join(_sentence(decision) for decision in found),
        "columns": [{"label": label, "type": "text"} for label in ("决定事项", "负责人", "完成时间", "进展")],
        "rows": [_row(step) for decision in found for step in decision.steps.all()]
        or [[decision.title, "", "", "还没有列出步骤"] for decision in found],
        "total": None,
    }
    return {"title": f"{names}：{kind}"[:200], "blocks": [block]}


def _sentence(decision: Decision) -> str:
    return f"{decision.body_name}{chinese_date(decision.met_on)}决定：{decision.text}"


def _row(step: Step) -> list[str]:
    return [step.what, step.responsible, chinese_date(step.planned_on), _progress(step)]


def _progress(step: Step) -> str:
    if step.done_on is not None:
        return f"{chinese_date(step.done_on)}完成：{step.result}"
    return f"不再做：{step.drop_reason}" if step.dropped_on is not None else "还没有完成"
