/* Links in a lesson's texts and outputs to another lesson, or to a page beside it, lead to the page
   that the site has for it: JupyterLite would ask an app that is not built for the file. The page's
   script element brings, for each language, the pages by their files; both are paths from the site's
   folder. */
(function () {
  'use strict';
  var script = document.currentScript;
  var site = new URL('../', script.src);
  var pages = JSON.parse(script.getAttribute('data-pages'));
  var lab = /\/lab\//.test(location.pathname);

  /* The page for a file. Languages share the list of tables: that of the open lesson is meant. */
  function page(address) {
    var path = window.jupyterapp.shell.currentWidget.context.path;
    var own = pages[path.split('/')[1]];
    var all = Object.assign({}, ...Object.values(pages), own || pages.en);
    var file = Object.keys(all).find((one) => address === new URL('lite/files/' + one, site).href);
    return lab && /\.ipynb$/.test(file) ? null : all[file]; // JupyterLab opens lessons itself
  }

  /* A link is changed before it is used, by mouse, finger or keyboard. */
  function lead(event) {
    var link = event.target.closest('.jp-RenderedHTMLCommon a[href]');
    var found = link && page(link.href.split('#')[0]);
    if (found) {
      link.href = new URL(found, site).href + link.hash;
      link.target = '_blank';
      link.dataset.page = found;
    }
    if (link && link.dataset.page && event.type === 'click') {
      event.stopPropagation(); // or JupyterLite opens the file, too
    }
  }

  ['mouseover', 'focusin', 'click'].forEach(function (name) {
    document.addEventListener(name, lead, true);
  });
}());
