import { describe, expect, test } from 'vitest';
import { ours, pre } from '#src/hub/render/html.ts';
import { fitParts, still } from '#src/hub/render/screen.ts';
import { parseTelegram } from './telegram.ts';

const part = (length: number, char = 'x') => ours(char.repeat(length));

describe('parts of a message', () => {
  test('that fit are joined, without a file', () => {
    expect(fitParts([part(1), part(2), part(3)])).toEqual({ html: 'x\nxx\nxxx' });
    expect(fitParts([])).toEqual({ html: '' });
  });

  test('may have 3,900 characters with their line ends', () => {
    expect(fitParts([part(3_899)])).toEqual({ html: 'x'.repeat(3_899) });
    expect(fitParts([part(1_949), part(1_949)]).file).toBeUndefined();
  });

  test('that do not fit go into a file with all of it, in order', () => {
    expect(fitParts([ours('first'), part(3_900), ours('<last>')])).toEqual({
      html: 'first\n… all of it is in the file.',
      file: { name: 'all.txt', text: `first\n${'x'.repeat(3_900)}\n<last>`, caption: 'all of it' },
    });
  });

  test('are counted as they are shown, not as they are written', () => {
    expect(fitParts([pre('"'.repeat(3_800))]).file).toBeUndefined();
    expect(fitParts([pre('👍'.repeat(2_000))]).file).toBeDefined();
  });

  test.each([1, 39, 400, 3_899, 3_900, 10_000])(
    'of %i characters each never make more than Telegram takes',
    (length) => {
      const { html } = fitParts(Array.from({ length: 60 }, () => part(length, '<')));
      expect(parseTelegram(html).text.length).toBeLessThanOrEqual(4_096);
    },
  );
});

test('a message that stays as it is is final', () => {
  expect(still(ours('x'))).toEqual({ html: 'x', keyboard: [], final: true });
});
