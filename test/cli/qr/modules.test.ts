import { expect, test } from 'vitest';
import { qrOf } from '#src/cli/qr/modules.ts';
import { qrLines } from '#src/cli/qr/terminal.ts';
import { readQr } from './reader.ts';

const URI = 'otpauth://totp/Nightguard%3AAda?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nightguard';

test('what is drawn is what is read, in every version from 1 to 10', () => {
  const versions = new Set<number>();
  for (let length = 1; length <= 213; length += 4) {
    const text = `${URI}${'é&%'.repeat(80)}`.slice(0, length).replaceAll('é', 'e');
    const { version, ...read } = readQr(qrOf(text));
    expect(read).toEqual({ text, sound: true });
    versions.add(version);
  }
  expect([...versions]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a letter of several bytes is read as UTF-8', () => {
  expect(readQr(qrOf('Zoë 漢'))).toMatchObject({ text: 'Zoë 漢', sound: true });
});

// Drawn by another encoder under the mask that this one chooses: each row as a hexadecimal number.
test('a code is square for square that of another encoder', () => {
  const rows = qrOf('NIGHTGUARD').map((row) =>
    BigInt(`0b${row.map(Number).join('')}`)
      .toString(16)
      .padStart(6, '0'),
  );
  expect(rows).toEqual(EXPECTED);
});

const EXPECTED = [
  '1fc97f',
  '105941',
  '17465d',
  '17495d',
  '175f5d',
  '104a41',
  '1fd57f',
  '000c00',
  '154912',
  '090aae',
  '157aff',
  '163703',
  '1362f6',
  '001c82',
  '1fcd3b',
  '104013',
  '175574',
  '17422e',
  '175e75',
  '1047a2',
  '1fda7f',
];

test('what no version holds is refused', () => {
  expect(() => qrOf('x'.repeat(214))).toThrow('too big for a terminal');
});

test('in a terminal two rows are one line, with a quiet edge of four squares', () => {
  const lines = qrLines(qrOf(URI), false);
  const size = qrOf(URI).length;
  expect(lines).toHaveLength(Math.ceil((size + 8) / 2));
  expect(lines.every((line) => line.length === size + 8)).toBe(true);
  // On a dark screen the light squares are drawn.
  expect(lines[0]).toBe('█'.repeat(size + 8));
  expect(qrLines(qrOf(URI), true)[0]).toBe(`\u001b[30;107m${' '.repeat(size + 8)}\u001b[0m`);
});
