from django.apps import AppConfig


class OnRequestConfig(AppConfig):
    name = "mingbai.onrequest"
    verbose_name = "依申请公开和特定对象"
