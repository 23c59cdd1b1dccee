// @ts-check
// Which layers the reader wants to see, in the lists and on the map. What is hidden is counted.

import { say } from "./words.js";

const KINDS = { alarm: "alarms", incident: "incidents" };

export class Layers {
  /** @param {HTMLElement | null} box null where nothing is chosen @param {() => void} chosen */
  constructor(box, chosen) {
    this.box = box;
    this.chosen = chosen;
    /** @type {Set<string>} */
    this.off = new Set();
    /** @type {Set<string>} */
    this.known = new Set();
    box?.addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (input.checked) this.off.delete(input.dataset.show ?? "");
      else this.off.add(input.dataset.show ?? "");
      this.changed();
      this.chosen();
    });
  }

  /** @param {Record<string, any>} properties of something on the map @returns {boolean} */
  shows(properties) {
    const kind = KINDS[/** @type {keyof typeof KINDS} */ (properties.what)];
    return !this.off.has(kind ?? `layer-${properties.layer}`);
  }

  /** Rows have come or gone, or another choice was made. */
  changed() {
    if (!this.box) return;
    let hidden = 0;
    for (const row of document.querySelectorAll("#lists [data-layer]")) {
      if (!(row instanceof HTMLElement)) continue;
      const name = `layer-${row.dataset.layer}`;
      this.offer(name, row.dataset.layerName ?? "");
      row.hidden = this.off.has(name);
      if (row.hidden) hidden += 1;
    }
    for (const part of document.querySelectorAll("#lists [data-stream]")) {
      const off = this.off.has(/** @type {HTMLElement} */ (part).dataset.stream ?? "");
      const rows = part.querySelector("[data-rows]");
      if (!(rows instanceof HTMLElement)) continue;
      if (off) hidden += rows.children.length;
      rows.hidden = off;
    }
    const words = document.getElementById("hidden-layers");
    if (words) words.textContent = hidden ? say("hidden_layers", { n: hidden }) : "";
  }

  /** A layer that has not been seen before can be switched off too. @param {string} name @param {string} label */
  offer(name, label) {
    if (this.known.has(name)) return;
    this.known.add(name);
    const line = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.checked = true;
    input.dataset.show = name;
    line.append(input, ` ${label}`);
    this.box?.querySelector("[data-layer-choices]")?.append(line);
  }
}
