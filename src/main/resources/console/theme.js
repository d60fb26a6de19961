// before the first paint, so that a page in the dark does not flash
(() => {
  const theme = localStorage.getItem('botbot-theme');
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
  }
})();
