import { randomBytes, randomInt } from 'node:crypto';

// Shamir's secret sharing over GF(256), byte by byte, as Vault does it: a share is the values at x, with x as its last byte.

/** Splits a secret into `shares` parts of which any `threshold` give it back. */
export function split(secret: Uint8Array, shares: number, threshold: number): Buffer[] {
  const places = shuffled(255).slice(0, shares);
  const polynomials = [...secret].map((byte) => [byte, ...randomBytes(threshold - 1)]);
  return places.map((x) => Buffer.from([...polynomials.map((polynomial) => valueAt(polynomial, x)), x]));
}

/** What the parts give; with a wrong part among them it is something else. Throws when two parts are the same or of different length. */
export function combine(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  if (!first || parts.some(({ length }) => length !== first.length))
    throw new Error('all parts must be the same length');
  const places = parts.map((part) => part.at(-1) ?? 0);
  if (new Set(places).size !== places.length) throw new Error('duplicate part detected');
  return Buffer.from(
    Array.from({ length: first.length - 1 }, (_, at) =>
      valueAtZero(
        places,
        parts.map((part) => part[at] ?? 0),
      ),
    ),
  );
}

/** Horner's rule; the first coefficient is the secret. */
function valueAt(polynomial: readonly number[], x: number): number {
  return polynomial.reduceRight((sum, coefficient) => times(sum, x) ^ coefficient, 0);
}

/** Lagrange's interpolation at 0, where minus is plus. */
function valueAtZero(places: readonly number[], values: readonly number[]): number {
  return places.reduce((sum, x, i) => {
    const others = places.filter((_, j) => j !== i);
    const weight = others.reduce((product, other) => times(product, times(other, inverse(other ^ x))), 1);
    return sum ^ times(values[i] ?? 0, weight);
  }, 0);
}

/** Multiplication in the field of AES (x^8 + x^4 + x^3 + x + 1). */
function times(a: number, b: number): number {
  let [left, right, product] = [a, b, 0];
  while (right > 0) {
    if (right & 1) product ^= left;
    left = (left << 1) ^ (left & 0x80 ? 0x11b : 0);
    right >>= 1;
  }
  return product;
}

/** a^254. */
function inverse(a: number): number {
  return Array.from({ length: 253 }).reduce<number>((power) => times(power, a), a);
}

function shuffled(most: number): number[] {
  const all = Array.from({ length: most }, (_, i) => i + 1);
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = randomInt(i + 1);
    [all[i], all[j]] = [all[j] ?? 0, all[i] ?? 0];
  }
  return all;
}
