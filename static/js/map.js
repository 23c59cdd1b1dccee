// @ts-check
// Maps: our own base layer, what the page wants shown on it, and the same reach by keyboard.
// Every colour is a class; what a class looks like stands in map.css and follows the theme.

import { keepNamesClear } from "./labels.js";
import { Pins } from "./pins.js";

const L = /** @type {any} */ (globalThis).L;

/**
 * @typedef {{type: string, properties: Record<string, any>, geometry: {type: string, coordinates: any}}} Feature
 * @typedef {{features: Feature[], bbox?: number[]}} Collection
 */

const CLOSEST_FIT = 15.5;
const METRES_PER_DEGREE = 111_320;

/** @type {WeakMap<Element, any>} */
const awake = new WeakMap();
/** @type {Map<string, Promise<Collection>>} */
const baseLayers = new Map();

/**
 * @param {string} url
 * @returns {Promise<Collection>}
 */
async function collection(url) {
  const answer = await fetch(url, {
    credentials: "same-origin", headers: { Accept: "application/json", ...(url.includes("/larm/") && { "TC-Background": "1" }) },
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** @param {string} url */
function baseLayer(url) {
  let layer = baseLayers.get(url);
  if (!layer) {
    layer = collection(url);
    layer.catch(() => baseLayers.delete(url));
    baseLayers.set(url, layer);
  }
  return layer;
}

/**
 * A place name or a road number. Text is set as text, never as markup.
 * @param {Feature} feature
 * @param {number[]} at longitude, latitude
 * @param {string} name
 * @param {string} kind
 */
function label(feature, at, name, kind) {
  const text = document.createElement("span");
  text.textContent = name;
  const rank = feature.properties.rank ?? 3;
  const icon = L.divIcon({ className: `map-label map-${kind} map-rank-${rank}`, html: text, iconSize: null });
  return L.marker([at[1], at[0]], { icon, interactive: false, keyboard: false, pane: "labels" });
}

/**
 * @param {any} map
 * @param {Collection} base
 * @param {boolean} behindTiles whether an outside map is drawn, and only borders are wanted
 */
function drawBase(map, base, behindTiles) {
  const renderer = L.svg({ pane: "base", padding: 0.5 });
  for (const feature of base.features) {
    const { kind, name, ref, tunnel } = feature.properties;
    if (feature.geometry.type === "Point") {
      if (!behindTiles) label(feature, feature.geometry.coordinates, name, kind).addTo(map);
      continue;
    }
    if (behindTiles && kind !== "area" && kind !== "border") continue;
    const className = `base-${kind}${tunnel ? " base-tunnel" : ""}`;
    L.geoJSON(feature, { interactive: false, renderer, style: () => ({ className }) }).addTo(map);
    if (ref && !behindTiles) {
      const line = feature.geometry.coordinates;
      label(feature, line[Math.floor(line.length / 2)], ref, "ref").addTo(map);
    }
  }
}

/**
 * @param {Record<string, any>} properties
 * @param {DOMStringMap} words
 */
function popup(properties, words) {
  const box = document.createElement("div");
  const name = box.appendChild(document.createElement("strong"));
  name.textContent = properties.name;
  for (const line of [properties.kind_label, properties.address, properties.warning ? `▲ ${words.warning}` : ""]) {
    if (line) box.appendChild(document.createElement("p")).textContent = line;
  }
  if (properties.url) {
    const link = box.appendChild(document.createElement("a"));
    link.href = properties.url;
    link.textContent = `${words.open} ${properties.name}`;
  }
  return box;
}

/** What the page wants shown, drawn anew when it has changed. */
class Shown {
  /** @param {any} map @param {DOMStringMap} words */
  constructor(map, words) {
    this.map = map;
    this.words = words;
    this.areas = L.layerGroup().addTo(map);
    this.pins = new Pins(map, [], words, (properties) => popup(properties, words));
    this.pins.start();
    this.text = "";
  }

  /** @param {Collection} data @returns {any} the bounds of what is shown, null for nothing */
  draw(data) {
    const text = JSON.stringify(data.features);
    if (text !== this.text) this.redraw(data.features);
    this.text = text;
    return data.features.length ? L.geoJSON(data.features).getBounds() : null;
  }

  /** @param {Feature[]} features */
  redraw(features) {
    const isPoint = (/** @type {Feature} */ feature) => feature.geometry.type === "Point";
    this.areas.clearLayers();
    L.geoJSON(features.filter((feature) => !isPoint(feature)), {
      style: (/** @type {Feature} */ feature) => ({ className: `data-area data-${feature.properties.kind ?? "area"}` }),
      onEachFeature: (/** @type {Feature} */ feature, /** @type {any} */ layer) => {
        layer.bindPopup(() => popup(feature.properties, this.words), { maxWidth: 260 });
      },
    }).addTo(this.areas);
    this.pins.change(features.filter(isPoint));
  }
}

/**
 * Ask again and again for what is shown. The view stays where the reader has put it.
 * @param {HTMLElement} element
 * @param {Shown} shown
 */
function keepFresh(element, shown) {
  const seconds = Number(element.dataset.refresh);
  if (!seconds) return;
  const tick = async () => {
    if (!awake.has(element)) return;
    try {
      shown.draw(/** @type {Collection} */ (await data(element)));
      element.removeAttribute("data-old");
    } catch {
      // The page's own banner says that it is not live; the map says so by its border.
      element.dataset.old = "";
    }
    setTimeout(tick, seconds * 1000);
  };
  setTimeout(tick, seconds * 1000);
}

/**
 * @param {any} map
 * @param {DOMStringMap} words
 * @param {() => void} fit
 */
function controls(map, words, fit) {
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, updateWhenIdle: true }).addTo(map);
  const control = L.control({ position: "topleft" });
  control.onAdd = () => {
    const box = L.DomUtil.create("div", "leaflet-bar");
    const button = box.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "plain map-fit";
    button.textContent = words.fit ?? "";
    button.addEventListener("click", fit);
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  control.addTo(map);
}

/**
 * @param {any} map
 * @param {HTMLElement} element
 */
function habits(map, element) {
  const scale = () => {
    const zoom = map.getZoom();
    element.dataset.zoom = String(Math.max(8, Math.min(16, Math.floor(zoom))));
    element.style.setProperty("--map-scale", String(Math.max(0.6, Math.min(4, 2 ** ((zoom - 12) / 2)))));
  };
  map.on("zoomend", scale);
  // Leaflet has no option for this label.
  map.on("popupopen", (/** @type {any} */ event) => {
    event.popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", element.dataset.close ?? "");
  });
  scale();
  // A wheel over a map that nobody has chosen scrolls the page.
  element.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  element.addEventListener("focusout", () => map.scrollWheelZoom.disable());
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(element);
}

/**
 * The position in two fields, by click, by typing and by steps in metres.
 * @param {any} map
 */
function pickPosition(map) {
  const longitude = document.getElementById("id_longitude");
  const latitude = document.getElementById("id_latitude");
  if (!(longitude instanceof HTMLInputElement) || !(latitude instanceof HTMLInputElement)) return null;
  const number = (/** @type {HTMLInputElement} */ field) => Number.parseFloat(field.value.replace(",", "."));
  const icon = L.divIcon({ className: "map-pin map-pin-picked", iconSize: [24, 24], iconAnchor: [12, 12] });
  const pin = L.marker([0, 0], { icon, interactive: false, keyboard: false });
  const show = () => {
    const at = [number(latitude), number(longitude)];
    if (at.every(Number.isFinite)) pin.setLatLng(at).addTo(map);
    else pin.remove();
    return at.every(Number.isFinite) ? L.latLng(at) : null;
  };
  const set = (/** @type {{lat: number, lng: number}} */ at) => {
    const decimal = document.documentElement.lang === "en" ? "." : ",";
    latitude.value = at.lat.toFixed(6).replace(".", decimal);
    longitude.value = at.lng.toFixed(6).replace(".", decimal);
    show();
  };
  map.on("click", (/** @type {any} */ event) => set(event.latlng));
  latitude.addEventListener("input", show);
  longitude.addEventListener("input", show);
  for (const button of document.querySelectorAll("[data-nudge] button")) {
    button.addEventListener("click", () => {
      const from = show() ?? map.getCenter();
      const step = Number(/** @type {HTMLSelectElement} */ (document.getElementById("nudge-step")).value);
      const { north, east } = /** @type {HTMLElement} */ (button).dataset;
      const metres = { north: Number(north ?? 0) * step, east: Number(east ?? 0) * step };
      set({
        lat: from.lat + metres.north / METRES_PER_DEGREE,
        lng: from.lng + metres.east / (METRES_PER_DEGREE * Math.cos((from.lat * Math.PI) / 180)),
      });
      const now = show();
      if (now && !map.getBounds().contains(now)) map.setView(now, map.getZoom(), { animate: false });
    });
  }
  return show();
}

/** @param {HTMLElement} element */
async function data(element) {
  const inline = document.getElementById(`${element.id}-features`);
  if (inline?.textContent) return /** @type {Collection} */ (JSON.parse(inline.textContent));
  return element.dataset.geojson ? collection(element.dataset.geojson) : null;
}

/** @param {HTMLElement} element */
async function wake(element) {
  const words = element.dataset;
  const options = JSON.parse(words.options ?? "{}");
  const map = L.map(element, {
    attributionControl: false, zoomControl: false, scrollWheelZoom: false,
    zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false,
    zoomSnap: 0.25, minZoom: options.minzoom ?? 9, maxZoom: options.maxzoom ?? 18,
  });
  awake.set(element, map);
  let bounds = L.latLngBounds(options.extent);
  const fit = () => map.fitBounds(bounds, { maxZoom: CLOSEST_FIT, padding: [24, 24], animate: false });
  fit();
  map.createPane("base").style.zIndex = "150";
  const labels = map.createPane("labels");
  labels.style.zIndex = "380";
  labels.style.pointerEvents = "none";
  habits(map, element);
  controls(map, words, fit);
  L.control.attribution({ prefix: false }).addAttribution(words.credit).addTo(map);
  if (words.tiles) L.tileLayer(words.tiles, { minZoom: 5, maxZoom: 18, className: "map-tiles" }).addTo(map);
  element.addEventListener("keydown", (event) => {
    if (event.key === "0" && !event.ctrlKey && !event.metaKey && !event.altKey) fit();
  });
  try {
    const [base, shown] = await Promise.all([baseLayer(words.base ?? ""), data(element)]);
    if (awake.get(element) !== map) return;
    if (base.bbox) {
      const [west, south, east, north] = base.bbox;
      map.setMaxBounds(L.latLngBounds([south, west], [north, east]).pad(0.1));
    }
    drawBase(map, base, Boolean(words.tiles));
    if (shown) {
      const drawn = new Shown(map, words);
      bounds = drawn.draw(shown) ?? bounds;
      keepFresh(element, drawn);
    }
    if (words.pick !== undefined) {
      const at = pickPosition(map);
      if (at) bounds = at.toBounds(400);
    }
    fit();
    keepNamesClear(map);
    element.dataset.ready = "";
    // What a page draws for itself (map_of.js).
    Object.assign(element, { leaflet: map });
    element.dispatchEvent(new Event("map-ready"));
  } catch {
    element.dataset.broken = "";
    const text = document.createElement("p");
    text.className = "map-failed";
    text.textContent = words.failed ?? "";
    element.append(text);
  }
}

/** @param {ParentNode} root */
function wakeAll(root) {
  const found = [...root.querySelectorAll("[data-map]")];
  if (root instanceof HTMLElement && root.matches("[data-map]")) found.push(root);
  for (const element of found) if (element instanceof HTMLElement && !awake.has(element)) void wake(element);
}

document.addEventListener("htmx:load", (event) => {
  const part = /** @type {CustomEvent} */ (event).detail?.elt;
  if (part instanceof Element) wakeAll(part);
});
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  const part = /** @type {CustomEvent} */ (event).detail?.elt;
  const map = part instanceof Element ? awake.get(part) : null;
  if (!map) return;
  awake.delete(part);
  map.remove();
});
wakeAll(document);
