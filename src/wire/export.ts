import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { Anchor, Checked, Head } from './chain.ts';
import { checkChain } from './chain.ts';
import { readHead, signHead } from './head.ts';
import type { PublicKey } from './keys.ts';
import { identity } from './keys.ts';
import type { Self } from './seal.ts';
import { claimedSigner } from './sign.ts';

const First = z.strictObject({ cut: z.string() });
const Last = z.strictObject({ head: z.string() });

/** A chain for elsewhere, as JSON Lines: first a signed head from where it begins, then its records, then the signed head that they reach. */
export async function exportChain(
  own: Self,
  { cut, head, lines, at }: { cut: Head; head: Head; lines: readonly string[]; at: number },
): Promise<string> {
  const [first, last] = await Promise.all([signHead(own, cut, at), signHead(own, head, at)]);
  return [JSON.stringify({ cut: first }), ...lines, JSON.stringify({ head: last }), ''].join('\n');
}

/** Checks an exported chain by the keys that are known; `of` is who signed it. Throws Problem `audit` for what is no export, and for a signer without a key here. */
export async function checkExport(
  text: string,
  keys: readonly PublicKey[],
  anchors: readonly Anchor[],
): Promise<{ of: string; from: number; checked: Checked }> {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const first = First.safeParse(parse(lines[0])).data?.cut;
  if (first === undefined) throw new Problem('audit', `This is no export of an audit: ${HOW}`);
  const kid = claimedSigner(first) ?? '';
  const [of = ''] = kid.split('@');
  const key = keys.find((each) => identity(of, each) === kid);
  if (key === undefined)
    throw new Problem(
      'audit',
      `It says that ${kid || 'nobody'} signed it, and that key is not known here: name it with --key.`,
    );
  const cut = await headOf({ name: of, key }, first);
  if (!cut) return { of, from: 1, checked: { ok: false, seq: 1, why: 'the signed beginning was changed' } };
  const from = cut.seq + 1;
  const last = Last.safeParse(parse(lines.at(-1))).data?.head;
  const missing: Checked = { ok: false, seq: cut.seq + lines.length, why: 'the signed head at the end is missing' };
  if (last === undefined) return { of, from, checked: missing };
  const head = await headOf({ name: of, key }, last);
  if (head?.chain !== cut.chain)
    return { of, from, checked: { ...missing, why: 'the signed head at the end was changed' } };
  const checked = checkChain(lines.slice(1, -1), cut, [head, ...anchors]);
  const more: Checked = { ok: false, seq: head.seq + 1, why: 'the signed head ends before it' };
  return { of, from, checked: checked.ok && checked.head.seq > head.seq ? more : checked };
}

const HOW = 'make one with nightguard audit export, or /audit export in the chat.';

async function headOf(from: { name: string; key: PublicKey }, token: string): Promise<Head | undefined> {
  return await readHead(from, token).then(
    ({ head }) => head,
    () => undefined,
  );
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}
