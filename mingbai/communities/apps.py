from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    name = "mingbai.communities"
    verbose_name = "社区"
