from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "mingbai.desk"
    verbose_name = "工作台"
