// What the script does: takes plotly.js from the page, or loads it (one script element for all figures of the page; first the
// file of the build output, then the publisher's), and draws in the place of the picture. JupyterLab's pages lie elsewhere than
// their notebook, but it turns the hidden link to the same file into the address where it serves it: that comes second. Text
// takes the page's own text colour, so every theme is right, and a change of theme or of width draws again. Where AMD loaders are (classic Jupyter),
// define.amd is hidden while the script loads: plotly.js would else register there and not on the page.
// layout.meta says what plotly.js has no words for: how the figure changes where there is little room (narrow) and on dark paper
// (dark), and small images of the points (pictures), one of which stands above the point that is pointed at or touched.
// Paper is white: a print has dark text, whatever the theme.
// A page may hold the same figure more than once, and a notebook runs scripts again: the script takes every place of its
// figure that no run of it has taken yet. That is kept in a property, which a saved page does not carry along.
(function () {
  var figure = {{FIGURE}};
  var sources = {{SOURCES}};
  document.querySelectorAll('[data-mnistcnn="{{ID}}"]').forEach(function (root) {
    if (!root.taken) { root.taken = true; show(root); }
  });

  function load(rest, link) {
    if (window.Plotly || !rest.length || document.getElementById("mnistcnn-plotly-js")) { return; }
    var script = document.createElement("script"), define = window.define, amd = define && define.amd;
    function done() { if (amd) { define.amd = amd; } }
    script.id = "mnistcnn-plotly-js";
    script.src = rest[0].src;
    if (rest[0].integrity) { script.integrity = rest[0].integrity; script.crossOrigin = "anonymous"; }
    script.onload = done;
    script.onerror = function () {
      done();
      script.remove();
      var served = link && link.href !== script.src ? [{ src: link.href }] : [];
      load(served.concat(rest.slice(1)), served.length ? null : link);
    };
    if (amd) { define.amd = undefined; }
    document.head.appendChild(script);
  }

  function show(root) {
    var frame = root.firstElementChild, stage = frame.nextElementSibling, drawnWidth = 0, tries = 0, printing = false;

    function ink() {
      if (printing) { return "rgb(36,41,47)"; }
      var vscode = getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-foreground").trim();
      frame.style.color = vscode;
      var color = getComputedStyle(frame).color;
      frame.style.color = "";
      return color;
    }

    function faded(color, alpha) {
      var parts = color.match(/[\d.]+/g) || [0, 0, 0];
      return "rgba(" + parts.slice(0, 3).join(",") + "," + alpha + ")";
    }

    function isLight(color) {
      var parts = (color.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
      return 0.3 * parts[0] + 0.6 * parts[1] + 0.1 * parts[2] > 127;
    }

    function set(target, path, value) {
      var keys = path.split(".");
      while (keys.length > 1) { var key = keys.shift(); target = target[key] = target[key] || {}; }
      target[keys[0]] = value;
    }

    function draw() {
      var room = root.clientWidth;
      if (!room || !window.Plotly) { return; }
      var f = JSON.parse(JSON.stringify(figure)), layout = f.layout, meta = layout.meta || {};
      var width = layout.width, height = layout.height, narrow = meta.narrow;
      if (narrow && room < Math.min(narrow.below, width)) {
        for (var path in narrow.set) { set(f, path, narrow.set[path]); }
        width = narrow.width; height = narrow.height;
      }
      layout.width = Math.min(room, width);
      var m = layout.margin, scale = (layout.width - m.l - m.r) / (width - m.l - m.r);
      layout.height = meta.scale ? Math.round(m.t + m.b + (height - m.t - m.b) * scale) : height;
      var color = ink();
      if (isLight(color)) { for (var place in meta.dark) { set(f, place, meta.dark[place]); } }
      layout.font.color = color;
      layout.paper_bgcolor = "rgba(0,0,0,0)";
      layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: faded(color, 0.4), activecolor: color };
      ["xaxis", "yaxis"].forEach(function (axis) {
        var style = layout.template.layout[axis];
        style.gridcolor = faded(color, 0.15); style.linecolor = style.tickcolor = faded(color, 0.5);
      });
      stage.hidden = false;
      drawnWidth = room;
      Plotly.react(stage, f.data, layout, f.config);
      if (meta.pictures && !root.dataset.drawn) { pictures(meta.pictures); }
      frame.hidden = true;
      root.dataset.drawn = "1";
    }

    function pictures(all) {
      var picture = document.createElement("div"), size = 84;
      picture.setAttribute("aria-hidden", "true");
      picture.style.cssText = "position:absolute;display:none;pointer-events:none;z-index:1;border:1px solid #7D8590;"
        + "width:" + size + "px;height:" + size + "px;background:#fff url(" + all.source + ") 0 0/"
        + size * all.columns + "px " + size * all.rows + "px";
      root.appendChild(picture);
      function show(event) {
        var point = event.points[0], box = point.bbox, i = point.customdata;
        var left = (box.x0 + box.x1 - size) / 2, above = box.y0 - size - 10;
        picture.style.left = Math.max(0, Math.min(left, root.clientWidth - size - 2)) + "px";
        picture.style.top = (above < 0 ? box.y1 + 10 : above) + "px";
        picture.style.backgroundPosition = -size * (i % all.columns) + "px " + -size * Math.floor(i / all.columns) + "px";
        picture.style.display = i === undefined ? "none" : "block";
      }
      stage.on("plotly_hover", show);
      stage.on("plotly_click", show); // a touch
      stage.on("plotly_unhover", function () { picture.style.display = "none"; });
    }

    function start() {
      if (!window.Plotly) {
        if (++tries < 1200 && root.isConnected) { setTimeout(start, 50); }
        return;
      }
      draw();
      if (window.ResizeObserver) {
        new ResizeObserver(function () { if (root.clientWidth !== drawnWidth) { draw(); } }).observe(root);
      }
      var themes = new MutationObserver(function () { if (root.isConnected) { draw(); } else { themes.disconnect(); } });
      [document.documentElement, document.body].forEach(function (element) {
        themes.observe(element, { attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-name", "data-vscode-theme-kind"] });
      });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
      addEventListener("beforeprint", function () { printing = true; draw(); });
      addEventListener("afterprint", function () { printing = false; draw(); });
    }

    load(sources, root.querySelector("a"));
    start();
  }
})();
