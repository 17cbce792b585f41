// A network small enough to compute in one's head: 4 × 4 → two filters of 3 × 3 → ReLU → pooling 2 × 2 → flatten → dense → ReLU → dense.
export const image = Float32Array.from([0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1]);

export const layers = [
  { kind: "conv2d", name: "conv", inputs: 1, outputs: 2, rows: 3, columns: 3, biases: [0.5, -1],
    weights: Float32Array.from([-1, 0, 1, -1, 0, 1, -1, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0]) },
  { kind: "relu", name: "relu" },
  { kind: "maxPool", name: "pool", rows: 2, columns: 2 },
  { kind: "flatten", name: "flatten" },
  { kind: "dense", name: "dense", inputs: 2, outputs: 3, biases: [0, 0.5, -10], weights: Float32Array.from([1, 1, -2, 0.5, 1, 1]) },
  { kind: "relu", name: "relu_2" },
  { kind: "dense", name: "out", inputs: 3, outputs: 2, biases: [0, 1], weights: Float32Array.from([1, 0, 0, 0, 1, 0]) },
];
