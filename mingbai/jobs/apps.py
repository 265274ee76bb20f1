from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "mingbai.jobs"
    verbose_name = "命令"
