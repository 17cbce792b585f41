// What the output brings along: images of four bits a pixel, two pixels a byte, deflated; the labels as a row of digits; and
// how many of them, from the first, are there to train on. The others are held out.
export const MOST_INK = 15;

/** The images one after the other, a byte a pixel from 0 (paper) to MOST_INK, with what else the output tells of them. */
export async function unpackTrainingImages(packed) {
  const deflated = Uint8Array.from(atob(packed.pixels), letter => letter.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  const pairs = new Uint8Array(await new Response(stream).arrayBuffer());
  const pixels = new Uint8Array(2 * pairs.length);
  for (let at = 0; at < pairs.length; at++) {
    pixels[2 * at] = pairs[at] >> 4;
    pixels[2 * at + 1] = pairs[at] & MOST_INK;
  }
  return { side: packed.side, train: packed.train, labels: Uint8Array.from(packed.labels, Number), pixels };
}

/** Writes an image as a network takes it, ink 1 and paper 0. */
export function readTrainingImage(images, index, image) {
  for (let at = 0, from = index * image.length; at < image.length; at++) { image[at] = images.pixels[from + at] / MOST_INK; }
  return image;
}
