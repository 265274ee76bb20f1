from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "mingbai.residents"
    verbose_name = "居民意见"
