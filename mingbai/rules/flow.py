"""Who signs a version before it goes out, and in which order: a plain table of steps.

The reviewer of a version is never one of its preparers, nobody signs two steps of it (城市居民委员会组织法 art. 36: the
supervision committee's members are not the committee's members), and an approval names what it approved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum


class Step(StrEnum):
    """One signature."""

    COMMITTEE = "committee"
    SUPERVISION = "supervision"
    DIRECTOR = "director"


# The roles (communities.Role.Kind) whose holders may take a step.
WHO: dict[Step, frozenset[str]] = {
    Step.COMMITTEE: frozenset({"committee_member", "clerk"}),
    Step.SUPERVISION: frozenset({"supervision_member"}),
    Step.DIRECTOR: frozenset({"director"}),
}
# What the flow of a profile becomes where a tiny community has chosen two signatures.
LIGHT = (Step.SUPERVISION, Step.DIRECTOR)
STEPS = {Step.COMMITTEE: "居委会核对", Step.SUPERVISION: "居务监督委员会审核", Step.DIRECTOR: "主任签发"}


class NotYourStep(ValueError):
    """This person can't take this step; the message says who can."""


def flow_of(profile_flow: Iterable[str], *, light: bool) -> tuple[Step, ...]:
    """The steps in order: those that the profile names, or the light flow."""
    return LIGHT if light else tuple(Step(step) for step in profile_flow)


def next_step(flow: Iterable[Step], approved: Collection[Step]) -> Step | None:
    """The first step that isn't approved yet; None when all are."""
    return next((step for step in flow if step not in approved), None)


def check_reviewer(
    step: Step, *, person: int, roles: Collection[str], preparers: Collection[int], signed: Collection[int]
) -> None:
    """Raise NotYourStep unless ``person`` may take ``step``. All people are given by their ids."""
    if not WHO[step] & set(roles):
        raise NotYourStep(f"“{STEPS[step]}”这一步不由您办理，请等相应的人员办理。")
    if person in preparers:
        raise NotYourStep("您参与了这份内容的编写，不能再由您审核，请由另一个人审核。")
    if person in signed:
        raise NotYourStep("您已经审核过这份内容的前一步，后一步要由另一个人办理。")
