"""The kinds of pages that every look is taken of, each with a real subject."""

from __future__ import annotations

HOME = "/id/pemilu_2024/"
WARGASARA_3 = "3604132009003"
"""Station 3 of Wargasara, on Pulau Tunda in Kab. Serang."""

KINDS = {
    "board": HOME,
    "board, nothing assessed": f"{HOME}?per=2024-01-20",
    "board, no station list": "/id/pilkada_2024/",
    "regency": f"{HOME}area/3602",
    "district": f"{HOME}area/360222",
    "village": f"{HOME}area/3602222002",
    "village, no station list": "/id/pilkada_2024/area/3602222002",
    "station": f"{HOME}tps/{WARGASARA_3}",
    "station, counted": f"{HOME}tps/{WARGASARA_3}?per=2024-03-20",
    "board, counted": f"{HOME}?per=2024-03-20",
    "room of signal": f"{HOME}room/network",
    "station, nothing assessed": f"{HOME}tps/{WARGASARA_3}?per=2024-01-20",
    "station of 2019": "/id/pemilu_2019/tps/360228s52286001",
    "search, empty": f"{HOME}search",
    "search, found": f"{HOME}search?q=sobang",
    "search, nothing found": f"{HOME}search?q=zzzz",
    "map": f"{HOME}map",
    "map, nothing assessed": f"{HOME}map?per=2024-01-20",
    "map, no station list": "/id/pilkada_2024/map",
    "link of a station": f"{HOME}link?station=3604062001014&operator=xl",
    "link of a point": f"{HOME}link?lat=-6.2&lon=106.5",
    "link, no mast": f"{HOME}link?station=3601012001001",
    "register": f"{HOME}register",
    "register, no station list": "/id/pilkada_2024/register",
    "room": f"{HOME}room/rekap?per=2024-03-20",
    "room, not built": f"{HOME}room/hazard",
    "room, not due": f"{HOME}room/rekap",
    "sources": f"{HOME}sources",
    "help": "/id/help",
    "in English": "/en/pemilu_2024/",
    "not found": f"{HOME}area/99",
    "not understood": f"{HOME}?per=kemarin",
}
HEIGHTS = {1440: 900, 390: 844}
"""Height of a screen by its width: an office PC and a phone."""

# What sticks out to the right and is not inside a box that scrolls on its own.
STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = e => e && (['auto', 'scroll', 'hidden'].includes(
    getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const out = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > wide + 1 && !scrolls(e.parentElement);
  }).map(e => e.tagName + '.' + (e.className.baseVal ?? e.className));
  const page = document.documentElement.scrollWidth > wide ? ['the page'] : [];
  return [...page, ...out];
}"""
