from django.apps import AppConfig


class CataloguesConfig(AppConfig):
    name = "mingbai.catalogues"
    verbose_name = "标准目录"
