// The map: tiles hold geometry and row numbers; colours come beside them, by row.
import * as maplibregl from "/static/vendor/maplibre-gl.mjs";

const box = document.getElementById("map");
const VERDICTS = ["ready", "at_risk", "not_ready", "unknown", "not_due"];
const LAYERS = [["regencies", 0, 7], ["districts", 7, 9.5], ["villages", 9.5, 24]];
const STATIONS_FROM = 11;

const css = getComputedStyle(document.documentElement);
const colour = (name) => css.getPropertyValue(`--${name}`).trim();

if (box && box.dataset.tiles) start();

async function start() {
  const protocol = new window.pmtiles.Protocol();
  maplibregl.addProtocol("pmtiles", protocol.tile);
  const answer = fetch(box.dataset.verdicts).then((response) => response.json());
  const drawing = box.dataset.layer ? layerImage().catch(() => null) : null;
  const canvas = document.createElement("div");
  canvas.className = "map-live";
  box.append(canvas);
  let map;
  try {
    map = new maplibregl.Map({
      container: canvas, style: style(), bounds: bounds(), attributionControl: false,
      fitBoundsOptions: { padding: 24 }, hash: "map", maxZoom: 15, minZoom: 5, dragRotate: false,
      pitchWithRotate: false, fadeDuration: 0,
    });
  } catch (error) {
    failed(canvas);
    return;
  }
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }), "bottom-left");
  map.getCanvas().setAttribute("aria-label", document.querySelector(".answer h1").textContent);
  map.on("load", async () => {
    addImages(map);
    addLayers(map);
    if (drawing) addLayerImage(map, await drawing);
    colourAll(map, await answer);
    document.getElementById("map-still")?.remove();
    box.classList.add("is-live");
    map.resize();
    choose(map);
    map.once("idle", () => { box.dataset.ready = "true"; });
  });
  map.on("idle", () => listInView(map));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
}

function failed(canvas) {
  canvas.remove();
  const note = document.createElement("p");
  note.className = "body";
  note.textContent = box.dataset.failed;
  box.append(note);
}

function bounds() {
  const [west, south, east, north] = box.dataset.bounds.split(",").map(Number);
  return [[west, south], [east, north]];
}

function style() {
  const url = `pmtiles://${location.origin}${box.dataset.tiles}`;
  return {
    version: 8,
    sources: { land: { type: "vector", url } },
    layers: [{ id: "sea", type: "background", paint: { "background-color": colour("sea") } }],
  };
}

function addLayers(map) {
  // Where a layer is drawn, areas are the hatched ground of what it does not know.
  const step = box.dataset.layer ? 0 : ["coalesce", ["feature-state", "step"], 0];
  let fill = ["match", step];
  for (let i = 1; i <= 5; i += 1) fill.push(i, colour(`seq-${i}`));
  fill.push(colour("unknown-weak"));
  if (box.dataset.layer) fill = colour("unknown-weak");
  for (const [name, from, to] of LAYERS) {
    const common = { source: "land", "source-layer": name, minzoom: from, maxzoom: to };
    map.addLayer({ id: `${name}-fill`, type: "fill", ...common, paint: { "fill-color": fill, "fill-antialias": false } });
    map.addLayer({ id: `${name}-hatch`, type: "fill", ...common,
      paint: { "fill-pattern": "hatch", "fill-opacity": box.dataset.layer ? 1 : ["case", ["==", step, 0], 1, 0] } });
  }
  const line = (name, width, opacity, from) => map.addLayer({
    id: `${name}-line`, type: "line", source: "land", "source-layer": name, minzoom: from,
    paint: { "line-color": name === "villages" ? colour("surface") : colour("ink"), "line-width": width, "line-opacity": opacity },
  });
  line("villages", 0.7, 1, 9.5);
  line("districts", 0.8, 0.35, 7);
  line("regencies", 1.2, 0.6, 0);
  addStations(map);
  addLabels(map);
  map.addSource("chosen", { type: "geojson", data: empty() });
  map.addLayer({ id: "chosen-error", type: "fill", source: "chosen", paint: { "fill-color": colour("accent"), "fill-opacity": 0.15 } });
  map.addLayer({ id: "chosen-line", type: "line", source: "chosen", paint: { "line-color": colour("accent"), "line-width": 2 } });
  const clickable = [...LAYERS.map(([name]) => `${name}-fill`), ...VERDICTS.map((key) => `stations-${key}`)];
  map.addSource("spot", { type: "geojson", data: empty() });
  map.addLayer({ id: "spot", type: "circle", source: "spot", paint: { "circle-radius": 6, "circle-color": colour("accent"),
    "circle-stroke-color": colour("surface"), "circle-stroke-width": 2 } });
  map.on("click", (event) => {
    const near = 4;
    const found = map.queryRenderedFeatures(
      [[event.point.x - near, event.point.y - near], [event.point.x + near, event.point.y + near]], { layers: clickable });
    const station = found.find((feature) => feature.sourceLayer === "stations");
    const target = station || map.queryRenderedFeatures(event.point, { layers: clickable })[0];
    if (!target) return;
    if (target === station) open(map, "station", station.id, station.properties.code);
    else open(map, "area", target.id, target.properties.code, event.lngLat);
  });
  map.on("mousemove", (event) => {
    const found = map.queryRenderedFeatures(event.point, { layers: clickable });
    map.getCanvas().style.cursor = found.length ? "pointer" : "";
  });
}

