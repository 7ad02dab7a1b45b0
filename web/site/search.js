// Goes into Sphinx's language_data.js: `words` of search.py for what a reader types, numbers that
// Sphinx's search drops, and words without their accents, as they are in the index. A page is found
// if it has every word, and its excerpt shows them. The names are those that Sphinx's script calls.
function splitQuery(query) {
  return [...searchedWords(query)].map(([word]) => word);
}

// The words of a text, and where each begins.
function* searchedWords(text) {
  const number = "[0-9]{1,3}(?:[,_][0-9]{3})+(?:\\.[0-9]+)?\\b|[0-9]+\\.[0-9]+";
  const letters = "[\\p{Letter}\\p{Number}_\\p{Emoji_Presentation}]+";
  for (const found of text.normalize("NFC").matchAll(new RegExp(`${number}|${letters}`, "gu"))) {
    const [whole, ...decimals] = found[0].split(".");
    const digits = whole.replace(/[,_]/g, "");
    const large = /^[1-9][0-9]{3,}$/.test(digits) && !/^(19|20)[0-9]{2}$/.test(found[0]);
    const commas = () => [digits.replace(/\B(?=([0-9]{3})+$)/g, ","), ...decimals].join(".");
    yield [large ? commas() : found[0], found.index];
  }
}

(function () {
  const parse = Search._parseQuery;
  Search._parseQuery = (query) => {
    const parts = parse(query), words = splitQuery(query);
    for (const one of words.filter((word) => /^\d+$/.test(word))) {
      parts[1].add(one);  // what is looked for
      parts[3].add(one);  // what is marked
    }
    Search.tooCommon = words.length > 0 && parts[1].size === 0 ? query.trim() : "";
    return parts;
  };

  // Sphinx counts the words that a page has, and lets one of several short ones be missing.
  const find = Search.performTermsSearch;
  const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");
  Search.performTermsSearch = (words, without) => {
    const found = [...words].map((word) => find(new Set([plain(word)]), without));
    const scores = found.map((pages) => new Map(pages.map((page) => [page[0], page[4]])));
    const all = (found[0] ?? []).filter((page) => scores.every((known) => known.has(page[0])));
    for (const page of all) {
      page[4] = Math.max(...scores.map((known) => known.get(page[0])));
    }
    return all;
  };

  // Where a text has most of the words, given as they are in the index, close to each other.
  const stemmer = new Stemmer(), stems = new Map();
  const stem = (word) => {
    if (!stems.has(word)) { stems.set(word, plain(stemmer.stemWord(word))); }
    return stems.get(word);
  };
  const place = (text, wanted) => {
    let near = [], best = -1, most = 0;
    for (const [word, at] of searchedWords(text)) {
      const lower = word.toLowerCase();
      const one = [stem(lower), stem(plain(lower))].find((form) => wanted.has(form));
      if (one === undefined) { continue; }
      near = [...near.filter(([, start]) => at - start < 100), [one, at]];
      const many = new Set(near.map(([form]) => form)).size;
      if (many > most) { [best, most] = [near[0][1], many]; }
      if (most === wanted.size) { break; }
    }
    const part = [...wanted].map((word) => plain(text).toLowerCase().indexOf(word));
    return best > -1 ? best : Math.max(0, ...part);
  };

  // Sphinx looks for the stem, which "policy" (polici) does not have.
  Search.makeSearchSummary = (page, words, anchor) => {
    const text = Search.htmlToText(page, anchor).normalize("NFC");
    if (text === "") { return null; }
    const start = Math.max(place(text, new Set([...words].map(plain))) - 120, 0);
    const excerpt = document.createElement("p");
    excerpt.className = "context";
    excerpt.textContent = (start > 0 ? "..." : "") + text.slice(start, start + 240).trim()
      + (start + 240 < text.length ? "..." : "");
    return excerpt;
  };
})();
