// Before the page is painted for the first time, so that it does not flash: a theme that was chosen in this browser.
;(() => {
  try {
    const {theme} = JSON.parse(localStorage.getItem('preferences')).state
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  } catch {
    // None was chosen, or nothing is kept: as the system is.
  }
})()
