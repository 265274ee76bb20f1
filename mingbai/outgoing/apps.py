from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    name = "mingbai.outgoing"
    verbose_name = "带走的文件"
