// @ts-check
// Nothing moves under the pointer: this knows when the operator points, types or has a menu open.

const POINT_REST_MS = 10000;
const TYPE_REST_MS = 4000;
const SHIFT_GUARD_MS = 500;

export class Hold {
  /** @param {HTMLElement[]} places where pointing holds the list still */
  constructor(places) {
    this.pointedAt = 0;
    this.typedAt = 0;
    this.inside = false;
    this.pressed = false;
    this.shiftedAt = 0;
    for (const place of places) this.watchPointer(place);
    document.addEventListener("input", () => { this.typedAt = Date.now(); });
    document.addEventListener("pointerdown", () => { this.pressed = true; }, true);
    for (const end of ["pointerup", "pointercancel", "blur"]) {
      // The click comes after pointerup; the row must still be there for it.
      addEventListener(end, () => setTimeout(() => { this.pressed = false; }, 0), true);
    }
  }

  /** @param {HTMLElement} place */
  watchPointer(place) {
    const seen = () => { this.inside = true; this.pointedAt = Date.now(); };
    place.addEventListener("pointerenter", seen);
    place.addEventListener("pointermove", seen);
    place.addEventListener("wheel", seen, { passive: true });
    place.addEventListener("pointerleave", () => { this.inside = false; });
  }

  /** @returns {boolean} whether rows must keep their places */
  active() {
    const now = Date.now();
    if (this.pressed) return true;
    if (this.inside && now - this.pointedAt < POINT_REST_MS) return true;
    if (now - this.typedAt < TYPE_REST_MS) return true;
    return document.querySelector("details.menu[open], dialog[open]") !== null;
  }

  /** The list has just moved rows on its own. */
  shifted() {
    this.shiftedAt = Date.now();
  }

  /** @returns {boolean} whether a click now may have been meant for the row that was here before */
  justShifted() {
    return Date.now() - this.shiftedAt < SHIFT_GUARD_MS;
  }
}
