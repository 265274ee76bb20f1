"""Signing in and out, the second factor, and passwords."""

from __future__ import annotations

import io
import re
from typing import Any

import segno
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from mingbai.communities.actions import change_password
from mingbai.communities.models import User
from mingbai.desk.common import me, page


class SignIn(LoginView):
    template_name = "desk/login.html"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session["signed_in_at"] = self.request.session["last_click_at"] = timezone.now().timestamp()
        return response


class SignOut(LogoutView):
    pass


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """What axes answers after too many wrong passwords."""
    return render(request, "desk/locked_out.html", status=429)


class CompositionValidator:
    """The composition that 等级保护 audits ask for: three of capitals, small letters, digits and signs."""

    SORTS = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(sort, password)) for sort in self.SORTS) < 3:
            raise ValidationError(self.get_help_text(), code="password_composition")

    def get_help_text(self) -> str:
        return "密码要包含大写字母、小写字母、数字、符号中的三种。"


class CodeForm(forms.Form):
    code = forms.CharField(
        label="动态口令",
        max_length=6,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


def second_factor(request: HttpRequest) -> HttpResponse:
    """Type the code of the phone; the first time, connect the phone by its picture."""
    user = me(request)
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    fresh = device is None
    if device is None:
        device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "手机"})
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        allowed, _ = device.verify_is_allowed()
        if allowed and device.verify_token(form.cleaned_data["code"]):
            if fresh:
                device.confirmed = True
                device.save(update_fields=["confirmed"])
            otp_login(request, device)
            return redirect("desk")
        form.add_error("code", "口令不对，请看手机上最新的六位数字。" if allowed else "试错太多次，请等一会儿再输入。")
    picture = _picture(device.config_url) if fresh else ""
    secret = re.sub(r".*secret=([A-Z2-7]+).*", r"\1", device.config_url) if fresh else ""
    status = 422 if form.errors else 200
    return page(request, "second_factor", None, {"form": form, "picture": picture, "secret": secret}, status)


def _picture(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", border=2, scale=4, xmldecl=False, svgclass=None, lineclass=None
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 — segno's own drawing of a string that we made


def password(request: HttpRequest) -> HttpResponse:
    """A new password, one's own."""
    user = me(request)
    form: SetPasswordForm[User] = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password(user=user, password=form.cleaned_data["new_password1"], at=timezone.now())
        update_session_auth_hash(request, user)
        return redirect("desk")
    status = 422 if form.errors else 200
    return page(request, "password", None, {"form": form}, status)
