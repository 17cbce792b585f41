// Draws every figure for paper, also those that nobody has scrolled to, and waits until they are there.
(async () => {
  dispatchEvent(new Event('beforeprint'));
  const drawn = () => [...document.querySelectorAll('figure.figure')].every(figure => figure.querySelector('svg.main-svg'));
  for (let i = 0; i < 200 && !drawn(); i++) { await new Promise(resolve => setTimeout(resolve, 50)); }
})()
