// @ts-check
// The figures above the list, on the board and on the wall.

/** @param {Record<string, number>} counts */
export function showFigures(counts) {
  for (const element of document.querySelectorAll("[data-count]")) {
    if (!(element instanceof HTMLElement)) continue;
    const n = counts[element.dataset.count ?? ""] ?? 0;
    const number = element.querySelector("b");
    if (number) number.textContent = n.toLocaleString("sv-SE");
    element.toggleAttribute("data-some", n > 0);
    element.toggleAttribute("data-one", n === 1);
  }
}
