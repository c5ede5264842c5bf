"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Application whose templates, tags and static files Django finds."""

    name = "siaga.desk"
    label = "desk"
