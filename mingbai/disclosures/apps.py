from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "mingbai.disclosures"
    verbose_name = "公开信息"
