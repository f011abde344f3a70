// The theme is chosen before the page is painted.
(() => {
  const root = document.documentElement, prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
  try {
    const saved = localStorage.getItem('digitos-theme');
    if (saved) root.dataset.theme = saved;
  } catch {} // storage may be forbidden
  document.addEventListener('DOMContentLoaded', () => {
    const theme = document.getElementById('theme');
    const show = () => {
      document.body.dataset.jpThemeLight = String(!isDark()); // what figures look at in a notebook
      theme.setAttribute('aria-pressed', String(isDark()));
    };
    theme.hidden = false;
    theme.onclick = () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      try { localStorage.setItem('digitos-theme', root.dataset.theme); } catch {}
      show();
    };
    prefersDark.addEventListener('change', show);
    show();

    // The reader's language comes first in the list of lessons.
    const mine = navigator.languages.map((tag) => tag.slice(0, 2));
    const editions = [...document.querySelectorAll('.edition')];
    const first = mine.map((tag) => editions.find((edition) => edition.lang === tag)).find(Boolean);
    if (first && first !== editions[0]) editions[0].before(first);

    // A wide page has room for its contents, and the link to the other language leads to the same cell.
    const contents = document.querySelector('.contents details'), other = document.querySelector('a.other');
    if (!contents) return;
    const wide = matchMedia('(min-width: 75rem)');
    const unfold = () => { contents.open = wide.matches; };
    wide.addEventListener('change', unfold);
    unfold();
    const follow = () => {
      const cell = [...document.querySelectorAll('.cell')].find((cell) => cell.getBoundingClientRect().bottom > 120);
      other.href = root.dataset.other + (cell && scrollY > 0 ? '#' + cell.id : '');
    };
    other.addEventListener('pointerenter', follow);
    other.addEventListener('focus', follow);
    other.addEventListener('click', follow);

    // What scrolls sideways can be reached by keyboard.
    const reach = () => {
      for (const box of document.querySelectorAll('main pre, main .table, main .rich, main .formula, main .long')) {
        if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
        else box.removeAttribute('tabindex');
      }
    };
    addEventListener('resize', reach);
    addEventListener('load', reach);
    document.addEventListener('load', ({ target }) => {
      if (target.closest('.rich') && !target.closest('.digitos-live')) reach();
    }, true); // of pictures that a cell shows
  });
})();
