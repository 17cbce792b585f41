// Runs before the first paint, so that the page does not flash in the other theme.
(() => {
  let saved = null;
  try { saved = localStorage.getItem('theme'); } catch { /* files on disk may have no storage */ }
  if (saved === 'light' || saved === 'dark') { document.documentElement.dataset.theme = saved; }
})();
