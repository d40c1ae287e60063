import type { Anchor } from '#src/wire/chain.ts';
import { readAnchor } from '#src/wire/chain.ts';
import { PublicKeySchema } from '#src/wire/keys.ts';
import { exportAudit, verifyAudit, verifyFile } from './audit/verify.ts';
import { readWords, usage } from './typed.ts';

const HELP = `Usage: nightguard audit [options]
       nightguard audit verify [--of hub|node] [--head 812:9f3c...]
       nightguard audit verify --file export.jsonl [--head 812:9f3c...] [--key ng1...]
       nightguard audit export [--of hub|node] > export.jsonl

verify follows the chain of hashes through every record: of the hub's audit in its ledger, and of this node's in its
journal, or of an exported file. It names the first record that is wrong and ends with 1 then. Whoever can write to
the ledger or the journal could leave out the end; a head that you have from the chat (--head) shows that too.

export writes all records that are kept as JSON Lines, between two signed heads.

Options:
  --of       hub or node; left out, what is here of both (export: the hub's where its keys are)
  --file     an exported file instead; it needs no ledger
  --head     a head that was told in the chat once; may be given several times
  --key      the public key of who signed the file, when it is not this machine's; may be given several times
  --json     as JSON
  --help     this text
`;

const OPTIONS = {
  of: { type: 'string' },
  file: { type: 'string' },
  head: { type: 'string', multiple: true },
  key: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

/** `nightguard audit`: checks the record of who did what, and takes it along. */
export async function audit(argv: string[]): Promise<void> {
  const typed = readWords({ name: 'audit', help: HELP, options: OPTIONS }, argv);
  if (!typed) return;
  const { values, words } = typed;
  const [act, ...more] = words;
  if (more.length > 0 || (act !== 'verify' && act !== 'export'))
    throw usage('audit', 'Say what to do: verify or export');
  const of = sideOf(values.of);
  if (act === 'export') return await exportAudit(process.env, of, Date.now());
  const anchors = (values.head ?? []).map(anchorOf);
  const keys = (values.key ?? []).map(keyOf);
  const found =
    values.file === undefined
      ? await verifyAudit(process.env, of, anchors)
      : [await verifyFile(process.env, values.file, keys, anchors)];
  const lines = values.json ? [JSON.stringify(found)] : found.map(({ sentence }) => sentence);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = found.every(({ ok }) => ok) ? 0 : 1;
}

function sideOf(text: string | undefined): 'hub' | 'node' | undefined {
  if (text === undefined || text === 'hub' || text === 'node') return text;
  throw usage('audit', `--of takes hub or node, not "${text}"`);
}

function anchorOf(text: string): Anchor {
  const anchor = readAnchor(text);
  if (!anchor) throw usage('audit', `"${text}" is no head: one looks like 812:9f3c0a12b4d6e8f0`);
  return anchor;
}

function keyOf(text: string): string {
  const key = PublicKeySchema.safeParse(text);
  if (!key.success) throw usage('audit', `"${text}" is no public key: one looks like ng1.….…`);
  return key.data;
}
