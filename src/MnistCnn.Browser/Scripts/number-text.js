// Numbers as a textbook sets them: a true minus, always the same count of decimals, thousands apart.
export function numberText(value, decimals = 3) {
  const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (value < 0 && /[1-9]/.test(text) ? "−" : "") + text;
}

export function signedText(value, decimals = 3) {
  const text = numberText(value, decimals);
  return text.startsWith("−") ? text : "+" + text;
}

// Three figures that count, and all before the point: 0.00123, 12.3, 12,345, 4.85 × 10⁹.
export function figuresText(value) {
  if (value === 0) { return "0"; }
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size >= -4 && size < 9) { return value.toLocaleString("en-US", { maximumFractionDigits: Math.max(0, 2 - size) }); }
  const powers = String(size).replace("-", "⁻").replace(/\d/g, digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  return (value / 10 ** size).toFixed(2) + " × 10" + powers;
}
