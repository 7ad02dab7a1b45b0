// Figures open large on the page; without this script their links open the picture itself.
// What scrolls sideways can be reached and scrolled by keyboard, and shows that there is more. The way to the same page in another
// language leads to the section in view. Pages are printed in the light theme, and search shows words
// of articles.
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
      fade(part);
      part.onscroll = () => fade(part);
    }
  }

  function fade(part) {
    part.classList.toggle("more", part.scrollLeft + part.clientWidth < part.scrollWidth - 1);
  }

  // The section of the address while it is on the screen, or else the last that begins above; none
  // at the top of the page, where only the section of the whole page does.
  function sectionInView() {
    const top = (part) => part.getBoundingClientRect().top;
    const named = decodeURIComponent(location.hash.slice(1));
    const part = document.getElementById(named);
    if (part && top(part) > -1 && top(part) < innerHeight) { return named; }
    const above = [...document.querySelectorAll("article section[id]")].filter(
      (section) => top(section) < 100);
    return above.length < 2 ? "" : above.at(-1).id;
  }

  function sameSection() {
    const here = sectionInView();
    for (const link of document.querySelectorAll("a.language[data-anchors]")) {
      link.hash = JSON.parse(link.dataset.anchors)[here] || here;
    }
  }

  // Paper is white, whatever the theme on the screen.
  function forPaper() {
    const page = document.documentElement;
    const theme = page.dataset.theme;
    page.dataset.theme = "light";
    addEventListener("afterprint", () => { page.dataset.theme = theme; }, { once: true });
  }

  // Excerpts of found pages are from the article, without what is around it.
  function searchArticles() {
    if (typeof Search === "undefined") { return; }
    const textOf = Search.htmlToText;
    Search.htmlToText = (text, anchor) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      for (const part of page.querySelectorAll(".bd-header-article, #jb-print-docs-body, .bd-sidebar-secondary, nav, footer")) {
        part.remove();
      }
      return textOf(page.documentElement.outerHTML, anchor);
    };
  }

  addEventListener("DOMContentLoaded", sameSection);
  addEventListener("DOMContentLoaded", searchArticles);
  addEventListener("hashchange", sameSection);
  addEventListener("scroll", sameSection);
  addEventListener("beforeprint", forPaper);
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
