/** Error correction of level M (about 15 % may be unreadable) by version from 1: check bytes of a block, and how many data bytes each block has (ISO/IEC 18004, table 9). */
const LEVEL_M: readonly { check: number; blocks: readonly number[] }[] = [
  { check: 10, blocks: [16] },
  { check: 16, blocks: [28] },
  { check: 26, blocks: [44] },
  { check: 18, blocks: [32, 32] },
  { check: 24, blocks: [43, 43] },
  { check: 16, blocks: [27, 27, 27, 27] },
  { check: 18, blocks: [31, 31, 31, 31] },
  { check: 22, blocks: [38, 38, 39, 39] },
  { check: 22, blocks: [36, 36, 36, 37, 37] },
  { check: 26, blocks: [43, 43, 43, 43, 44] },
];
const BYTE_MODE = 0b0100;
const PADDING = [0xec, 0x11];

/** Bytes as the codewords of a QR code, with their check bytes, in the smallest version from 1 to 10 that holds them. Throws when none does. */
export function codewordsOf(bytes: Uint8Array): { version: number; codewords: number[] } {
  const version = 1 + LEVEL_M.findIndex(({ blocks }, index) => bytes.length + headerBytes(index + 1) <= sum(blocks));
  const level = LEVEL_M[version - 1];
  if (!level) throw new Error(`a QR code for ${bytes.length} bytes would be too big for a terminal`);
  const data = dataOf(bytes, version, sum(level.blocks));
  const blocks = level.blocks.map((size, index) => {
    const from = sum(level.blocks.slice(0, index));
    return data.slice(from, from + size);
  });
  const checks = blocks.map((block) => remainder(block, level.check));
  return { version, codewords: [...interleaved(blocks), ...interleaved(checks)] };
}

/** Mode and length take 12 bits, from version 10 on 20. */
function headerBytes(version: number): number {
  return version < 10 ? 2 : 3;
}

function dataOf(bytes: Uint8Array, version: number, room: number): number[] {
  const length = bytes.length.toString(2).padStart(version < 10 ? 8 : 16, '0');
  const bits = [
    BYTE_MODE.toString(2).padStart(4, '0'),
    length,
    ...[...bytes].map((byte) => byte.toString(2).padStart(8, '0')),
  ];
  const text = `${bits.join('')}0000`;
  const data = (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)).slice(0, room);
  while (data.length < room) data.push(...PADDING.slice(0, room - data.length));
  return data;
}

/** One of each in turn, as long as there are any. */
function interleaved(rows: readonly number[][]): number[] {
  const longest = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: longest }, (_, at) => rows.flatMap((row) => row[at] ?? [])).flat();
}

/** The Reed-Solomon check bytes of a block, over the field with 256 elements and the polynomial 0x11d. */
function remainder(block: readonly number[], length: number): number[] {
  const divisor = generator(length);
  const rest = [...block, ...Array<number>(length).fill(0)];
  for (const at of block.keys()) {
    const factor = rest[at] ?? 0;
    for (const [place, each] of divisor.entries()) rest[at + place] = (rest[at + place] ?? 0) ^ product(each, factor);
  }
  return rest.slice(block.length);
}

/** The product of (x - 2^i) for i from 0 to below the degree, highest power first. */
function generator(degree: number): number[] {
  let found = [1];
  for (let root = 1, i = 0; i < degree; i += 1, root = product(root, 2))
    found = [...found, 0].map((each, at) => each ^ product(found[at - 1] ?? 0, root));
  return found;
}

function product(a: number, b: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) result = (result << 1) ^ ((result >> 7) * 0x11d) ^ (((b >> bit) & 1) * a);
  return result;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
