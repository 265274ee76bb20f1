"""The pages that explain: how disclosure works here, by which rules, and whom to turn to. Made from data, not typed."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse

from mingbai.carriers.contacts import contacts_of
from mingbai.carriers.queries import Situation, situation_of
from mingbai.catalogues.models import Item
from mingbai.catalogues.queries import catalogue_value
from mingbai.communities.models import Community
from mingbai.disclosures.queries import flow_for, visible_versions
from mingbai.obligations.queries import example_of, profile_of
from mingbai.public.views import community_or_404, page, today
from mingbai.rules.catalogue import Audience, Mode
from mingbai.rules.findings import find
from mingbai.rules.flow import STEPS
from mingbai.rules.points import points_of
from mingbai.rules.profiles import Rule
from mingbai.rules.wording import AUDIENCES, MODES, TOPICS


def guide(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(slug)
    situation = _with_catalogue(community)
    public = [item for item in situation.items if item.is_public]
    context = {
        "catalogue": situation.catalogue,
        "items": situation.items,
        "restricted": len(situation.items) - len(public),
        "bodies": _counted(item.body or community.body for item in situation.items),
        "carriers": _counted(carrier.name for item in situation.items for carrier in item.carriers.all()),
        "audiences": _counted(AUDIENCES[Audience(one)] for item in situation.items for one in item.audience),
        "ways": _counted(MODES[Mode(one)] for item in situation.items for one in item.modes),
        "fields": _fields(situation.items),
        "sample": visible_versions(community).filter(replaced_by=None, withdrawal=None).first(),
        "example": example_of(community, today()),
        "floor": profile_of(community).display_floor(today()),
    }
    return page(request, "guide", community, context)


def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The law and the local rules that decide here, the community's own reading, and what the catalogue lacks."""
    community = community_or_404(slug)
    profile, situation = profile_of(community), situation_of(community, today())
    topics = [
        (name, [rule for rule in profile.rules if rule.topic == topic])
        for topic, name in TOPICS.items()
        if topic != "channel"
    ]
    found = find(catalogue_value(situation.catalogue), profile, today()) if situation.catalogue else []
    context = {
        "profile": profile,
        "topics": [(name, [_in_time(rule) for rule in rules]) for name, rules in topics if rules],
        "points": points_of(community.policy, profile, today()),
        "flow": [STEPS[step] for step in flow_for(community)],
        "findings": found,
        "catalogue": situation.catalogue,
    }
    return page(request, "rules", community, context)


def contact(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(slug)
    profile = profile_of(community)
    context = {
        "told": contacts_of(community, situation_of(community, today()).items, today()),
        "channels": profile.all_on("channel", today()),
        "appeal": profile.rule("appeal", today()),
        "reviewers": profile.rule("reviewers", today()),
    }
    return page(request, "contact", community, context)


def _with_catalogue(community: Community) -> Situation:
    situation = situation_of(community, today())
    if situation.catalogue is None:
        raise Http404("本社区还没有采用目录")
    return situation


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    """Each name with how often it stands there, in the order in which it came first."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return list(counts.items())


def _fields(items: tuple[Item, ...]) -> list[tuple[str, list[Item]]]:
    """The items under their first level, in printed order."""
    fields: dict[str, list[Item]] = {}
    for item in items:
        fields.setdefault(item.level1 or "其他", []).append(item)
    return list(fields.items())


def _in_time(rule: Rule) -> tuple[Rule, str]:
    """The rule, and whether it holds: «» while it does."""
    if rule.holds_on(today()):
        return rule, ""
    return rule, "尚未施行" if rule.in_force is not None and today() < rule.in_force else "已失效"
