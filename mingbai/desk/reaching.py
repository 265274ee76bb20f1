"""Where one wants to be reminded, and what today's message says."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.desk.common import me, page, today
from mingbai.supervision.actions import set_reach
from mingbai.supervision.models import Reach
from mingbai.supervision.reminders import lines_for
from mingbai.supervision.sending import BadAddress


class ReachForm(forms.Form):
    email = forms.EmailField(
        label="电子邮箱（可不填）",
        required=False,
        error_messages={"invalid": "邮箱不对，请写成 name@example.com 的样子。"},
    )
    address = forms.CharField(label="企业微信、钉钉、飞书群机器人地址（可不填）", max_length=300, required=False)


def reminders(request: HttpRequest) -> HttpResponse:
    user = me(request)
    reach = Reach.objects.filter(user=user).first()
    initial = {"email": reach.email, "address": reach.address} if reach is not None else {}
    form = ReachForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_reach(user=user, **form.cleaned_data, at=timezone.now())
        except BadAddress as error:
            form.add_error("address", str(error))
        else:
            wanted = any(form.cleaned_data.values())
            messages.success(request, "已保存，每天一条。" if wanted else "已保存，不再提醒。")
            return redirect("desk_reminders")
    context = {"form": form, "lines": lines_for(user, today())}
    return page(request, "reminders", None, context, 422 if form.errors else 200)
