// @ts-check
// The picture's map: heaps that the server has counted, and zones in the pattern of their layer.

import { mapOf } from "./map_of.js";
import { Pins } from "./pins.js";
import { say } from "./words.js";

const L = /** @type {any} */ (globalThis).L;

/** @typedef {import("./map.js").Feature} Feature */
/** @typedef {{name: string, text: string, url?: string}} Item */

const REST_MS = 400;
const AGAIN_MS = 1500;

class HeapPins extends Pins {
  /** @param {Feature[]} features */
  count(features) {
    return features.reduce((sum, feature) => sum + (feature.properties.n ?? 1), 0);
  }

  /** @param {Feature[]} features */
  marks(features) {
    const alarm = features.some((feature) => feature.properties.what === "alarm");
    const incident = !alarm && features.some((feature) => feature.properties.what === "incident");
    const unanswered = features.some((feature) => feature.properties.unanswered);
    const zone = !alarm && !incident;
    return [
      alarm ? "map-pin-alarm" : "", incident ? "map-pin-incident" : "",
      unanswered ? "map-pin-unanswered" : "", zone ? "map-pin-zone" : "",
    ];
  }

  /** @param {Feature[]} features @param {boolean} warned */
  title(features, warned) {
    const named = features.flatMap((feature) => itemsOf(feature)).map((item) => ({ properties: item }));
    const n = this.count(features);
    const names = super.title(/** @type {any} */ (named.length === 1 ? named : named.slice(0, 5)), warned);
    return n > 1 && named.length < n ? `${this.many(n)}, ${names}` : names;
  }

  /** @param {Feature[]} features */
  list(features) {
    const box = document.createElement("div");
    box.appendChild(document.createElement("strong")).textContent = this.many(this.count(features));
    const list = box.appendChild(document.createElement("ul"));
    list.className = "map-list";
    for (const feature of features) {
      for (const item of itemsOf(feature)) list.appendChild(document.createElement("li")).append(entry(item));
      const left = (feature.properties.n ?? 1) - itemsOf(feature).length;
      if (left > 0) list.appendChild(document.createElement("li")).textContent = say("also", { n: left });
    }
    return box;
  }
}

/** @param {Feature} feature @returns {Item[]} */
function itemsOf({ properties }) {
  if (properties.items) return properties.items;
  return [{ name: properties.name, text: properties.text, url: properties.url }];
}

/** @param {Item} item @returns {DocumentFragment} */
function entry(item) {
  const all = document.createDocumentFragment();
  const name = all.appendChild(document.createElement(item.url ? "a" : "span"));
  if (name instanceof HTMLAnchorElement && item.url) name.href = item.url;
  name.textContent = item.name;
  const text = all.appendChild(document.createElement("span"));
  text.className = "map-text";
  text.textContent = item.text;
  return all;
}

/** @param {Record<string, any>} properties @returns {HTMLElement} */
function popup(properties) {
  const box = document.createElement("div");
  for (const item of itemsOf({ type: "", geometry: { type: "", coordinates: [] }, properties })) {
    box.appendChild(document.createElement("p")).append(entry(item));
  }
  return box;
}

export class PictureMap {
  /**
   * @param {HTMLElement} element
   * @param {string} url the door
   * @param {(properties: Record<string, any>) => boolean} shows whether the reader wants it
   */
  constructor(element, url, shows) {
    this.element = element;
    this.url = url;
    this.shows = shows;
    /** @type {Feature[]} */
    this.features = [];
    this.drawn = "";
    this.timer = 0;
    this.pressed = false;
  }

  async wake() {
    this.map = await mapOf(this.element);
    this.zones = L.layerGroup().addTo(this.map);
    this.pins = new HeapPins(this.map, [], this.element.dataset, popup);
    this.pins.start();
    this.map.on("popupclose", () => this.draw());
    this.element.addEventListener("pointerdown", () => { this.pressed = true; });
    addEventListener("pointerup", () => { this.pressed = false; this.draw(); });
  }

  async start() {
    await this.wake();
    await this.read();
    this.fit();
    this.map.on("moveend", () => this.soon(REST_MS));
    this.soon(0);
  }

  /** What does not change any more. @param {Feature[]} features */
  async still(features) {
    await this.wake();
    this.features = features;
    this.fit();
    this.draw();
  }

  /** The first look is at what there is. */
  fit() {
    const bounds = L.geoJSON({ type: "FeatureCollection", features: this.features }).getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds, { maxZoom: 14, padding: [30, 30], animate: false });
  }

  /** Something has changed: ask again, once for all that changes within a moment. @param {number} [wait] */
  soon(wait = AGAIN_MS) {
    if (this.timer || !this.map) return;
    this.timer = window.setTimeout(() => { this.timer = 0; void this.read(); }, wait);
  }

  async read() {
    const bounds = this.map.getBounds();
    const bbox = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((one) => one.toFixed(5));
    try {
      const answer = await fetch(`${this.url}?bbox=${bbox.join(",")}&zoom=${Math.floor(this.map.getZoom())}`, {
        headers: { Accept: "application/json", "TC-Background": "1" }, redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.features = (await answer.json()).features;
      this.element.removeAttribute("data-old");
      this.draw();
    } catch {
      this.element.dataset.old = "";
    }
  }

  /** Nothing is redrawn under the hand: not while a popup is open or the pointer is down. */
  draw() {
    if (!this.map || this.pressed || this.element.querySelector(".leaflet-popup")) return;
    const wanted = this.features.filter((feature) => this.shows(feature.properties));
    const text = JSON.stringify(wanted);
    if (text === this.drawn) return;
    this.drawn = text;
    this.zones.clearLayers();
    const isPoint = (/** @type {Feature} */ feature) => feature.geometry.type === "Point";
    for (const feature of wanted) if (!isPoint(feature)) this.drawZone(feature);
    this.pins.change(wanted.filter(isPoint));
  }

  /** @param {Feature} feature */
  drawZone(feature) {
    const { kind, pattern, code } = feature.properties;
    const shape = L.geoJSON(feature, {
      style: () => ({ className: `data-zone zone-${kind} zone-pattern-${pattern} zone-${feature.geometry.type}` }),
    });
    shape.bindPopup(() => popup(feature.properties), { maxWidth: 260 }).addTo(this.zones);
    const words = document.createElement("span");
    words.append(Object.assign(document.createElement("b"), { textContent: code }));
    words.append(Object.assign(document.createElement("i"), { textContent: ` ${feature.properties.name}` }));
    const icon = L.divIcon({ className: "map-label zone-label", html: words, iconSize: null });
    L.marker(shape.getBounds().getCenter(), { icon, interactive: false, keyboard: false, pane: "labels" }).addTo(this.zones);
  }

  /** @param {number[][]} corners longitude, latitude */
  show(corners) {
    if (!this.map || !corners.length) return;
    this.map.fitBounds(L.latLngBounds(corners.map(([x, y]) => [y, x])), { maxZoom: 15, padding: [40, 40], animate: false });
  }
}
