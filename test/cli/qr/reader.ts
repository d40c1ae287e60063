import type { Modules } from '#src/cli/qr/modules.ts';

/** Data bytes and check bytes of level M, by version from 1. */
const SHAPE: [blocks: number[], check: number][] = [
  [[16], 10],
  [[28], 16],
  [[44], 26],
  [[32, 32], 18],
  [[43, 43], 24],
  [[27, 27, 27, 27], 16],
  [[31, 31, 31, 31], 18],
  [[38, 38, 39, 39], 22],
  [[36, 36, 36, 37, 37], 22],
  [[43, 43, 43, 43, 44], 26],
];

/** Reads a QR code of level M as a scanner does that sees every square: format, mask, zigzag, blocks, bytes. Answers with the text, and whether all check bytes agree. */
export function readQr(modules: Modules): { text: string; sound: boolean; version: number } {
  const size = modules.length;
  const version = (size - 17) / 4;
  const dark = (x: number, y: number) => modules[y]?.[x] === true;
  const format = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => dark(8, y)).map(Number);
  const bits = format.reduce((all, bit, i) => all | (bit << i), 0) ^ 0x5412;
  const column = [7, 5, 4, 3, 2, 1, 0].map((x) => dark(x, 8)).map(Number);
  const whole =
    (bits & 0xff) | ((column.reduce((all, bit, i) => all | (bit << (i + 8)), 0) ^ (0x5412 & 0x7f00)) & 0x7f00);
  const mask = (whole >> 10) & 7;
  const words = bytesOf(unmasked(modules, version, mask));
  const [blocks = [], check = 0] = SHAPE[version - 1] ?? [];
  const data = blocks.map((): number[] => []);
  const checks = blocks.map((): number[] => []);
  let next = 0;
  for (let i = 0; i < Math.max(...blocks); i += 1)
    for (const [b, length] of blocks.entries()) if (i < length) data[b]?.push(words[next++] ?? 0);
  for (let i = 0; i < check; i += 1) for (const row of checks) row.push(words[next++] ?? 0);
  const all = data
    .flat()
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const wide = version < 10 ? 8 : 16;
  const length = Number.parseInt(all.slice(4, 4 + wide), 2);
  const text = Array.from({ length }, (_, i) => Number.parseInt(all.slice(4 + wide + i * 8, 12 + wide + i * 8), 2));
  const sound =
    whole >> 13 === 0 &&
    all.startsWith('0100') &&
    data.every((block, b) => agrees([...block, ...(checks[b] ?? [])], check));
  return { text: Buffer.from(text).toString(), sound, version };
}

/** A block with its check bytes, as a polynomial, is zero at every root of the generator. */
function agrees(block: number[], check: number): boolean {
  const log: number[] = [];
  const power: number[] = [];
  for (let i = 0, x = 1; i < 255; i += 1) {
    power[i] = x;
    log[x] = i;
    x = x < 128 ? x * 2 : (x * 2) ^ 0x11d;
  }
  const at = (root: number) =>
    block.reduce((sum, byte) => {
      const moved = sum === 0 ? 0 : (power[((log[sum] ?? 0) + root) % 255] ?? 0);
      return moved ^ byte;
    }, 0);
  return Array.from({ length: check }, (_, root) => at(root)).every((value) => value === 0);
}

function unmasked(modules: Modules, version: number, mask: number): boolean[] {
  const size = modules.length;
  const middles = version === 1 ? [] : version < 7 ? [6, size - 7] : [6, (size - 1) / 2, size - 7];
  const isFixed = (x: number, y: number): boolean => {
    if (x === 6 || y === 6) return true;
    if ((x < 9 && y < 9) || (x < 9 && y > size - 9) || (x > size - 9 && y < 9)) return true;
    if (version >= 7 && ((x < 6 && y > size - 12) || (y < 6 && x > size - 12))) return true;
    return middles.some((a) =>
      middles.some((b) => !isCorner(a, b, size) && Math.abs(x - a) <= 2 && Math.abs(y - b) <= 2),
    );
  };
  const masks = [
    (i: number, j: number) => (i + j) % 2,
    (i: number) => i % 2,
    (_: number, j: number) => j % 3,
    (i: number, j: number) => (i + j) % 3,
    (i: number, j: number) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2,
    (i: number, j: number) => ((i * j) % 2) + ((i * j) % 3),
    (i: number, j: number) => (((i * j) % 2) + ((i * j) % 3)) % 2,
    (i: number, j: number) => (((i + j) % 2) + ((i * j) % 3)) % 2,
  ];
  const columns = Array.from({ length: size - 1 }, (_, i) => size - 1 - i).map((x) => (x <= 6 ? x - 1 : x));
  const pairs = columns.filter((_, i) => i % 2 === 0);
  return pairs.flatMap((right, pair) =>
    Array.from({ length: size }, (_, step) => (pair % 2 === 0 ? size - 1 - step : step)).flatMap((y) =>
      [right, right - 1].flatMap((x) =>
        isFixed(x, y) ? [] : [(modules[y]?.[x] === true) !== (masks[mask]?.(y, x) === 0)],
      ),
    ),
  );
}

function isCorner(a: number, b: number, size: number): boolean {
  return (a === 6 && b === 6) || (a === 6 && b === size - 7) || (a === size - 7 && b === 6);
}

function bytesOf(bits: boolean[]): number[] {
  return Array.from({ length: Math.floor(bits.length / 8) }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => byte * 2 + Number(bit), 0),
  );
}
