// @ts-check
// Names on the map that can all be read: one that would lie on another, on a control or across the
// edge is left out until there is room. The greater place goes first.

const BETWEEN = 2;

/** @param {DOMRect} a @param {DOMRect} b @returns {boolean} */
function meet(a, b) {
  return a.left < b.right + BETWEEN && b.left < a.right + BETWEEN && a.top < b.bottom + BETWEEN && b.top < a.bottom + BETWEEN;
}

/** @param {DOMRect} inner @param {DOMRect} outer @returns {boolean} */
function within(inner, outer) {
  return inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
}

/** @param {Element} label @returns {number} */
function rank(label) {
  return Number(/map-rank-(\d)/.exec(label.className)?.[1] ?? 9);
}

/** @param {HTMLElement} container the map, at rest */
function clear(container) {
  const edge = container.getBoundingClientRect();
  const taken = [...container.querySelectorAll(".leaflet-control")].map((one) => one.getBoundingClientRect());
  const labels = /** @type {HTMLElement[]} */ ([...container.querySelectorAll(".map-label")]);
  for (const label of labels.sort((a, b) => rank(a) - rank(b))) {
    const box = (label.firstElementChild ?? label).getBoundingClientRect();
    const fits = within(box, edge) && !taken.some((other) => meet(box, other));
    label.style.visibility = fits ? "" : "hidden";
    if (fits && box.width) taken.push(box);
  }
}

/** @param {any} map a map with its names on it */
export function keepNamesClear(map) {
  map.on("moveend zoomend resize", () => clear(map.getContainer()));
  clear(map.getContainer());
}
