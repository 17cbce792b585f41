// A canvas to draw a digit on, and the network that reads it. No library, no request: the weights come with the output.
// `network` is what PackedNetwork writes, `examples` are images of 28 × 28 bytes in base64 (255 is ink), `style` is the style sheet.
export function startDigitCanvas(root, network, examples, style) {
  if (root.dataset.started) { return; }
  root.dataset.started = "1";

  // MNIST's digits fit into 20 × 20 pixels and lie in 28 × 28, their centre of mass on pixel 14. One of these pixels is 10 × 10 here.
  var SIDE = 28, BOX = 20, CENTRE = 14, FINE = 10, SURFACE = SIDE * FINE;
  // Two to three pixels of the 28 for a digit as large as people draw it: MNIST's own strokes.
  var PEN = 18;

  // The network ---------------------------------------------------------------------------------------------------------

  // Whole numbers times factors, inflated by the browser. Resolves to the layers with their weights.
  function unpack() {
    var packed = bytesOf(network.weights);
    var stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).arrayBuffer().then(function (buffer) {
      var numbers = new Int8Array(buffer), start = 0;
      return network.layers.map(function (layer) {
        if (!layer.factors) { return layer; }
        var each = layer.inputs * (layer.rows || 1) * (layer.columns || 1), weights = new Float32Array(each * layer.outputs);
        for (var i = 0; i < weights.length; i++) { weights[i] = numbers[start + i] * layer.factors[Math.floor(i / each)]; }
        start += weights.length;
        return Object.assign({ weights: weights, byPlace: layer.rows && transposed(weights, layer.outputs, each) }, layer);
      });
    });
  }

  function bytesOf(base64) {
    var text = atob(base64), bytes = new Uint8Array(text.length);
    for (var i = 0; i < text.length; i++) { bytes[i] = text.charCodeAt(i); }
    return bytes;
  }

  // Values are kept channel by channel, row by row: { channels, rows, columns, data }. Paper and silent places are 0, and more than
  // half of all values are: each that is not is multiplied with the weights of all filters at the places whose window it lies in.
  function convolve(layer, input) {
    var rows = input.rows - layer.rows + 1, columns = input.columns - layer.columns + 1, size = rows * columns, outputs = layer.outputs;
    var sums = new Float32Array(size * outputs); // place by place, the outputs of a place side by side
    for (var i = 0; i < size; i++) { sums.set(layer.biases, i * outputs); }
    for (var channel = 0; channel < input.channels; channel++) {
      for (var row = 0; row < input.rows; row++) {
        for (var column = 0; column < input.columns; column++) {
          var value = input.data[(channel * input.rows + row) * input.columns + column];
          if (value === 0) { continue; }
          for (var y = Math.max(0, row - rows + 1); y < layer.rows && y <= row; y++) {
            for (var x = Math.max(0, column - columns + 1); x < layer.columns && x <= column; x++) {
              var to = ((row - y) * columns + column - x) * outputs, from = ((channel * layer.rows + y) * layer.columns + x) * outputs;
              for (var output = 0; output < outputs; output++) { sums[to + output] += value * layer.byPlace[from + output]; }
            }
          }
        }
      }
    }
    return { channels: outputs, rows: rows, columns: columns, data: transposed(sums, size, outputs) };
  }

  function transposed(matrix, rows, columns) {
    var result = new Float32Array(matrix.length);
    for (var row = 0; row < rows; row++) {
      for (var column = 0; column < columns; column++) { result[column * rows + row] = matrix[row * columns + column]; }
    }
    return result;
  }

  function pool(layer, input) {
    var rows = Math.floor(input.rows / layer.rows), columns = Math.floor(input.columns / layer.columns);
    var data = new Float32Array(input.channels * rows * columns), next = 0;
    for (var channel = 0; channel < input.channels; channel++) {
      for (var row = 0; row < rows; row++) {
        for (var column = 0; column < columns; column++) {
          var largest = -Infinity;
          for (var y = 0; y < layer.rows; y++) {
            var at = (channel * input.rows + row * layer.rows + y) * input.columns + column * layer.columns;
            for (var x = 0; x < layer.columns; x++) { largest = Math.max(largest, input.data[at + x]); }
          }
          data[next++] = largest;
        }
      }
    }
    return { channels: input.channels, rows: rows, columns: columns, data: data };
  }

  function dense(layer, input) {
    var data = new Float32Array(layer.outputs), from = input.data, weights = layer.weights;
    for (var output = 0; output < layer.outputs; output++) {
      var sum = layer.biases[output], start = output * layer.inputs;
      for (var i = 0; i < layer.inputs; i++) { sum += weights[start + i] * from[i]; }
      data[output] = sum;
    }
    return { channels: layer.outputs, rows: 1, columns: 1, data: data };
  }

  function rectify(input) {
    var data = input.data;
    for (var i = 0; i < data.length; i++) { if (data[i] < 0) { data[i] = 0; } }
    return input;
  }

  function softmax(logits) {
    var largest = Math.max.apply(null, logits);
    var powers = Array.from(logits, function (logit) { return Math.exp(logit - largest); });
    var sum = powers.reduce(function (a, b) { return a + b; });
    return powers.map(function (power) { return power / sum; });
  }

  // The probabilities of an image of 28 × 28, and the first convolution's feature maps behind its activation.
  function forward(layers, image) {
    var value = { channels: 1, rows: SIDE, columns: SIDE, data: image }, maps = null;
    layers.forEach(function (layer, i) {
      switch (layer.kind) {
        case "conv2d": value = convolve(layer, value); break;
        case "maxPool": value = pool(layer, value); break;
        case "dense": value = dense(layer, value); break;
        case "relu": value = rectify(value); break;
      }
      var next = layers[i + 1];
      if (!maps && value.rows > 1 && i >= firstConvolution && !(next && next.kind === "relu")) { maps = value; }
    });
    return { probabilities: softmax(value.data), maps: maps };
  }

  var firstConvolution = network.layers.findIndex(function (layer) { return layer.kind === "conv2d"; });

  // From the sheet to 28 × 28 -------------------------------------------------------------------------------------------

  // As MNIST was made (LeCun, Cortes and Burges): the ink's box is fitted into 20 × 20 with its proportions kept and soft edges,
  // and moved by whole pixels until the centre of mass lies on pixel (14, 14). Null for an empty sheet. An image that is made
  // this way already comes out as it went in.
  function normalise(ink, side) {
    var top = side, bottom = -1, left = side, right = -1;
    for (var y = 0; y < side; y++) {
      for (var x = 0; x < side; x++) {
        if (ink[y * side + x] > 0) {
          if (y < top) { top = y; }
          if (y > bottom) { bottom = y; }
          if (x < left) { left = x; }
          if (x > right) { right = x; }
        }
      }
    }
    if (bottom < 0) { return null; }
    var height = bottom - top + 1, width = right - left + 1, step = Math.max(height, width) / BOX;
    var rows = Math.min(BOX, Math.ceil(height / step)), columns = Math.min(BOX, Math.ceil(width / step));
    var box = new Float64Array(rows * columns), mass = 0, massY = 0, massX = 0;
    for (var row = 0; row < rows; row++) {
      for (var column = 0; column < columns; column++) {
        var value = mean(ink, side, top + row * step, left + column * step, step, bottom + 1, right + 1);
        box[row * columns + column] = value;
        mass += value; massY += value * row; massX += value * column;
      }
    }
    var down = Math.round(CENTRE - massY / mass), across = Math.round(CENTRE - massX / mass);
    var image = new Float32Array(SIDE * SIDE);
    for (row = 0; row < rows; row++) {
      for (column = 0; column < columns; column++) {
        if (row + down >= 0 && row + down < SIDE && column + across >= 0 && column + across < SIDE) {
          image[(row + down) * SIDE + column + across] = box[row * columns + column];
        }
      }
    }
    return image;
  }

  // The mean ink of a square whose sides may lie between pixels; what lies beyond the ink's box is paper.
  function mean(ink, side, y0, x0, size, yEnd, xEnd) {
    var sum = 0, y1 = Math.min(y0 + size, yEnd), x1 = Math.min(x0 + size, xEnd);
    for (var y = Math.floor(y0); y < y1; y++) {
      var high = Math.min(y + 1, y1) - Math.max(y, y0);
      for (var x = Math.floor(x0); x < x1; x++) {
        sum += ink[y * side + x] * high * (Math.min(x + 1, x1) - Math.max(x, x0));
      }
    }
    return sum / (size * size);
  }

  // The sheet -----------------------------------------------------------------------------------------------------------

  function make(tag, className, parent, text) {
    var element = document.createElement(tag);
    if (className) { element.className = className; }
    if (text) { element.textContent = text; }
    if (parent) { parent.appendChild(element); }
    return element;
  }

  function canvasOf(parent, className, side) {
    var canvas = make("canvas", className, parent);
    canvas.width = canvas.height = side;
    return canvas;
  }

  var shadow = root.shadowRoot || root.attachShadow({ mode: "open" });
  shadow.textContent = "";
  make("style", "", shadow, style);
  var sheet = make("div", "sheet", shadow);
  var left = make("div", "left", sheet), right = make("div", "right", sheet), seen = make("div", "seen", sheet);
  var surface = canvasOf(left, "surface", SURFACE), pen = surface.getContext("2d", { willReadFrequently: true });
  surface.tabIndex = 0;
  surface.setAttribute("role", "img");
  surface.setAttribute("aria-label", "Sheet to draw a digit on, with the mouse, a finger or a pen. With the keyboard: the arrow keys move the pen, "
    + "the space bar puts it down and lifts it, Escape clears the sheet.");
  var buttons = make("div", "buttons", left);
  var clearButton = make("button", "clear", buttons, "Clear");
  var exampleButton = examples.length ? make("button", "example", buttons, "Example") : null;
  [clearButton, exampleButton].forEach(function (button) { if (button) { button.type = "button"; } });
  make("p", "hint", left, "Draw a digit from 0 to 9, large. Keys: arrows move the pen, space puts it down and lifts it, Escape clears.");
  var answer = make("p", "answer", right);
  answer.setAttribute("aria-live", "polite");
  var bars = make("div", "bars", right), outputs = network.layers[network.layers.length - 1].outputs;
  bars.setAttribute("role", "img");
  var lines = Array.from({ length: outputs }, function (_, digit) {
    var name = make("span", "", bars, String(digit)), bar = make("span", "bar", bars), fill = make("i", "", bar);
    return { name: name, bar: bar, fill: fill, percent: make("span", "percent", bars) };
  });
  make("p", "", seen, "What the network sees, and what its first layer makes of it:");
  var row = make("div", "row", seen), input = canvasOf(row, "input", SIDE), grid = make("div", "maps", row), maps = [];
  input.setAttribute("role", "img");
  input.setAttribute("aria-label", "The drawing as the network sees it: 28 by 28 pixels, scaled and centred");
  grid.setAttribute("role", "img");
  grid.setAttribute("aria-label", "Feature maps of the first convolution");

  var layers = null, due = false, empty = true, last = null;

  function clear() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, SURFACE, SURFACE);
    empty = true;
    read();
  }

  // Puts an image on the sheet as if it had been drawn: 28 × 28 bytes, 255 is ink.
  function paint(bytes) {
    var picture = pen.createImageData(SURFACE, SURFACE), data = picture.data;
    for (var y = 0; y < SURFACE; y++) {
      for (var x = 0; x < SURFACE; x++) {
        var at = 4 * (y * SURFACE + x);
        data[at] = data[at + 1] = data[at + 2] = 255 - bytes[Math.floor(y / FINE) * SIDE + Math.floor(x / FINE)];
        data[at + 3] = 255;
      }
    }
    pen.putImageData(picture, 0, 0);
    empty = false;
    read();
  }

  function inkOf() {
    var data = pen.getImageData(0, 0, SURFACE, SURFACE).data, ink = new Float32Array(SURFACE * SURFACE);
    for (var i = 0; i < ink.length; i++) { ink[i] = (255 - data[4 * i]) / 255; }
    return ink;
  }

  // Reads what is on the sheet, at once.
  function read() {
    if (!layers) { return null; }
    var started = performance.now(), image = empty ? null : normalise(inkOf(), SURFACE);
    last = image && Object.assign(forward(layers, image), { image: image });
    if (last) { last.milliseconds = performance.now() - started; }
    show(last);
    return last;
  }

  // Reads before the next frame, however many movements come until then.
  function readSoon() {
    if (due) { return; }
    due = true;
    requestAnimationFrame(function () { due = false; read(); });
  }

  function show(result) {
    var probabilities = result ? result.probabilities : lines.map(function () { return 0; });
    var best = result ? probabilities.indexOf(Math.max.apply(null, probabilities)) : -1;
    lines.forEach(function (line, digit) {
      line.fill.style.width = 100 * probabilities[digit] + "%";
      line.percent.textContent = result ? (100 * probabilities[digit]).toFixed(1) + " %" : "";
      [line.name, line.bar, line.percent].forEach(function (element) { element.classList.toggle("best", digit === best); });
    });
    var words = result ? "I read a " + best + "." : "Draw a digit.";
    if (answer.textContent !== words) { answer.textContent = words; }
    bars.setAttribute("aria-label", result
      ? "Probabilities: " + probabilities.map(function (p, digit) { return digit + " " + (100 * p).toFixed(0) + " %"; }).join(", ")
      : "No probabilities yet");
    showGrey(input, result ? result.image : new Float32Array(SIDE * SIDE), SIDE, SIDE);
    showMaps(result ? result.maps : null);
  }

  function showGrey(canvas, values, rows, columns) {
    showColours(canvas, values, rows, columns, 1, [0, 0, 0]);
  }

  // All maps in the same colours: white is 0, full orange the strongest number of this drawing.
  function showMaps(value) {
    if (!value) {
      maps.forEach(function (canvas) { canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height); });
      return;
    }
    var size = value.rows * value.columns, strongest = value.data.reduce(function (a, b) { return Math.max(a, b); }, 1e-9);
    for (var channel = 0; channel < value.channels; channel++) {
      showColours(maps[channel], value.data.subarray(channel * size, (channel + 1) * size), value.rows, value.columns, strongest, [213, 94, 0]);
    }
  }

  function showColours(canvas, values, rows, columns, strongest, colour) {
    var context = canvas.getContext("2d"), picture = context.createImageData(columns, rows);
    for (var i = 0; i < values.length; i++) {
      var share = Math.min(1, Math.max(0, values[i] / strongest));
      for (var c = 0; c < 3; c++) { picture.data[4 * i + c] = 255 + (colour[c] - 255) * share; }
      picture.data[4 * i + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
  }

  // Drawing -------------------------------------------------------------------------------------------------------------

  function stroke(from, to) {
    pen.strokeStyle = "#000";
    pen.lineWidth = PEN;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    empty = false;
    readSoon();
  }

  function placeOf(event) {
    var place = surface.getBoundingClientRect();
    return { x: (event.clientX - place.left) * SURFACE / place.width, y: (event.clientY - place.top) * SURFACE / place.height };
  }

  var pointer = null;
  surface.addEventListener("pointerdown", function (event) {
    if (event.button !== 0 || pointer) { return; }
    pointer = { id: event.pointerId, at: placeOf(event) };
    surface.setPointerCapture(event.pointerId);
    stroke(pointer.at, pointer.at);
    event.preventDefault();
    surface.focus({ preventScroll: true });
  });
  surface.addEventListener("pointermove", function (event) {
    if (!pointer || event.pointerId !== pointer.id) { return; }
    var events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    (events.length ? events : [event]).forEach(function (each) {
      var to = placeOf(each);
      stroke(pointer.at, to);
      pointer.at = to;
    });
  });
  ["pointerup", "pointercancel"].forEach(function (name) {
    surface.addEventListener(name, function (event) { if (pointer && event.pointerId === pointer.id) { pointer = null; } });
  });

  // The pen of the keyboard; a small mark shows where it is while the sheet has the focus by key.
  var key = { x: SURFACE / 2, y: 60, down: false };
  var moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  var mark = make("div", "mark");
  mark.style.cssText = "position:absolute;width:10px;height:10px;margin:-5px;border-radius:50%;border:2px solid #0072b2;pointer-events:none;box-sizing:border-box";
  mark.hidden = true;
  var holder = make("div", "holder");
  holder.style.position = "relative";
  left.insertBefore(holder, surface);
  holder.appendChild(surface);
  holder.appendChild(mark);

  function showMark(visible) {
    mark.hidden = !visible;
    mark.style.left = 100 * key.x / SURFACE + "%";
    mark.style.top = 100 * key.y / SURFACE + "%";
    mark.style.background = key.down ? "#0072b2" : "#fff";
  }

  surface.addEventListener("keydown", function (event) {
    var move = moves[event.key];
    if (move) {
      var to = { x: Math.min(SURFACE, Math.max(0, key.x + 8 * move[0])), y: Math.min(SURFACE, Math.max(0, key.y + 8 * move[1])) };
      if (key.down) { stroke(key, to); }
      key.x = to.x; key.y = to.y;
    } else if (event.key === " ") {
      key.down = !key.down;
      if (key.down) { stroke(key, key); }
    } else if (event.key === "Escape") {
      key.down = false;
      clear();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation(); // Notebooks have meanings of their own for these keys.
    showMark(true);
  });
  surface.addEventListener("blur", function () { key.down = false; showMark(false); });

  clearButton.addEventListener("click", clear);
  var next = 0;
  if (exampleButton) {
    exampleButton.addEventListener("click", function () { paint(bytesOf(examples[next++ % examples.length])); });
  }

  // Nobody draws on paper: there an empty sheet shows an example.
  var printing = false, lent = false;
  function lend() {
    if (printing && layers && empty && examples.length) { lent = true; paint(bytesOf(examples[0])); }
  }

  addEventListener("beforeprint", function () { printing = true; lend(); });
  addEventListener("afterprint", function () {
    printing = false;
    if (lent) { clear(); }
    lent = false;
  });

  // A page may paint and read through this; the tests do.
  root.digitCanvas = { paint: paint, clear: clear, read: read };

  Promise.resolve().then(unpack).then(function (ready) {
    layers = ready;
    var value = forward(layers, new Float32Array(SIDE * SIDE)).maps;
    for (var i = 0; value && i < value.channels; i++) {
      var canvas = canvasOf(grid, "", 1);
      canvas.width = value.columns;
      canvas.height = value.rows;
      maps.push(canvas);
    }
    clear();
    lend();
    root.dataset.ready = "1";
  }, function (error) {
    answer.textContent = "The network's weights could not be read: " + error.message;
  });
}
