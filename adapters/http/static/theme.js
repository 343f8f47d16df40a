// Light, dark, or as the system has it: applied before the first paint, remembered in this browser.
(() => {
  const root = document.documentElement;
  let wish = "auto";
  try {
    wish = localStorage.getItem("baton.theme") || "auto";
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  root.dataset.theme = wish;
})();
