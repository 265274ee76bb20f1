from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "mingbai.oversight"
    verbose_name = "街道页面"
