// What a page does that Streamlit does not.
if (!window.huceLine) {
  window.huceLine = true;
  const Line = window.WebSocket;
  window.WebSocket = class extends Line {
    constructor(...given) {
      super(...given);
      let opened = false;
      this.addEventListener('open', () => { opened = true; });
      this.addEventListener('close', () => {
        if (opened) return;
        fetch('/', {headers: {Accept: 'text/html'}, redirect: 'manual'}).then(answer => {
          const here = location.pathname + location.search;
          if (answer.type === 'opaqueredirect') location.replace('/login?ended=1&next=' + encodeURIComponent(here));
        }, () => undefined);
      });
    }
  };
  // A card of a list opens its row in this page, as a click in the table does; the program of the page hears a step back.
  document.addEventListener('click', event => {
    const card = event.target.closest('[class*="st-key-narrow_"] a');
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    history.pushState({}, '', card.getAttribute('href'));
    dispatchEvent(new PopStateEvent('popstate'));
  }, true);
  // On a phone the menu lies over the page: it goes when a page was chosen.
  document.addEventListener('click', event => {
    if (innerWidth > 640 || !event.target.closest('[data-testid="stSidebarNavLink"]')) return;
    setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click());
  });
  // What is typed into a field reaches the draft after a pause, not only when the field is left; but not in the middle of
  // a word that an input method is still putting together.
  let pause = 0, composing = false;
  const keep = event => {
    const field = event.target;
    composing = event.type === 'compositionstart' || (composing && event.type !== 'compositionend');
    clearTimeout(pause);
    if (composing || !field.matches?.('[data-testid="stTextInput"] input, [data-testid="stTextArea"] textarea')) return;
    pause = setTimeout(() => {
      if (document.activeElement !== field) return;
      field.dispatchEvent(new FocusEvent('focusout', {bubbles: true}));
      field.dispatchEvent(new FocusEvent('focusin', {bubbles: true}));
    }, 1200);
  };
  // A save that was refused: to the first field at fault, once for each try.
  let seen = '';
  new MutationObserver(() => {
    const fault = document.querySelector('[class*="st-key-first_fault_"]');
    const name = fault ? [...fault.classList].find(one => one.startsWith('st-key-first_fault_')) : '';
    if (name === seen) return;
    seen = name;
    const place = fault?.closest('[data-testid="stColumn"], [data-testid="stVerticalBlock"]');
    place?.scrollIntoView({block: 'center'});
    place?.querySelector('input, textarea')?.focus({preventScroll: true});
  }).observe(document.documentElement, {childList: true, subtree: true});
  for (const kind of ['input', 'compositionstart', 'compositionend']) document.addEventListener(kind, keep, true);
}
