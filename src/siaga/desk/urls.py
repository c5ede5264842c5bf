"""Addresses of the desk: language, election, page."""

from __future__ import annotations

from django.urls import path, re_path

from siaga.desk import views

__all__ = ["handler404", "handler500", "urlpatterns"]

_P = "<slug:language>/<slug:election>"

urlpatterns = [
    path("", views.start.start, name="start"),
    path("favicon.ico", views.start.favicon, name="favicon"),
    path(f"{_P}/", views.area.province, name="board"),
    path(f"{_P}/area/<str:code>", views.area.area, name="area"),
    path(
        f"{_P}/area/<str:code>/table.<slug:form>",
        views.area.download,
        name="area_download",
    ),
    path(f"{_P}/tps/<str:code>", views.station.station, name="station"),
    path(f"{_P}/search", views.search.search, name="search"),
    path(f"{_P}/map", views.map.page, name="map"),
    path(f"{_P}/map/verdicts.json", views.map.verdicts, name="map_verdicts"),
    path(f"{_P}/map/place", views.map.place, name="map_place"),
    path(f"{_P}/link", views.link.link, name="link"),
    path(f"{_P}/register", views.register.register, name="register"),
    path(f"{_P}/sources", views.register.sources, name="sources"),
    path(f"{_P}/room/<slug:room>", views.room.room, name="room"),
    path(
        f"{_P}/room/<slug:room>/<str:file>",
        views.room.download,
        name="room_download",
    ),
    path("<slug:language>/help", views.help.help_page, name="help"),
    re_path(
        r"^layers/(?P<room>[a-z_]+)/(?P<run>[0-9a-f]{16})/(?P<name>[a-z0-9_]+\.[a-z]+)$",
        views.map.layer,
        name="layer",
    ),
    re_path(r"^tiles/(?P<name>[0-9a-z_]+)\.pmtiles$", views.map.tiles, name="tiles"),
]

handler404 = "siaga.desk.views.start.not_found"
handler500 = "siaga.desk.views.start.failed"
