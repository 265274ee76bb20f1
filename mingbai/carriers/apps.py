from django.apps import AppConfig


class CarriersConfig(AppConfig):
    name = "mingbai.carriers"
    verbose_name = "载体"
