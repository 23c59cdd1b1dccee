// @ts-check
// A picture that stands still: what the page carries, drawn as the live one is.

import { need } from "./need.js";
import { PictureMap } from "./picture_map.js";

const element = /** @type {HTMLElement} */ (document.querySelector("[data-map]"));
const { features } = JSON.parse(need("past-features").textContent ?? "{}");
void new PictureMap(element, "", () => true).still(features);
