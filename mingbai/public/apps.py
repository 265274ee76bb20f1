from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "mingbai.public"
    verbose_name = "居民页面"
