// Goes into Sphinx's language_data.js: `words` of search.py for what a reader types, numbers that
// Sphinx's search drops, and words without their accents, as they are in the index. The names are
// those that Sphinx's script calls.
function splitQuery(query) {
  const number = "[0-9]{1,3}(?:[,_][0-9]{3})+\\b|[0-9]{1,3}\\.[0-9]+";
  const letters = "[\\p{Letter}\\p{Number}_\\p{Emoji_Presentation}]+";
  const found = query.normalize("NFC").match(new RegExp(`${number}|${letters}`, "gu")) ?? [];
  return found.map((one) => {
    const digits = one.replace(/[,_]/g, "");
    return /^[1-9][0-9]{3,}$/.test(digits) && !/^(19|20)[0-9]{2}$/.test(one)
      ? digits.replace(/\B(?=([0-9]{3})+$)/g, ",") : one;
  });
}

(function () {
  const parse = Search._parseQuery;
  Search._parseQuery = (query) => {
    const parts = parse(query);
    for (const one of splitQuery(query).filter((word) => /^\d+$/.test(word))) {
      parts[1].add(one);  // what is looked for
      parts[3].add(one);  // what is marked
    }
    return parts;
  };

  const find = Search.performTermsSearch;
  const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");
  Search.performTermsSearch = (words, without) => find(new Set([...words].map(plain)), without);
})();
