"""Settings of the desk. There is one file; secrets come from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_HERE = Path(__file__).resolve().parent

WORKSPACE = Path(os.environ.get("SIAGA_WORKSPACE", "workspace"))
"""Folder of the province that this desk shows."""

DEBUG = False
# No session and no form is signed yet: a key as old as the process is enough.
SECRET_KEY = os.environ.get("SIAGA_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = os.environ.get("SIAGA_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = ["django.contrib.staticfiles", "siaga.desk", "csp"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "siaga.desk.middleware.sentences",
]
ROOT_URLCONF = "siaga.desk.urls"
WSGI_APPLICATION = "siaga.desk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["siaga.desk.templatetags.desk"]},
    }
]
DATABASES: dict[str, dict[str, str]] = {}

LANGUAGE_CODE = "id"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = _HERE / "static"
# Files are served from the package itself, so that the wheel needs no collecting.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MIMETYPES = {".mjs": "text/javascript", ".woff2": "font/woff2"}
WHITENOISE_MAX_AGE = 3600

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "font-src": [_SELF],
        "worker-src": [_SELF],
        "connect-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
APPEND_SLASH = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "ERROR"}},
}
