import { expect, test } from 'vitest';
import type { Head } from '#src/wire/chain.ts';
import { checkChain, firstHead, link, noted, readAnchor } from '#src/wire/chain.ts';
import { readHead, signHead } from '#src/wire/head.ts';
import { freshId } from '#src/wire/ids.ts';
import { makeKeys } from '#src/wire/keys.ts';

const RECORDS = 100;

/** A chain of some records, as a hub or an agent writes it. */
function chainOf(count: number, begin = firstHead(freshId()), decision = 'asked') {
  const lines: string[] = [];
  let head: Head = begin;
  for (let i = 0; i < count; i += 1) {
    const entry = {
      at: 1_000 + i,
      decision,
      operation: 'restart',
      input: { target: `web-${i}`, force: true },
    };
    const linked = link(head, entry);
    lines.push(linked.line);
    head = linked.head;
  }
  return { begin, lines, head };
}

const { begin, lines, head } = chainOf(RECORDS);
const ANCHOR = { seq: head.seq, h: head.h };
const verdict = (tampered: string[]) => checkChain(tampered, begin, [ANCHOR]);

test('an untouched chain reaches its head, from its beginning and from a head on the way', () => {
  expect(verdict(lines)).toEqual({ ok: true, head });
  const half = checkChain(lines.slice(0, 50), begin);
  expect(half.ok && checkChain(lines.slice(50), half.head, [ANCHOR])).toEqual({ ok: true, head });
});

const at = (index: number, act: (line: string) => string[]) =>
  lines.flatMap((line, i) => (i === index ? act(line) : [line]));
const flipped = (line: string, place: number) =>
  line.slice(0, place) + String.fromCharCode(line.charCodeAt(place) ^ 1) + line.slice(place + 1);
const forged = (index: number) => link({ ...begin, seq: index, h: JSON.parse(lines[index] ?? '{}').prev }, { at: 1 });

const ATTACKS: Record<string, (index: number) => string[]> = {
  flip: (index) => at(index, (line) => [flipped(line, (index * 37) % line.length)]),
  delete: (index) => at(index, () => []),
  reorder: (index) => {
    const other = (index + 1) % RECORDS;
    const [one, two] = [lines[index] ?? '', lines[other] ?? ''];
    return lines.map((line, i) => (i === index ? two : i === other ? one : line));
  },
  truncate: (index) => lines.slice(0, index),
  insert: (index) => at(index, (line) => [forged(index).line, line]),
};

for (const [attack, on] of Object.entries(ATTACKS))
  test(`${attack} of each record is found`, () => {
    const missed = lines.flatMap((_, index) => (verdict(on(index)).ok ? [index] : []));
    expect(missed).toEqual([]);
  });

test('a chain that somebody wrote anew from one record on is found by the head that was anchored', () => {
  const missed = lines.flatMap((_, index) => {
    const kept = checkChain(lines.slice(0, index), begin);
    if (!kept.ok) throw new Error(kept.why);
    const anew = chainOf(RECORDS - index + 5, kept.head, 'declined');
    return verdict([...lines.slice(0, index), ...anew.lines]).ok ? [index] : [];
  });
  expect(missed).toEqual([]);
});

test('every changed character of one record is found, and the first wrong record is named', () => {
  const line = lines[7] ?? '';
  const found = [...line].map((_, place) => verdict(at(7, () => [flipped(line, place)])));
  expect(found.filter(({ ok }) => ok)).toEqual([]);
  expect(found.every((each) => !each.ok && each.seq === 8)).toBe(true);
});

test('a head is noted in a few characters and read again', () => {
  expect(readAnchor(noted(head))).toEqual({ seq: RECORDS, h: head.h.slice(0, 32) });
  for (const text of ['', '7', '7:abc', 'x:0123456789abcdef', `7:${'g'.repeat(32)}`])
    expect(readAnchor(text)).toBeUndefined();
});

test('a signed head is read by the key of who signed it, and by no other', async () => {
  const [own, other] = [await makeKeys(), await makeKeys()];
  const token = await signHead({ name: 'hub', keys: own }, head, 5);
  expect(await readHead({ name: 'hub', key: own.public }, token)).toEqual({ head, at: 5 });
  await expect(readHead({ name: 'hub', key: other.public }, token)).rejects.toMatchObject({ code: 'seal' });
  await expect(readHead({ name: 'alpha', key: own.public }, token)).rejects.toMatchObject({ code: 'seal' });
});
