// Runs before the first paint, so it is a small classic script: a module would come too late and
// blind an operator in a dark room with a white flash.
(function () {
  "use strict";
  try {
    ["theme", "text", "contrast", "density"].forEach(function (name) {
      const value = localStorage.getItem("view-" + name);
      if (value) document.documentElement.dataset[name] = value;
    });
  } catch (error) {
    // Storage may be forbidden on the workstation; the system's own choice then holds.
    void error;
  }
})();
