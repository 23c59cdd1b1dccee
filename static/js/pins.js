// @ts-check
// Pins that never cover each other: those too near to be hit one by one share a pin with a number.

const L = /** @type {any} */ (globalThis).L;

/** @typedef {import("./map.js").Feature} Feature */
/** @typedef {{x: number, y: number, at: any, features: Feature[]}} Group */

/** Pixels; a pin is as wide, so none is smaller than a finger needs or hidden behind another. */
const APART = 28;
const NAMED_AT_MOST = 5;

export class Pins {
  /**
   * @param {any} map
   * @param {Feature[]} features points
   * @param {DOMStringMap} words
   * @param {(properties: Record<string, any>) => HTMLElement} popup what one of them says
   */
  constructor(map, features, words, popup) {
    this.map = map;
    this.features = features;
    this.words = words;
    this.popup = popup;
    this.layer = L.featureGroup().addTo(map);
  }

  start() {
    this.show();
    this.map.on("zoomend", () => this.show());
  }

  /** @param {Feature[]} features */
  change(features) {
    this.features = features;
    this.show();
  }

  /** How near two are depends on the zoom. */
  show() {
    const focused = document.activeElement?.closest(".map-pin");
    if (focused && this.map.getContainer().contains(focused)) this.map.getContainer().focus({ preventScroll: true });
    this.layer.clearLayers();
    for (const group of this.groups()) this.layer.addLayer(this.pin(group));
  }

  /** @returns {Group[]} the first of a group holds its place, so that pins do not wander */
  groups() {
    /** @type {Group[]} */
    const groups = [];
    for (const feature of this.features) {
      const [longitude, latitude] = feature.geometry.coordinates;
      const at = L.latLng(latitude, longitude);
      const { x, y } = this.map.latLngToLayerPoint(at);
      const near = groups.find((group) => Math.abs(group.x - x) < APART && Math.abs(group.y - y) < APART);
      if (near) near.features.push(feature);
      else groups.push({ x, y, at, features: [feature] });
    }
    return groups;
  }

  /** @param {Group} group */
  pin({ at, features }) {
    const warned = features.some((feature) => feature.properties.warning);
    const n = this.count(features);
    const many = n > 1;
    const number = document.createElement("b");
    if (many) number.textContent = String(n);
    const className = [
      "map-pin", many ? "map-pin-many" : "", warned ? "map-pin-warning" : "", ...this.marks(features),
    ].filter(Boolean).join(" ");
    const icon = L.divIcon({
      className, html: number, iconSize: [APART, APART], iconAnchor: [APART / 2, APART / 2], popupAnchor: [0, -APART / 2],
    });
    const title = this.title(features, warned);
    const marker = L.marker(at, { icon, title });
    // The number alone would be the pin's name.
    marker.on("add", () => marker.getElement()?.setAttribute("aria-label", title));
    return marker.bindPopup(() => (many ? this.list(features) : this.popup(features[0].properties)), { maxWidth: 260, maxHeight: 220 });
  }

  /** @param {Feature[]} features @returns {number} how many things they stand for */
  count(features) {
    return features.length;
  }

  /** @param {Feature[]} features @returns {string[]} what they look like */
  marks(features) {
    const alarm = features[0].properties.priority !== undefined;
    const unanswered = features.some((feature) => feature.properties.unanswered);
    return [alarm ? "map-pin-alarm" : "", unanswered ? "map-pin-unanswered" : ""];
  }

  /** @param {number} n */
  many(n) {
    return (this.words.many ?? "{n}").replace("{n}", String(n));
  }

  /** @param {Feature[]} features @param {boolean} warned */
  title(features, warned) {
    const names = features.slice(0, NAMED_AT_MOST).map((feature) => feature.properties.name);
    if (features.length > NAMED_AT_MOST) names.push("…");
    const what = features.length > 1 ? `${this.many(features.length)}: ${names.join(", ")}` : names[0];
    return warned ? `${what}, ${this.words.warning}` : what;
  }

  /** @param {Feature[]} features */
  list(features) {
    const box = document.createElement("div");
    box.appendChild(document.createElement("strong")).textContent = this.many(features.length);
    const list = box.appendChild(document.createElement("ul"));
    list.className = "map-list";
    for (const { properties } of features) {
      const item = list.appendChild(document.createElement("li"));
      const name = item.appendChild(document.createElement(properties.url ? "a" : "span"));
      if (name instanceof HTMLAnchorElement) name.href = properties.url;
      name.textContent = properties.warning ? `▲ ${properties.name}` : properties.name;
    }
    return box;
  }
}
