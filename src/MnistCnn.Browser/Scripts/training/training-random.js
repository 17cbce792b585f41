// Numbers that look random and are the same for the same seed: mulberry32, 32 bits of state.
export function randomNumbers(seed) {
  let state = seed | 0;

  /** At least 0, less than 1. */
  function next() {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** Normally distributed, mean 0, standard deviation 1 (Box and Muller). */
  function normal() {
    return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  }

  /** Puts the items into another order, in place (Fisher and Yates). */
  function shuffle(items) {
    for (let last = items.length - 1; last > 0; last--) {
      const other = Math.floor(next() * (last + 1));
      [items[last], items[other]] = [items[other], items[last]];
    }
    return items;
  }

  return { next, normal, shuffle };
}
