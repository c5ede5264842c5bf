"""A table as a file: CSV for programs, XLSX for offices, JSON for other desks.

A table whose rows have a point also goes to maps: GeoPackage (OGC 12-128r19) and KML
(OGC 12-007r2). The same table gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

__all__ = ["FORMS", "MAP_FORMS", "TableFile", "forms_of"]

Value = str | int | float | None
Point = tuple[float, float]
"""Latitude and longitude."""

FORMS = ("csv", "xlsx", "json")
MAP_FORMS = ("gpkg", "kml")
"""Of a table whose rows have a point."""
_FORMULA = ("=", "+", "-", "@")
_KML = "http://www.opengis.net/kml/2.2"


@dataclass(frozen=True)
class TableFile:
    """What a file of a table holds, in no form yet."""

    name: str
    """Of the file, without its ending."""
    about: dict[str, str]
    """What it is, of what, as of when: the head of the sheet."""
    as_of: datetime
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]
    points: Sequence[Point | None] = ()
    """Of each row, empty where rows have no place."""

    def content(self, form: str) -> bytes:
        """Bytes of the file in one of the forms that `forms_of` names."""
        return _WRITERS[form](self)[0]

    def response(self, form: str) -> HttpResponse:
        """File in one of the forms that `forms_of` names."""
        body, kind = _WRITERS[form](self)
        response = HttpResponse(body, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{self.name}.{form}"'
        return response


def forms_of(points: Sequence[Point | None]) -> tuple[str, ...]:
    """Forms that a table can take: those of maps if its rows have points."""
    return (*FORMS, *MAP_FORMS) if any(points) else FORMS


def _csv(table: TableFile) -> tuple[bytes, str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.head)
    writer.writerows([_guarded(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode(), "text/csv; charset=utf-8"


def _guarded(cell: Value) -> Value:
    """Text that an office program would run as a formula gets a quote in front."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _json(table: TableFile) -> tuple[bytes, str]:
    records = [dict(zip(table.head, row, strict=True)) for row in table.rows]
    text = json.dumps({"about": table.about, "rows": records}, ensure_ascii=False)
    return text.encode(), "application/json"


def _xlsx(table: TableFile) -> tuple[bytes, str]:
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False}
    )
    # Stamped with its moment, so that the same table has the same bytes.
    created = table.as_of.replace(tzinfo=None)
    title = next(iter(table.about.values()), "")
    book.set_properties({"created": created, "title": title})
    bold = book.add_format({"bold": True})
    whole = book.add_format({"num_format": "#,##0"})
    broken = book.add_format({"num_format": "#,##0.0"})
    sheet = book.add_worksheet("Siaga")
    for i, (key, value) in enumerate(table.about.items()):
        sheet.write_string(i, 0, key)
        sheet.write_string(i, 1, value)
    top = len(table.about) + 1
    for column, text in enumerate(table.head):
        sheet.write_string(top, column, text, bold)
    for i, row in enumerate(table.rows, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(i, column, cell)
            elif cell is not None:
                form = whole if isinstance(cell, int) else broken
                sheet.write_number(i, column, cell, form)
    sheet.freeze_panes(top + 1, min(2, len(table.head)))
    sheet.set_column(0, 1, 18)
    book.close()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return memory.getvalue(), kind


def _gpkg(table: TableFile) -> tuple[bytes, str]:
    import numpy as np
    import pyogrio
    import shapely

    fields = [_field([row[i] for row in table.rows]) for i in range(len(table.head))]
    geometry = shapely.to_wkb(
        [None if p is None else shapely.Point(p[1], p[0]) for p in table.points]
    )
    # GDAL stamps the file with the clock unless it is told the moment.
    pyogrio.set_gdal_config_options(
        {"OGR_CURRENT_DATE": table.as_of.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    )
    with TemporaryDirectory() as folder:
        # A GeoPackage is a database: it is made in a file, not in memory.
        path = Path(folder) / "table.gpkg"
        pyogrio.raw.write(
            path, geometry=np.asarray(geometry, object), field_data=fields,
            fields=list(table.head), driver="GPKG", layer=table.name,
            crs="EPSG:4326", geometry_type="Point",
        )  # fmt: skip
        return path.read_bytes(), "application/geopackage+sqlite3"


def _field(values: list[Value]):  # type: ignore[no-untyped-def]  # NumPy of any dtype
    """Column of one type: whole numbers, numbers or text; unknown is null."""
    import numpy as np

    if all(isinstance(value, int) for value in values):
        return np.array(values, np.int64)
    if all(value is None or isinstance(value, int | float) for value in values):
        return np.array([np.nan if v is None else float(v) for v in values])
    return np.array([None if v is None else str(v) for v in values], object)


def _kml(table: TableFile) -> tuple[bytes, str]:
    root = ET.Element("kml", xmlns=_KML)
    document = ET.SubElement(root, "Document")
    ET.SubElement(document, "name").text = " · ".join(table.about.values())
    for row, point in zip(table.rows, table.points, strict=True):
        if point is None:
            continue
        mark = ET.SubElement(document, "Placemark")
        ET.SubElement(mark, "name").text = "" if row[0] is None else str(row[0])
        data = ET.SubElement(mark, "ExtendedData")
        for key, value in zip(table.head, row, strict=True):
            one = ET.SubElement(data, "Data", name=key)
            ET.SubElement(one, "value").text = "" if value is None else str(value)
        place = ET.SubElement(mark, "Point")
        ET.SubElement(place, "coordinates").text = f"{point[1]:.6f},{point[0]:.6f}"
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body, "application/vnd.google-earth.kml+xml"


_WRITERS: dict[str, Callable[[TableFile], tuple[bytes, str]]] = {
    "csv": _csv, "xlsx": _xlsx, "json": _json, "gpkg": _gpkg, "kml": _kml,
}  # fmt: skip