// Image of a layer: grey says the step, the colours are those of the theme.
const STEP_GREY = 40;

async function layerImage() {
  const response = await fetch(box.dataset.layer);
  if (!response.ok) throw new Error(response.statusText);
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const inks = [0, ...box.dataset.layerColours.split(",").map((step) => rgba(colour(`seq-${step}`)))];
  const table = Uint32Array.from({ length: 256 }, (_, grey) => inks[Math.round(grey / STEP_GREY)] ?? 0);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = table[pixels[i] & 0xff];
  context.putImageData(image, 0, 0);
  return canvas;
}

// Colour of a token as the four bytes of a pixel.
function rgba(text) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return new Uint32Array(context.getImageData(0, 0, 1, 1).data.buffer)[0];
}

function addLayerImage(map, canvas) {
  if (!canvas) {
    const note = document.createElement("p");
    note.className = "body";
    note.setAttribute("role", "status");
    note.textContent = box.dataset.layerFailed;
    box.after(note);
    return;
  }
  const [west, south, east, north] = box.dataset.layerBounds.split(",").map(Number);
  const coordinates = [[west, north], [east, north], [east, south], [west, south]];
  map.addSource("layer", { type: "canvas", canvas, coordinates, animate: false });
  map.addLayer({ id: "layer", type: "raster", source: "layer",
    paint: { "raster-resampling": "nearest", "raster-fade-duration": 0 } }, "villages-line");
}

