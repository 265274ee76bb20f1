"""An administrator's pages: who serves, whose sign-in needs a code, the community's policy."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.communities.actions import (
    NotAPerson,
    RolesExclude,
    add_person,
    declare_kinship,
    end_role,
    grant_role,
    require_second_factor,
    set_policy,
)
from mingbai.communities.models import Community, Role
from mingbai.communities.queries import kinships_of, people_of
from mingbai.desk.common import ADMINISTRATORS, community_or_404, me, page
from mingbai.rules.duties import Trigger, Unit, Within
from mingbai.rules.profiles import ACCOUNTING_PERIODS, Policy
from mingbai.rules.wording import TRIGGERS


def people(request: HttpRequest, slug: str) -> HttpResponse:
    community = community_or_404(request, slug, ADMINISTRATORS)
    error = ""
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            said = _act(request, community, context)
            messages.success(request, said)
            if "password" not in context:
                return redirect("desk_people", slug)
        except (NotAPerson, RolesExclude) as wrong:
            error = str(wrong)
        community.refresh_from_db()
    roles = list(people_of(community))
    context |= {
        "roles": roles,
        "known": list({role.user_id: role.user for role in roles}.values()),
        "kinships": kinships_of(community),
        "kinds": Role.Kind.choices,
        "policy": community.policy,
        "periods": [(period.value, TRIGGERS[period]) for period in ACCOUNTING_PERIODS],
        "error": error,
    }
    return page(request, "people", community, context, 422 if error else 200)


def _act(request: HttpRequest, community: Community, context: dict[str, object]) -> str:
    """Do what the pressed button says; returns what to say of it. A given password goes into ``context``."""
    posted, at, by = request.POST, timezone.now(), me(request)
    known = {str(role.user_id): role.user for role in people_of(community)}
    if "add" in posted:
        kind = _kind(posted.get("kind", ""))
        if posted.get("user") in known:
            grant_role(community=community, user=known[posted["user"]], kind=kind, by=by, at=at)
            return "已添加角色。"
        password = "-".join(secrets.token_hex(3) for _ in range(3))
        user = add_person(
            community=community,
            username=posted.get("username", ""),
            name=posted.get("name", ""),
            password=password,
            kind=kind,
            by=by,
            at=at,
        )
        context["password"] = (user, password)
        return f"已添加 {user}。下面的初始密码只显示这一次，本人第一次登录时要修改。"
    if "kin" in posted:
        pair = [known.get(posted.get(name, "")) for name in ("person", "relative")]
        if pair[0] is None or pair[1] is None:
            raise NotAPerson("请选择两个人。")
        declare_kinship(community=community, person=pair[0], relative=pair[1], by=by, at=at)
        return "已登记近亲属关系。"
    if "second_factor" in posted:
        kinds = [Role.Kind(kind) for kind in posted.getlist("kinds") if kind in Role.Kind.values]
        require_second_factor(community=community, kinds=kinds, by=by, at=at)
        return "已保存。这些角色下次登录要输入动态口令。"
    policy = community.policy
    period = posted.get("accounting_period", "")
    if period not in {one.value for one in ACCOUNTING_PERIODS}:
        raise NotAPerson("请选择会计记账周期。")
    changed = Policy(
        accounting_period=Trigger(period),
        accounting_period_confirmed=True,
        prompt=policy.prompt,
        after_period=policy.after_period,
        absence="absence" in posted,
        light_review="light_review" in posted,
        reply=_promise("答复期限", posted.get("reply_days", "").strip(), posted.get("reply_unit", "")),
        request=_promise("答复公开申请的期限", posted.get("request_days", "").strip(), posted.get("request_unit", "")),
    )
    set_policy(community=community, policy=changed, by=by, at=at)
    return "社区口径已保存。"


def _promise(what: str, days: str, unit: str) -> Within | None:
    """One of the community's own promises to residents; None for an empty field."""
    if not days:
        return None
    if not days.isdigit() or not 1 <= int(days) <= 60:
        raise NotAPerson(f"{what}：请填写1到60之间的天数，没有承诺就留空。")
    return Within(int(days), Unit.WORKING_DAY if unit == Unit.WORKING_DAY else Unit.CALENDAR_DAY)


def _kind(told: str) -> Role.Kind:
    if told not in Role.Kind.values:
        raise NotAPerson("请选择角色。")
    return Role.Kind(told)


def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    community = community_or_404(request, slug, ADMINISTRATORS)
    role = people_of(community).filter(pk=pk).first()
    if role is None or request.method != "POST":
        raise Http404("没有这个角色")
    if role.user_id == me(request).pk and role.kind == Role.Kind.ADMINISTRATOR:
        messages.error(request, "不能让自己卸任管理员，请先由另一位管理员办理。")
    else:
        end_role(role=role, by=me(request), at=timezone.now())
        messages.success(request, f"{role.user} 已卸任{Role.Kind(role.kind).label}。")
    return redirect("desk_people", slug)
