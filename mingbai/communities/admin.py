"""The operator's pages: accounts can be opened and closed; everything else is to be looked at, never changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from mingbai.communities.models import Community, Event, Role, Subdistrict, Supervisor, User

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
    People = UserAdmin[User]
else:
    Base, People = admin.ModelAdmin, UserAdmin


@admin.register(User)
class PersonAdmin(People):
    list_display = ("username", "display_name", "is_active", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name")}),
        ("权限", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "display_name", "usable_password", "password1", "password2")}),)


class ReadOnly(Base):
    """Writes go through actions, with their audit row; here one only looks."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Community)
class CommunityAdmin(ReadOnly):
    list_display = ("slug", "name", "subdistrict", "profile_code")


@admin.register(Subdistrict)
class SubdistrictAdmin(ReadOnly):
    list_display = ("slug", "name", "contact")


@admin.register(Supervisor)
class SupervisorAdmin(ReadOnly):
    list_display = ("subdistrict", "user", "ended_at")


@admin.register(Role)
class RoleAdmin(ReadOnly):
    list_display = ("community", "user", "kind", "ended_at")
    exclude = ("calendar_token",)


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ("at", "community", "actor", "role", "act", "subject")
    list_filter = ("act",)
