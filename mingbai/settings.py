"""Settings: from the environment only, and nothing starts half-configured.

Every variable is listed in docs/operating.md; a test compares that table with this file.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).parent


def _flag(name: str, default: str = "0") -> bool:
    value = os.environ.get(name, default)
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit() or int(value) == 0:
        raise ImproperlyConfigured(f"{name} must be a whole number above 0, not {value!r}")
    return int(value)


def _list(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


DEBUG = _flag("MINGBAI_DEBUG")
# MINGBAI_PRODUCTION=1 is what turns a server on for the public; everything else is a person at one's own machine.
PRODUCTION = _flag("MINGBAI_PRODUCTION")

SECRET_KEY = os.environ.get("MINGBAI_SECRET_KEY", "")
ALLOWED_HOSTS = _list("MINGBAI_HOSTS")
# The address that a QR code on a paper sheet opens, e.g. https://example.org
PUBLIC_URL = os.environ.get("MINGBAI_PUBLIC_URL", "").rstrip("/")
DATA_DIR = Path(os.environ.get("MINGBAI_DATA_DIR", "var")).resolve()
# Finished pages, kept for repeats; None: every page is rendered each time.
PAGES = DATA_DIR / "pages" if _flag("MINGBAI_PAGE_STORE", "1") else None
FONT_DIR = os.environ.get("MINGBAI_FONT_DIR", "")
# The operator's own column maps of export packs; empty: only those that ship.
PACKS_DIR = os.environ.get("MINGBAI_PACKS_DIR", "")

if PRODUCTION:
    for name, value in (
        ("MINGBAI_SECRET_KEY", SECRET_KEY),
        ("MINGBAI_HOSTS", ALLOWED_HOSTS),
        ("MINGBAI_PUBLIC_URL", PUBLIC_URL),
    ):
        if not value:
            raise ImproperlyConfigured(f"MINGBAI_PRODUCTION=1 needs {name}")
    if len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("MINGBAI_SECRET_KEY must have at least 50 characters")
    if DEBUG:
        raise ImproperlyConfigured("MINGBAI_DEBUG=1 and MINGBAI_PRODUCTION=1 exclude each other")
else:
    SECRET_KEY = SECRET_KEY or "only-for-one's-own-machine"
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "mingbai.communities",
    "mingbai.catalogues",
    "mingbai.obligations",
    "mingbai.disclosures",
    "mingbai.carriers",
    "mingbai.residents",
    "mingbai.consultations",
    "mingbai.followups",
    "mingbai.sealed",
    "mingbai.onrequest",
    "mingbai.supervision",
    "mingbai.outgoing",
    "mingbai.public",
    "mingbai.desk",
    "mingbai.oversight",
    "mingbai.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "mingbai.public.middleware.ContentSecurityPolicy",
    "mingbai.public.middleware.RefuseNul",
    "mingbai.public.middleware.HeadOfData",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mingbai.public.caching.KeptPages",
    "mingbai.public.elder.ElderMode",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "mingbai.desk.middleware.DeskGate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "mingbai.urls"
WSGI_APPLICATION = "mingbai.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    # The residents' pages; the desk and the subdistrict, with their forms and messages, are Django's own.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "jinja2"],
        "OPTIONS": {"environment": "mingbai.public.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """PostgreSQL by DATABASE_URL; otherwise one SQLite file that survives a power cut.

    synchronous=FULL: with NORMAL, commits that had been acknowledged were lost in a power-cut test.
    IMMEDIATE: a transaction takes its write lock at its start, so it can't fail half-way with «database is locked».
    """
    url = os.environ.get("DATABASE_URL", f"sqlite:///{DATA_DIR / 'mingbai.sqlite3'}")
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
    elif config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must name PostgreSQL or SQLite")
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "communities.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/desk/login/"

# Five wrong passwords for one name from one place lock that name there for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "mingbai.desk.accounts.locked_out"
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "明白"

# How long somebody stays signed in: without a click, and altogether.
IDLE = timedelta(minutes=_number("MINGBAI_IDLE_MINUTES", 30))
SIGNED_IN = timedelta(hours=_number("MINGBAI_SIGNED_IN_HOURS", 10))
SESSION_COOKIE_AGE = int(SIGNED_IN.total_seconds())
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/"
SESSION_COOKIE_SAMESITE = "Lax"

# asvs: length and a list of common passwords; dengbao (等级保护): composition and a new one every 90 days as well.
PASSWORD_PROFILE = os.environ.get("MINGBAI_PASSWORD_PROFILE", "asvs")
if PASSWORD_PROFILE not in {"asvs", "dengbao"}:
    raise ImproperlyConfigured("MINGBAI_PASSWORD_PROFILE must be asvs or dengbao")
PASSWORD_AGE = timedelta(days=90) if PASSWORD_PROFILE == "dengbao" else None
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if PASSWORD_PROFILE == "dengbao":
    AUTH_PASSWORD_VALIDATORS.append({"NAME": "mingbai.desk.accounts.CompositionValidator"})

# Reminders: by e-mail where a mail server is named, and to the group robots whose schemes (apprise's) are listed.
EMAIL_HOST = os.environ.get("MINGBAI_SMTP_HOST", "")
EMAIL_PORT = _number("MINGBAI_SMTP_PORT", 465)
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_HOST_USER = os.environ.get("MINGBAI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MINGBAI_SMTP_PASSWORD", "")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("MINGBAI_MAIL_FROM", EMAIL_HOST_USER)
NOTIFY_SCHEMES = _list("MINGBAI_NOTIFY_SCHEMES") or ["wecombot", "dingtalk", "lark"]

LANGUAGE_CODE = "zh-hans"
# Legal days are Asia/Shanghai dates.
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
MEDIA_ROOT = DATA_DIR / "media"
if PRODUCTION:
    STATIC_ROOT = DATA_DIR / "static"
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
else:
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = DEBUG

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("MINGBAI_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_SSL_REDIRECT = PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A pasted table of 2,000 rows is one field; a grid of inputs for a long list is many.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # The second door leaves no line; granian's own access log, which Django doesn't set up, is told so in wsgi.py.
    "filters": {"second_door": {"()": "mingbai.public.unlogged.SecondDoor"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["second_door"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
