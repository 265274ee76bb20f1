from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "mingbai.obligations"
    verbose_name = "应公开"
