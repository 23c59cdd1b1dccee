// @ts-check
// Drawing a zone: clicks and the map's middle become lines of the field, and the field is drawn.

import { mapOf } from "./map_of.js";
import { need } from "./need.js";

const L = /** @type {any} */ (globalThis).L;

const field = /** @type {HTMLTextAreaElement} */ (need("id_corners"));
const shape = /** @type {HTMLSelectElement} */ (need("id_shape"));
const said = need("draw-said");

/** @returns {number[][]} the lines that are two numbers: longitude, latitude */
function corners() {
  return field.value.split("\n").map((line) => line.trim().replaceAll(",", ".").split(/[\s;]+/).map(Number))
    .filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
}

/** @param {number[][]} pairs */
function write(pairs) {
  const decimal = document.documentElement.lang === "en" ? "." : ",";
  field.value = pairs.map((pair) => pair.map((one) => one.toFixed(6).replace(".", decimal)).join(" ")).join("\n");
}

/** @param {any} map */
function start(map) {
  const drawn = L.layerGroup().addTo(map);
  const show = () => {
    const at = corners().map(([x, y]) => [y, x]);
    drawn.clearLayers();
    const style = { className: "data-zone zone-drawn", interactive: false };
    if (at.length > 1) (shape.value === "area" ? L.polygon(at, style) : L.polyline(at, style)).addTo(drawn);
    const icon = L.divIcon({ className: "map-pin map-pin-picked", iconSize: [16, 16], iconAnchor: [8, 8] });
    for (const corner of at) L.marker(corner, { icon, interactive: false, keyboard: false }).addTo(drawn);
    said.textContent = (at.length === 1 ? said.dataset.one : said.dataset.many)?.replace("{n}", String(at.length)) ?? "";
    return at;
  };
  const add = (/** @type {{lat: number, lng: number}} */ at) => {
    write(shape.value === "point" ? [[at.lng, at.lat]] : [...corners(), [at.lng, at.lat]]);
    show();
  };
  map.on("click", (/** @type {any} */ event) => add(event.latlng));
  map.doubleClickZoom.disable();
  field.addEventListener("input", show);
  shape.addEventListener("change", show);
  const acts = {
    middle: () => add(map.getCenter()),
    undo: () => { write(corners().slice(0, -1)); show(); },
    clear: () => { write([]); show(); },
  };
  for (const button of document.querySelectorAll("[data-draw]")) {
    const name = /** @type {keyof typeof acts} */ (/** @type {HTMLElement} */ (button).dataset.draw ?? "middle");
    button.addEventListener("click", acts[name]);
  }
  need("draw-tools").hidden = false;
  const at = show();
  if (at.length) map.fitBounds(L.latLngBounds(at), { maxZoom: 15, padding: [40, 40], animate: false });
}

mapOf(need("draw-map")).then(start);