// An image cannot follow a state, its opacity can: one layer a verdict, all but one unseen.
function addStations(map) {
  VERDICTS.forEach((key, code) => {
    map.addLayer({
      id: `stations-${key}`, type: "symbol", source: "land", "source-layer": "stations", minzoom: STATIONS_FROM,
      layout: { "icon-image": `v-${key}`, "icon-allow-overlap": true, "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.45, 13, 0.8, 15, 1] },
      paint: { "icon-opacity": ["case", ["==", ["feature-state", "verdict"], code], 1, 0] },
    });
  });
}

function addLabels(map) {
  const text = (level, size, from, to) => map.addLayer({
    id: `label-${level}`, type: "symbol", source: "land", "source-layer": "labels", minzoom: from, maxzoom: to,
    filter: ["==", ["get", "level"], level],
    layout: { "text-field": ["get", "name"], "text-size": size, "text-font": ["sans-serif"], "text-padding": 4 },
    paint: { "text-color": colour("ink"), "text-halo-color": colour("surface"), "text-halo-width": 1.6 },
  });
  text(1, 13, 5, 10);
  text(2, 12, 9, 12.5);
  text(3, 11, 11.5, 24);
}

function addImages(map) {
  map.addImage("hatch", drawn(8, (c) => {
    c.fillStyle = colour("unknown-weak");
    c.fillRect(0, 0, 8, 8);
    c.strokeStyle = colour("unknown");
    c.lineWidth = 1;
    for (const x of [-8, 0, 8]) { c.beginPath(); c.moveTo(x, 8); c.lineTo(x + 8, 0); c.stroke(); }
  }));
  const shapes = {
    ready: (c) => { c.fillStyle = colour("ready"); disc(c, 8); c.fill(); edge(c); },
    at_risk: (c) => {
      c.fillStyle = colour("surface"); disc(c, 8); c.fill();
      c.fillStyle = colour("risk"); c.beginPath(); c.arc(12, 12, 8, Math.PI / 2, 1.5 * Math.PI); c.fill();
      disc(c, 8); c.strokeStyle = colour("risk"); c.lineWidth = 2.5; c.stroke();
    },
    not_ready: (c) => {
      c.beginPath(); c.moveTo(12, 2); c.lineTo(22, 21); c.lineTo(2, 21); c.closePath();
      c.fillStyle = colour("not"); c.fill(); edge(c);
    },
    unknown: (c) => {
      disc(c, 7.5); c.fillStyle = colour("surface"); c.fill();
      c.setLineDash([3, 2.9]); c.strokeStyle = colour("unknown"); c.lineWidth = 3; c.stroke();
    },
    not_due: (c) => {
      disc(c, 5); c.fillStyle = colour("surface"); c.fill();
      c.strokeStyle = colour("unknown"); c.lineWidth = 2; c.stroke();
    },
  };
  for (const [key, draw] of Object.entries(shapes)) map.addImage(`v-${key}`, drawn(24, draw), { pixelRatio: 1.4 });
}

function drawn(size, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  draw(context);
  return context.getImageData(0, 0, size, size);
}

function disc(context, radius) {
  context.beginPath();
  context.arc(12, 12, radius, 0, 2 * Math.PI);
}

function edge(context) {
  context.strokeStyle = colour("surface");
  context.lineWidth = 1.5;
  context.stroke();
}

function colourAll(map, { areas, stations }) {
  for (let row = 0; row < areas.length; row += 1) {
    const state = { step: Number(areas[row]) };
    for (const [name] of LAYERS) map.setFeatureState({ source: "land", sourceLayer: name, id: row }, state);
  }
  for (let row = 0; row < stations.length; row += 1) {
    map.setFeatureState({ source: "land", sourceLayer: "stations", id: row }, { verdict: Number(stations[row]) });
  }
}

function choose(map) {
  if (box.dataset.station) open(map, "station", box.dataset.station);
  else if (box.dataset.area !== "0") open(map, "area", box.dataset.area);
}

async function open(map, kind, row, code, at) {
  const url = new URL(box.dataset.place, location.origin);
  url.searchParams.set("kind", kind);
  url.searchParams.set("row", row);
  if (at) {
    url.searchParams.set("lat", at.lat.toFixed(5));
    url.searchParams.set("lon", at.lng.toFixed(5));
  }
  const response = await fetch(url);
  if (!response.ok) return;
  const body = document.getElementById("place-body");
  body.innerHTML = await response.text();
  const head = body.querySelector("h2");
  const { lat, lon, error } = head.dataset;
  map.getSource("spot").setData(at ? point(at.lng, at.lat) : error ? point(Number(lon), Number(lat)) : empty());
  closeSpot();
  map.getSource("chosen").setData(error ? circle(Number(lon), Number(lat), Number(error)) : empty());
  if (code) {
    const here = new URL(location.href);
    here.searchParams.set("at", code);
    history.replaceState(history.state, "", here);
  }
}

// Another variable, the same stretch of the map and the same place.
document.querySelectorAll(".choices a").forEach((link) => link.addEventListener("click", () => {
  const url = new URL(link.href);
  const at = new URLSearchParams(location.search).get("at");
  if (at) url.searchParams.set("at", at);
  url.hash = location.hash;
  link.href = url;
}));

// What rooms say of the point: fetched into the panel below that of the place.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-spot]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openSpot(link.href);
});

async function openSpot(href) {
  const panel = document.getElementById("spot");
  let response;
  try {
    response = await fetch(href, { headers: { "X-Requested-With": "fetch" } });
  } catch (error) {
    response = { ok: false };
  }
  if (!response.ok) {
    location.assign(href); // the page itself says what is wrong
    return;
  }
  panel.innerHTML = await response.text();
  panel.hidden = false;
  panel.firstElementChild.scrollIntoView({ block: "nearest" });
}

function closeSpot() {
  const panel = document.getElementById("spot");
  panel.hidden = true;
  panel.replaceChildren();
}

function point(lon, lat) {
  return { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } };
}

function empty() {
  return { type: "FeatureCollection", features: [] };
}

// Circle of the radius in which an estimated point lies.
function circle(lon, lat, radius_m) {
  const degree_m = 111320;
  const ring = [];
  for (let i = 0; i <= 64; i += 1) {
    const angle = (i / 64) * 2 * Math.PI;
    ring.push([
      lon + (radius_m * Math.cos(angle)) / (degree_m * Math.cos((lat * Math.PI) / 180)),
      lat + (radius_m * Math.sin(angle)) / degree_m,
    ]);
  }
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
}

// What lies in view as a list, so that the keyboard reaches it.
function listInView(map) {
  const zoom = map.getZoom();
  const [name] = LAYERS.find(([, from, to]) => zoom >= from && zoom < to);
  const layers = [`${name}-fill`].filter((id) => map.getLayer(id));
  const seen = new Map();
  for (const feature of map.queryRenderedFeatures({ layers })) seen.set(feature.id, feature.properties);
  const list = document.getElementById("in-view-list");
  const rows = [...seen].sort((a, b) => a[1].name.localeCompare(b[1].name)).slice(0, 40);
  list.replaceChildren(...rows.map(([id, { name: text, code }]) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => open(map, "area", id, code));
    item.append(button);
    return item;
  }));
  document.getElementById("in-view").hidden = rows.length === 0;
}
