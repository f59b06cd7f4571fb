// Applies the theme that was chosen in the settings before anything is painted. src/ui/theme.ts owns what is kept and
// does the same on a change. A file of its own, since the Content-Security-Policy allows no script in the page.
(function () {
  try {
    var theme = localStorage.getItem("buzzer.theme");
    if (theme !== "light" && theme !== "dark") return;
    document.documentElement.dataset.theme = theme;
    document.querySelectorAll('meta[name="theme-color"]').forEach(function (meta) {
      meta.content = theme === "dark" ? "#15121b" : "#ffffff";
    });
  } catch (error) {
    // Storage is forbidden: the system's theme it is.
  }
})();
