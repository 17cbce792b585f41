// The knobs: those that count from the next batch on, and those with which the training starts anew.
const KNOBS = [
  { name: "rate", label: "Learning rate", choices: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 10], value: 0.02 },
  { name: "batch", label: "Batch size", choices: [1, 2, 4, 8, 16, 32, 64, 128, 256], value: 32 },
  { name: "dropout", label: "Dropout", choices: [0, 0.1, 0.25, 0.5, 0.75, 0.9], value: 0.25 },
  { name: "filters", label: "Filters", choices: [1, 2, 3, 4, 6, 8, 12, 16], value: 8, anew: true },
  { name: "seed", label: "Seed", value: 3, anew: true },
];

/** Where the form stands; the rest of the page finds its places by their class. */
export const TRAINING_PAGE = `
<div class="sheet">
  <div class="bar">
    <button class="play" type="button">Train</button><button class="step" type="button">One batch</button>
    <button class="reset" type="button">Reset</button><span class="progress"></span>
  </div>
  <div class="knobs">
    <fieldset class="now"><legend>Take effect at once</legend></fieldset>
    <fieldset class="anew"><legend>Start a new network</legend></fieldset>
  </div>
  <p class="result"><strong></strong> <span></span></p>
  <p class="failure" hidden></p>
  <div class="middle">
    <figure class="filters"><figcaption>Filters, 5 × 5 weights</figcaption><div role="img"></div>
      <p class="hint"><b class="ink">orange</b> asks for ink, <b class="paper">blue</b> for paper</p></figure>
    <div class="curves"></div>
  </div>
  <p class="legend"><span class="train">training images, with dropout</span> <span class="heldout">held-out digits</span></p>
  <p class="caption"></p>
  <ul class="wrong" role="list"></ul>
  <p class="said" role="status"></p>
</div>`;

/** Puts the knobs into their places. `changed` gets the settings, and whether the training starts anew with them. */
export function trainingForm(page, changed) {
  const fields = {};
  for (const knob of KNOBS) {
    const label = page.querySelector(knob.anew ? ".anew" : ".now").appendChild(document.createElement("label"));
    label.textContent = knob.label;
    const field = fields[knob.name] = label.appendChild(document.createElement(knob.choices ? "select" : "input"));
    for (const choice of knob.choices ?? []) { field.add(new Option(choice, choice)); }
    if (!knob.choices) { Object.assign(field, { type: "number", min: 0, max: 9999, step: 1 }); }
    field.value = knob.value;
    field.addEventListener("change", () => {
      if (field.value === "" || !field.checkValidity()) { field.value = knob.value; }
      changed(settings(), knob.anew === true);
    });
  }

  function settings() {
    return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, Number(field.value)]));
  }

  return settings;
}
