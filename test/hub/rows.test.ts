import { expect, test } from 'vitest';
import { rowsOf } from '#src/hub/render/rows.ts';

const rows = (...texts: string[]) =>
  rowsOf(texts.map((text) => ({ text, callback_data: 'x' }))).map((row) => row.map(({ text }) => text));

test('short buttons stand beside each other, at most three; long ones have a row of their own; their order stays', () => {
  expect(rows()).toEqual([]);
  expect(rows('Undo')).toEqual([['Undo']]);
  expect(rows('Take it', 'Silence', 'Undo', 'More')).toEqual([['Take it', 'Silence', 'Undo'], ['More']]);
  expect(rows('Restore shop', 'Copy shop', 'Open orders/', 'Open static/')).toEqual([
    ['Restore shop', 'Copy shop'],
    ['Open orders/', 'Open static/'],
  ]);
  expect(rows('Restore 1f2e3d4c, 3 h old', 'Back up files', 'Back up shop')).toEqual([
    ['Restore 1f2e3d4c, 3 h old'],
    ['Back up files', 'Back up shop'],
  ]);
});
