from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    name = "mingbai.followups"
    verbose_name = "决定落实"
