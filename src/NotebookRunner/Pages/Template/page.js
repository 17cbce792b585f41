(() => {
  'use strict';
  const root = document.documentElement;
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  let printing = false;
  const isDark = () => !printing && (root.dataset.theme ? root.dataset.theme === 'dark' : systemDark.matches);

  // Figures ---------------------------------------------------------------------------------------------------------------
  const darkAxis = {
    color: '#b9b6ae',
    gridcolor: 'rgba(255,255,255,.11)',
    zerolinecolor: 'rgba(255,255,255,.22)',
    linecolor: 'rgba(255,255,255,.3)',
  };
  const parse = text => { try { return JSON.parse(text) || {}; } catch { return {}; } };
  const figures = [...document.querySelectorAll('script[data-figure]')].map(script => {
    const json = parse(script.textContent);
    const layout = json.layout || {};
    return {
      element: document.getElementById(script.dataset.figure), drawn: false,
      data: json.data || [], layout, frames: json.frames, config: json.config || {},
      width: layout.width || figureDefaults.width, height: layout.height || figureDefaults.height,
    };
  });

  // On paper a figure is as wide as its style sheet lets it be.
  const roomOf = figure => {
    const most = parseFloat(getComputedStyle(figure.element).getPropertyValue('--print-width'));
    return Math.min(figure.element.parentElement.clientWidth, printing && most || Infinity);
  };
  const isNarrow = figure => roomOf(figure) < 520;

  // A figure may bring a form of its own for little room: layout.meta.narrow = { below, width, height, set }, where `set` maps
  // paths such as "layout.margin.t" to values. layout.meta.scale: the plot keeps its proportions and the margins their size.
  const ownForm = figure => {
    const narrow = figure.layout.meta?.narrow;
    return narrow && roomOf(figure) < Math.min(narrow.below, figure.width) ? narrow : undefined;
  };

  function assign(target, path, value) {
    const keys = path.split('.');
    for (const key of keys.slice(0, -1)) { target = target[key] ??= {}; }
    target[keys.at(-1)] = value;
  }

  function formOf(figure) {
    const form = structuredClone({ data: figure.data, layout: figure.layout });
    // layout.meta.dark: the same for dark paper.
    const changes = { ...ownForm(figure)?.set, ...(isDark() && figure.layout.meta?.dark) };
    for (const [path, value] of Object.entries(changes)) { assign(form, path, value); }
    return form;
  }

  function heightOf(figure, layout = formOf(figure).layout) {
    const { width, height } = ownForm(figure) || figure;
    const scale = Math.min(1, roomOf(figure) / width);
    if (layout.meta?.scale && layout.margin) {
      const { l = 80, r = 80, t = 100, b = 80 } = layout.margin;
      return Math.round(t + b + (height - t - b) * (Math.min(roomOf(figure), width) - l - r) / (width - l - r));
    }
    return Math.round(ownForm(figure) ? height : Math.max(height * scale, Math.min(height, 300)));
  }

  function layoutOf(figure, layout) {
    layout.height = heightOf(figure, layout);
    delete layout.width;
    layout.autosize = true;
    layout.font = { ...figureDefaults.font, ...layout.font };
    layout.paper_bgcolor = 'rgba(0,0,0,0)';
    if (isNarrow(figure) && !ownForm(figure)) {
      // On a phone the legend goes below and the margins shrink, or little is left for the lines.
      const { x, y, orientation } = layout.legend || {};
      if (x === undefined && y === undefined && !orientation) {
        layout.legend = { ...layout.legend, orientation: 'h', x: 0, y: 0, yref: 'container', yanchor: 'bottom' };
      }
      if (!layout.margin) { layout.margin = { l: 56, r: 16, t: 56, b: figure.data.length > 1 ? 88 : 56 }; }
    }
    if (isDark()) {
      layout.plot_bgcolor = 'rgba(0,0,0,0)';
      layout.font.color = '#dcd9d2';
      for (const part of [layout.title, layout.legend].filter(p => p && typeof p === 'object')) {
        if (part.font) { part.font.color = '#dcd9d2'; }
        delete part.bgcolor;
      }
      layout.template = layout.template || {};
      layout.template.layout = layout.template.layout || {};
      for (const owner of [layout, layout.template.layout]) {
        for (const key of Object.keys(owner).filter(k => /^[xyz]axis\d*$/.test(k))) { Object.assign(owner[key], darkAxis); }
      }
      for (const key of ['xaxis', 'yaxis']) { layout.template.layout[key] = { ...layout.template.layout[key], ...darkAxis }; }
      layout.hoverlabel = { bgcolor: '#2a2e35', bordercolor: '#4a4f58', font: { color: '#eceae4' }, ...layout.hoverlabel };
    }
    return layout;
  }

  // layout.meta.pictures = { source, columns, rows }: one picture of many square ones; a point's customdata says which is its own.
  // It stands above the point that is pointed at or touched.
  function addPictures({ element, layout }) {
    const { source, columns, rows } = layout.meta.pictures;
    const size = 84, picture = document.createElement('div');
    Object.assign(picture.style, {
      position: 'absolute', display: 'none', pointerEvents: 'none', border: '1px solid #7D8590', width: `${size}px`, height: `${size}px`,
      background: `#fff url(${source}) 0 0 / ${size * columns}px ${size * rows}px`,
    });
    element.style.position = 'relative';
    element.append(picture);
    const show = ({ points: [{ bbox, customdata }] }) => {
      // plotly.js gives the box of the point in the parent that the figure is placed in.
      const dx = element.offsetLeft, dy = element.offsetTop;
      const left = (bbox.x0 + bbox.x1 - size) / 2 - dx, above = bbox.y0 - dy - size - 10;
      picture.style.left = `${Math.max(0, Math.min(left, element.clientWidth - size - 2))}px`;
      picture.style.top = `${above < 0 ? bbox.y1 - dy + 10 : above}px`;
      picture.style.backgroundPosition = `${-size * (customdata % columns)}px ${-size * Math.floor(customdata / columns)}px`;
      picture.style.display = customdata === undefined ? 'none' : 'block';
    };
    element.on('plotly_hover', show);
    element.on('plotly_click', show); // a touch
    element.on('plotly_unhover', () => { picture.style.display = 'none'; });
  }

  function draw(figure) {
    if (!window.Plotly) { return Promise.resolve(); }
    const first = !figure.drawn;
    figure.drawn = true;
    const config = { displaylogo: false, ...figure.config, responsive: true, ...(isNarrow(figure) && { displayModeBar: false }) };
    const { data, layout } = formOf(figure);
    return Plotly.react(figure.element, data, layoutOf(figure, layout), config)
      .then(() => {
        if (first && figure.layout.meta?.pictures) { addPictures(figure); }
        if (figure.frames && !figure.element.dataset.frames) {
          figure.element.dataset.frames = '1';
          return Plotly.addFrames(figure.element, figure.frames);
        }
      });
  }

  const redraw = () => figures.filter(figure => figure.drawn).forEach(draw);
  for (const figure of figures) {
    if (figure.layout.width) { figure.element.style.maxWidth = figure.layout.width + 'px'; }
    figure.element.style.minHeight = heightOf(figure) + 'px';
  }
  if (figures.length) {
    const seen = new IntersectionObserver(entries => {
      for (const entry of entries.filter(e => e.isIntersecting)) {
        seen.unobserve(entry.target);
        draw(figures.find(figure => figure.element === entry.target));
      }
    }, { rootMargin: '600px 0px' });
    figures.forEach(figure => seen.observe(figure.element));
    let width = innerWidth;
    addEventListener('resize', () => {
      if (innerWidth === width) { return; }
      width = innerWidth;
      for (const figure of figures) { figure.element.style.minHeight = heightOf(figure) + 'px'; }
      redraw();
    });
  }

  // Theme -----------------------------------------------------------------------------------------------------------------
  document.querySelector('.theme').addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.setItem('theme', root.dataset.theme); } catch { /* files on disk may have no storage */ }
    redraw();
  });
  systemDark.addEventListener('change', redraw);
  // Paper is light, and has no folds to open: what the text hides is open there, what outputs fold away stays so.
  let folds = [];
  const fitAll = () => {
    for (const figure of figures) { figure.element.style.minHeight = heightOf(figure) + 'px'; }
    root.classList.toggle('printing', printing);
  };
  addEventListener('beforeprint', () => {
    printing = true;
    folds = [...folds, ...document.querySelectorAll('.markdown details:not([open])')];
    folds.forEach(fold => { fold.open = true; });
    fitAll();
    figures.forEach(draw);
  });
  addEventListener('afterprint', () => {
    printing = false;
    folds.forEach(fold => { fold.open = false; });
    folds = [];
    fitAll();
    redraw();
  });

  // What scrolls sideways ---------------------------------------------------------------------------------------------------
  // Its edge fades where more follows, and the keyboard reaches it.
  const wide = [...document.querySelectorAll('.scroll, .formula, pre.out, .out.html, .out.image, .out.html :is([style*="overflow-x"])')];
  const look = element => {
    const more = getComputedStyle(element).overflowX === 'visible' ? 0 : element.scrollWidth - element.clientWidth;
    element.classList.toggle('more', more - element.scrollLeft > 1);
    element.classList.toggle('scrolled', element.scrollLeft > 1);
    if (more > 1) {
      element.tabIndex = 0;
      if (!element.hasAttribute('role')) { element.setAttribute('role', 'group'); }
      if (!element.hasAttribute('aria-label')) { element.setAttribute('aria-label', 'Scrolls sideways'); }
    } else {
      element.removeAttribute('tabindex');
    }
  };
  const sizes = new ResizeObserver(entries => entries.forEach(entry => {
    look(entry.target.closest('[data-wide]'));
  }));
  for (const element of wide) {
    element.dataset.wide = '';
    element.addEventListener('scroll', () => look(element), { passive: true });
    [element, ...element.children].forEach(part => sizes.observe(part));
    look(element);
  }

  // Contents --------------------------------------------------------------------------------------------------------------
  const details = document.querySelector('.contents details');
  if (details) {
    const wide = matchMedia('(min-width: 68rem)');
    const fit = () => { details.open = wide.matches; };
    fit();
    wide.addEventListener('change', fit);
    const links = new Map([...details.querySelectorAll('a')].map(link => [decodeURIComponent(link.hash.slice(1)), link]));
    details.addEventListener('click', event => { if (event.target.closest('a') && !wide.matches) { details.open = false; } });
    const headings = [...links.keys()].map(id => document.getElementById(id)).filter(Boolean);
    let current = null;
    const mark = () => {
      const passed = headings.filter(heading => heading.getBoundingClientRect().top < 120);
      const link = links.get((passed.at(-1) || headings[0]).id);
      if (link === current) { return; }
      current?.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'true');
      current = link;
      if (wide.matches) {
        const nav = link.closest('.contents');
        const place = link.offsetTop - nav.clientHeight / 2;
        if (Math.abs(nav.scrollTop - place) > nav.clientHeight / 3) { nav.scrollTop = place; }
      }
    };
    if (headings.length) { addEventListener('scroll', mark, { passive: true }); mark(); }
  }
})();
