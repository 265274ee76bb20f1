from django.apps import AppConfig


class SealedConfig(AppConfig):
    name = "mingbai.sealed"
    verbose_name = "封存的举报"
