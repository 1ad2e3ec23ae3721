// The page says which language it speaks, and Streamlit's own English words are said in it.
if (!window.huceSaid) {
  window.huceSaid = true;
  const ATTRIBUTES = ['aria-label', 'placeholder', 'title'];
  // Only where Streamlit itself writes: what people typed is never touched.
  const OWN = ['stSkipToContent', 'stFileUploaderDropzone', 'stDataFrameColumnMenu', 'stDialog']
    .map(name => `[data-testid="${name}"]`).join() + ',[data-testid$="FieldsScroller"],[role="listbox"],[role="menu"]';
  const DATA = '[data-testid="stMarkdownContainer"]:not([data-testid="stFileUploaderDropzone"] *),[data-testid="stText"]';
  const told = new WeakMap();  // what a place said before, for the next change of language
  let exact = new Map(), shapes = [];
  let spoken = '';
  const learn = () => {
    const place = document.querySelector('[class*="st-key-language_"]');
    const lang = place ? [...place.classList].find(one => one.startsWith('st-key-language_')).slice('st-key-language_'.length) : spoken;
    if (lang === spoken || !window.huceWords[lang]) return false;
    spoken = lang;
    exact = new Map();
    shapes = [];
    for (const [theirs, ours] of Object.entries(window.huceWords[lang].words)) {
      if (!theirs.includes('{of}')) exact.set(theirs, ours);
      else shapes.push([...theirs.split('{of}'), ours]);
    }
    document.documentElement.lang = window.huceWords[lang].tag;
    return true;
  };
  const ours = (text, whole) => {
    const trimmed = text.trim(), known = exact.get(trimmed);
    if (known !== undefined) return text.replace(trimmed, () => known);
    if (whole) return text;
    for (const [before, after, said] of shapes) {
      if (trimmed.length > before.length + after.length && trimmed.startsWith(before) && trimmed.endsWith(after)) {
        return said.replace('{of}', () => trimmed.slice(before.length, trimmed.length - after.length));
      }
    }
    return text;
  };
  const put = (node, name, text, write, whole) => {
    const before = told.get(node) || {};
    const first = before[name] && before[name][1] === text ? before[name][0] : text;
    const said = ours(first, whole);
    if (first !== text || said !== text) told.set(node, {...before, [name]: [first, said]});
    if (said !== text) write(said);
  };
  const label = node => {
    for (const name of ATTRIBUTES) {
      if (node.hasAttribute(name)) put(node, name, node.getAttribute(name), said => node.setAttribute(name, said));
    }
  };
  const write = text => {
    const at = text.parentElement;
    if (at && at.closest(OWN) && !at.closest(DATA)) put(text, 'text', text.data, said => { text.data = said; }, !at.closest('[data-testid="stFileUploaderDropzone"]'));
  };
  const walk = root => {
    if (root.nodeType === Node.TEXT_NODE) write(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest('canvas')) return;
    label(root);
    for (const node of root.querySelectorAll(ATTRIBUTES.map(name => `[${name}]`).join())) label(node);
    const own = root.closest(OWN) ? [root] : root.querySelectorAll(OWN);
    for (const place of own) {
      const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) write(texts.currentNode);
    }
    // The menu groups its items in ways a list must not: without the roles of a list it is read as the links it is.
    const menu = root.closest('[data-testid="stSidebarNavItems"]') ? root.parentElement : root;
    for (const item of menu.querySelectorAll('[data-testid="stSidebarNavItems"], [data-testid="stSidebarNavItems"] li')) {
      item.setAttribute('role', 'presentation');
    }
  };
  // Dialogs and lists hang outside the app: they are to know as well whether it is light or dark.
  const shade = () => {
    const app = document.querySelector('.stApp');
    if (app) document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
  };
  shade();
  if (learn()) walk(document.body);
  new MutationObserver(changes => {
    if (learn()) return walk(document.body);
    for (const change of changes) {
      if (change.type === 'attributes' && change.attributeName !== 'class') label(change.target);
      if (change.attributeName === 'class' && change.target.matches('.stApp')) shade();
      if (change.type === 'characterData') write(change.target);
      change.addedNodes.forEach(walk);
    }
  }).observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: [...ATTRIBUTES, 'class']});
}
