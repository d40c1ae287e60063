import { describe, expect, test } from 'vitest';
import { freshId, jobId, shortId } from '#src/wire/ids.ts';

const FORM = /^[0-9a-hjkmnp-tv-z]{26}$/;

describe('the id of a job', () => {
  test('is the same for the same intent on the same node, for ever', () => {
    expect(jobId('message 7 55 1790000000', 'alpha')).toBe(jobId('message 7 55 1790000000', 'alpha'));
    // Written down once: a change of the scheme would let old intents run again.
    expect(jobId('message 7 55 1790000000', 'alpha')).toBe('qhe5eqp5etr0t34rehbtch020g');
  });

  test('is another one on another node, for another intent, and across the line between both', () => {
    const all = [jobId('a', 'b'), jobId('a', 'c'), jobId('c', 'b'), jobId('', 'ab'), jobId('ab', ''), jobId('b', 'a')];
    expect(new Set(all).size).toBe(all.length);
  });

  test('is made of 26 characters that cannot be taken for each other', () => {
    expect(Array.from({ length: 500 }, (_, n) => jobId(`${n}`, 'alpha')).filter((id) => !FORM.test(id))).toEqual([]);
  });
});

describe('a fresh id', () => {
  test('is new each time, and of the same form', () => {
    const ids = Array.from({ length: 2_000 }, freshId);
    expect(ids.filter((id) => !FORM.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(2_000);
  });

  test('uses the whole alphabet in every place', () => {
    const ids = Array.from({ length: 4_000 }, freshId);
    const used = Array.from({ length: 26 }, (_, place) => new Set(ids.map((id) => id[place])).size);
    expect(used).toEqual(Array(26).fill(32));
  });
});

test('the short form is the beginning', () => {
  expect(shortId('abcdefghijklmnopqrstuvwxyz')).toBe('abcdef');
});
