from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "mingbai.consultations"
    verbose_name = "民意征集"
