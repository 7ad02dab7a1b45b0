/* Sentences for readers: what is being loaded, and what this browser cannot do. Written for old
   browsers (ES5), since one of the sentences is for them. The page's script element brings the
   texts by language and name; the start page has none of what is being loaded. A lesson in another
   language has notices in that language; a page without a lesson has them in all. */
(function () {
  'use strict';
  var script = document.currentScript;
  var texts = JSON.parse(script.getAttribute('data-texts'));
  var path = /[?&]path=notebooks(?:\/|%2F)(?:(\w\w)(?:\/|%2F))?\d/i.exec(location.search);
  var spoken = path ? [texts[path[1]] ? path[1] : 'en'] : Object.keys(texts);
  var box = null;
  var timer = null;

  function show(name, details) {
    if (!texts.en[name]) { return; }
    if (!document.body) {
      document.addEventListener('DOMContentLoaded', function () { show(name, details); });
      return;
    }
    if (document.getElementById('notice-' + name)) { return; }
    if (!box) {
      box = document.createElement('div');
      box.id = 'notices';
      box.setAttribute('role', 'status');
      document.body.appendChild(box);
    }
    var line = document.createElement('p');
    var close = document.createElement('button');
    line.id = 'notice-' + name;
    for (var i = 0; i < spoken.length; i += 1) {
      var words = document.createElement('span');
      words.lang = spoken[i];
      words.appendChild(document.createTextNode(texts[spoken[i]][name] + ' '));
      line.appendChild(words);
    }
    close.type = 'button';
    close.lang = spoken[0];
    close.appendChild(document.createTextNode(texts[spoken[0]].close));
    close.onclick = function () { hide(name); };
    line.appendChild(close);
    box.appendChild(line);
  }

  function hide(name) {
    var line = document.getElementById('notice-' + name);
    if (line) { line.parentNode.removeChild(line); }
  }

  /* A function with a try block, the newest part of WebAssembly that Pyodide needs. */
  var TRY = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25,
    11, 11];

  function isOld() {
    return typeof WebAssembly !== 'object' || !('noModule' in script) ||
      typeof BigInt64Array !== 'function' || !WebAssembly.validate(new Uint8Array(TRY));
  }

  function lookForStorage() {
    var request;
    try {
      request = window.indexedDB.open('links-in-the-chain');
      request.onerror = function () { show('storage'); };
    } catch (error) {
      show('storage');
    }
  }

  /* Tabs tell each other which lesson they show. */
  function lookForTabs() {
    if (typeof BroadcastChannel !== 'function') { return; }
    var channel = new BroadcastChannel('links-in-the-chain ' + script.src);
    function lesson() { return new URLSearchParams(location.search).get('path'); }
    channel.onmessage = function (message) {
      if (!lesson() || message.data.lesson !== lesson()) { return; }
      show('tabs');
      if (message.data.asks) { channel.postMessage({ lesson: lesson(), asks: false }); }
    };
    channel.postMessage({ lesson: lesson(), asks: true });
  }

  function wasReloaded() {
    var entries = window.performance && performance.getEntriesByType &&
      performance.getEntriesByType('navigation');
    return Boolean(entries && entries.length && entries[0].type === 'reload');
  }

  /* The first notice has done its work once a cell has a result; where it is an error because a
     package is missing, the files from outside did not come. */
  function watchCells() {
    var widget = window.jupyterapp && window.jupyterapp.shell.currentWidget;
    var cells = widget && widget.content && widget.content.widgets || [];
    for (var i = 0; i < cells.length; i += 1) {
      var model = cells[i].model;
      if (!model.executionCount) { continue; }
      hide('loading');
      for (var j = 0; j < model.outputs.length; j += 1) {
        if (/ModuleNotFound/.test(model.outputs.get(j).toJSON().ename)) { show('missing'); }
      }
      clearInterval(timer);
      return;
    }
  }

  if (isOld()) {
    show('old');
    return;
  }
  lookForStorage();
  if (texts.en.loading) {
    show('loading');
    lookForTabs();
    timer = setInterval(watchCells, 1000);
    if (wasReloaded()) { show('reload'); }
  }
}());
