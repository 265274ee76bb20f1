"""What stands between a draft and its review: completeness, form, arithmetic and personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingbai.disclosures.content import Content, ContentError, missing_elements, read_content
from mingbai.disclosures.models import Draft
from mingbai.disclosures.queries import elements_of, forms_of, previous_version
from mingbai.privacy.content import find_in_content, masked
from mingbai.privacy.findings import Found, Severity
from mingbai.rules.arithmetic import Difference, check_block


@dataclass(frozen=True, slots=True)
class Checks:
    """``missing``: texts of elements without content. ``error``: the first thing that can't be published as typed.

    ``differences`` and ``found`` each stand until corrected, or until ``reasons`` holds a reason under their key; what
    ``blocked`` names can't be explained away.
    """

    missing: tuple[str, ...]
    error: str
    differences: tuple[Difference, ...]
    found: tuple[Found, ...]
    needs_impact: bool
    reasons: Mapping[str, str]

    @property
    def blocked(self) -> tuple[Found, ...]:
        return tuple(found for found in self.found if found.severity is Severity.BLOCK)

    @property
    def to_confirm(self) -> tuple[Found, ...]:
        return tuple(found for found in self.found if found.severity is Severity.CONFIRM)

    @property
    def unexplained(self) -> tuple[str, ...]:
        """The keys that still need a reason."""
        keys = [difference.key for difference in self.differences] + [found.key for found in self.to_confirm]
        return tuple(key for key in keys if not self.reasons.get(key))

    @property
    def ready(self) -> bool:
        return not (self.missing or self.error or self.blocked or self.unexplained or self.needs_impact)


def check(draft: Draft) -> Checks:
    """Everything that is open in a draft as it stands."""
    item = draft.obligation.occurrence.item
    elements = elements_of(draft.obligation)
    forms = forms_of(draft.community, item)
    content = Content(draft.content_data.get("title", ""), tuple(draft.content_data["blocks"]))
    error = ""
    try:
        if content.blocks:
            read_content(draft.content_data)
    except ContentError as wrong:
        error = str(wrong)
    if not error and not content.title:
        error = "标题没有填写，请补上标题。"
    if not error and draft.dated_on is None:
        error = "成文日期没有填写，请补上。"
    last = draft.corrects.replaces if draft.corrects is not None else previous_version(draft.obligation)
    before = {block["element"]: block for block in last.content_data["blocks"]} if last is not None else {}
    differences = [
        difference
        for block in content.blocks
        if block["kind"] in ("table", "person_list") and block["element"] in forms
        for difference in check_block(forms[block["element"]], block, before.get(block["element"]))
    ]
    whitelists = {position: form.whitelist or None for position, form in forms.items()}
    return Checks(
        missing=tuple(missing_elements(content, elements)),
        error=error,
        differences=tuple(differences),
        found=(
            *find_in_content(draft.content_data, whitelists),
            *(found for file in draft.files.defer("data") for found in file.found),
        ),
        needs_impact=content.has_persons and not hasattr(draft, "impact"),
        reasons=draft.reasons,
    )


def as_published(draft: Draft) -> dict[str, Any]:
    """The content exactly as the public will get it: names masked, and each difference with its stated reason."""
    content = masked(draft.content_data)
    told = check(draft).differences
    for block in content["blocks"]:
        block.pop("notes", None)
        notes = [
            {"text": difference.text, "reason": draft.reasons.get(difference.key, "")}
            for difference in told
            if difference.element == block["element"]
        ]
        if notes:
            block["notes"] = notes
    return content
