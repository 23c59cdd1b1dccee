// @ts-check
// The map of an element, when it is awake: for pages that draw on it themselves.

/**
 * @param {HTMLElement} element one with data-map
 * @returns {Promise<any>} Leaflet's map
 */
export function mapOf(element) {
  const found = () => /** @type {any} */ (element).leaflet;
  if (found()) return Promise.resolve(found());
  return new Promise((ready) => element.addEventListener("map-ready", () => ready(found()), { once: true }));
}
