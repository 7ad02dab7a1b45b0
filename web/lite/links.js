/* Links in a lesson to a page beside it lead to that page of the site: JupyterLite would open the
   file itself, with an app that is not built. The page's script element brings, for each language,
   the pages by their files; both paths are from the site's folder. */
(function () {
  'use strict';
  var script = document.currentScript;
  var site = new URL('../', script.src);
  var pages = JSON.parse(script.getAttribute('data-pages'));

  /* The page for a file; the table of data has one in each language, that of the open lesson. */
  function page(address) {
    var path = /[?&]path=notebooks(?:\/|%2F)(?:(\w\w)(?:\/|%2F))?\d/i.exec(location.search);
    var own = pages[path && path[1]] || pages.en;
    var all = Object.assign({}, ...Object.values(pages), own);
    var file = Object.keys(all).find((one) => address === new URL('lite/files/' + one, site).href);
    return all[file];
  }

  /* Before a link is used, by mouse, finger or keyboard. */
  function lead(event) {
    var link = event.target.closest && event.target.closest('.jp-RenderedMarkdown a[href]');
    var found = link && page(link.href.split('#')[0]);
    if (!found) { return; }
    link.href = new URL(found, site).href + link.hash;
    link.target = '_blank';
    link.removeAttribute('data-commandlinker-command');
  }

  ['mouseover', 'focusin', 'click'].forEach(function (name) {
    document.addEventListener(name, lead, true);
  });
}());
