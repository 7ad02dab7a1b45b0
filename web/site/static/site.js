// Figures open large on the page; without this script their links open the picture itself.
// What scrolls sideways can be reached and scrolled by keyboard. The way to the same page in another
// language leads to the same section.
(function () {
  "use strict";

  function show(figure) {
    const dialog = document.createElement("dialog");
    const picture = figure.querySelector("img").cloneNode();
    const button = document.createElement("button");
    button.textContent = figure.querySelector(".plot-large").dataset.close;
    button.addEventListener("click", () => dialog.close());
    picture.addEventListener("click", () => dialog.close());
    dialog.className = "large";
    dialog.append(button, picture);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  function reachable() {
    for (const part of document.querySelectorAll(".cell_output .text_html, .pst-scrollable-table-container, pre")) {
      if (part.scrollWidth > part.clientWidth) {
        part.tabIndex = 0;
      } else {
        part.removeAttribute("tabindex");
      }
    }
  }

  function sameSection() {
    const here = decodeURIComponent(location.hash.slice(1));
    for (const link of document.querySelectorAll("a.language[data-anchors]")) {
      link.hash = JSON.parse(link.dataset.anchors)[here] || here;
    }
  }

  addEventListener("DOMContentLoaded", sameSection);
  addEventListener("hashchange", sameSection);
  addEventListener("load", reachable);
  addEventListener("resize", reachable);
  document.addEventListener("click", (event) => {
    const figure = event.target.closest("figure.plot");
    if (figure && event.target.closest(".plot-large, img")) {
      event.preventDefault();
      show(figure);
    }
  });
})();
