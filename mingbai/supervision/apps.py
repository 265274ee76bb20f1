from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "mingbai.supervision"
    verbose_name = "监督"
