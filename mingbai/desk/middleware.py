"""The gate of the desk and of the subdistrict: signed in, not for too long, with a second factor if it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from mingbai.communities.models import User
from mingbai.communities.queries import needs_second_factor

# What only those who serve or supervise may see.
BEHIND = ("/desk/", "/oversight/")
# Sign-in itself, and the calendar that a phone fetches with its own secret address.
OPEN = ("/desk/login/", "/desk/calendar/")
# Where somebody who is signed in but not yet all the way may go.
HALFWAY = ("/desk/logout/", "/desk/second-factor/", "/desk/password/")


class DeskGate:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(BEHIND) and not request.path.startswith(OPEN):
            refused = self.refuse(request, timezone.now())
            if refused is not None:
                return refused
            response = self.get_response(request)
            response.headers["Cache-Control"] = "no-store"
            return response
        return self.get_response(request)

    def refuse(self, request: HttpRequest, now: datetime) -> HttpResponse | None:
        """Where to go instead; None: come in."""
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path())
        moment = now.timestamp()
        started = request.session.setdefault("signed_in_at", moment)
        last = request.session.get("last_click_at", moment)
        if moment - last > settings.IDLE.total_seconds() or moment - started > settings.SIGNED_IN.total_seconds():
            logout(request)
            return redirect_to_login(request.get_full_path())
        request.session["last_click_at"] = moment
        if request.path.startswith(HALFWAY):
            return None
        # django_otp's middleware puts is_verified on the user; its types don't say so.
        if needs_second_factor(user) and not user.is_verified():  # type: ignore[attr-defined]
            return redirect("second_factor")
        changed, age = user.password_changed_at, settings.PASSWORD_AGE
        if changed is None or (age is not None and now - changed > age):
            return redirect("password")
        return None
