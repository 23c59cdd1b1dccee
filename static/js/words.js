// @ts-check
// The words scripts say stand in the page (board/_words.html), where they are translated.

/**
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 * @returns {string} the words with every {value} filled in
 */
export function say(name, values = {}) {
  const words = document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? name;
  return words.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}
