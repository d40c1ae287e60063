import { codewordsOf } from './codewords.ts';

/** The squares of a QR code, row by row; true is dark. */
export type Modules = boolean[][];

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
/** The pattern that a reader takes for a corner, and which the mask should therefore avoid. */
const CORNERS = ['10111010000', '00001011101'];

/** A text as a QR code (ISO/IEC 18004: bytes, level M, versions 1 to 10), under the mask that is easiest to read. Throws when the text is too long. */
export function qrOf(text: string): Modules {
  const { version, codewords } = codewordsOf(new TextEncoder().encode(text));
  const all = MASKS.map((_, mask) => drawn(version, codewords, mask));
  return all.reduce((best, each) => (penalty(each) < penalty(best) ? each : best));
}

function drawn(version: number, codewords: readonly number[], mask: number): Modules {
  const size = version * 4 + 17;
  const grid: (boolean | undefined)[][] = Array.from({ length: size }, () => Array(size).fill(undefined));
  const set = (x: number, y: number, dark: boolean): void => {
    const row = grid[y];
    if (row && x >= 0 && x < size) row[x] = dark;
  };
  drawFixed(set, version, size);
  drawFormat(set, mask, size);
  drawData(grid, set, codewords, mask, size);
  return grid.map((row) => row.map((dark) => dark === true));
}

type Set = (x: number, y: number, dark: boolean) => void;

/** Timing lines, corners with their white edge, the small squares between them, and the version's number. */
function drawFixed(set: Set, version: number, size: number): void {
  for (let i = 0; i < size; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    square(set, x, y, 4, [2, 4]);
  const lines = version === 1 ? [] : version < 7 ? [6, size - 7] : [6, (size - 1) / 2, size - 7];
  for (const x of lines)
    for (const y of lines) {
      const inCorner =
        (x === 6 && y !== size - 7 && y === 6) || (x === 6 && y === size - 7) || (x === size - 7 && y === 6);
      if (!inCorner) square(set, x, y, 2, [1]);
    }
  if (version < 7) return;
  const bits = (version << 12) | rest(version << 12, 0x1f25, 12);
  for (let i = 0; i < 18; i += 1) {
    const [far, near] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(far, near, ((bits >> i) & 1) === 1);
    set(near, far, ((bits >> i) & 1) === 1);
  }
}

/** Rings around a middle, out to `reach`; those in `light` are light. */
function square(set: Set, x: number, y: number, reach: number, light: readonly number[]): void {
  for (let dx = -reach; dx <= reach; dx += 1)
    for (let dy = -reach; dy <= reach; dy += 1)
      set(x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
}

/** Level M (00) and the mask, twice, and the one square that is always dark. */
function drawFormat(set: Set, mask: number, size: number): void {
  const bits = ((mask << 10) | rest(mask << 10, 0x537, 10)) ^ 0x5412;
  for (let i = 0; i < 15; i += 1) {
    const dark = ((bits >> i) & 1) === 1;
    if (i < 8) set(size - 1 - i, 8, dark);
    else set(8, size - 15 + i, dark);
    if (i < 6) set(8, i, dark);
    else if (i < 8) set(8, i + 1, dark);
    else set(i === 8 ? 7 : 14 - i, 8, dark);
  }
  set(8, size - 8, true);
}

/** In pairs of columns from the right, up and down in turn, wherever there is nothing yet. */
function drawData(
  grid: readonly (boolean | undefined)[][],
  set: Set,
  codewords: readonly number[],
  mask: number,
  size: number,
): void {
  const bits = codewords.flatMap((word) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => ((word >> bit) & 1) === 1));
  let next = 0;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2)
    for (let step = 0; step < size; step += 1) {
      const up = ((right < 6 ? right + 1 : right) & 2) === ((size - 1) & 2);
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y]?.[x] !== undefined) continue;
        set(x, y, (bits[next] ?? false) !== (MASKS[mask]?.(x, y) ?? false));
        next += 1;
      }
    }
}

/** What is left of a number after division by a polynomial of that degree over two elements. */
function rest(number: number, polynomial: number, degree: number): number {
  let left = number;
  for (let bit = 20; bit >= degree; bit -= 1) if ((left >> bit) & 1) left ^= polynomial << (bit - degree);
  return left;
}

/** How hard a code is to read: long runs, blocks of one colour, false corners, and too much of one colour. */
function penalty(modules: Modules): number {
  const rows = modules.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''));
  const columns = rows.map((_, x) => rows.map((row) => row[x]).join(''));
  const runs = [...rows, ...columns].flatMap((line) => line.match(/1{5,}|0{5,}/g) ?? []);
  const corners = [...rows, ...columns].flatMap((line) =>
    CORNERS.flatMap((corner) => [...line].filter((_, at) => line.startsWith(corner, at))),
  );
  const blocks = modules.flatMap((row, y) =>
    row.filter((dark, x) => [row[x + 1], modules[y + 1]?.[x], modules[y + 1]?.[x + 1]].every((each) => each === dark)),
  );
  const share = modules.flat().filter(Boolean).length / modules.length ** 2;
  const unbalanced = Math.floor(Math.abs(share * 100 - 50) / 5) * 10;
  return runs.reduce((total, run) => total + run.length - 2, 0) + corners.length * 40 + blocks.length * 3 + unbalanced;
}
