import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '#src/kit/problem.ts';
import { count } from '#src/kit/text.ts';
import type { Anchor, Checked } from '#src/wire/chain.ts';
import { checkChain, noted } from '#src/wire/chain.ts';
import { checkExport, exportChain } from '#src/wire/export.ts';
import { readKeys } from '#src/wire/keys.ts';
import { FileConfig } from '../config.ts';
import { isThere, readConfigFile } from '../configFile.ts';
import { readHubSettings } from '../hubSettings.ts';
import { roleOf, settingsOf } from '../role.ts';
import { sourcesOf } from './source.ts';

/** How one chain was found. */
export interface Finding {
  of: string;
  ok: boolean;
  sentence: string;
  /** The record that is wrong first. */
  record?: number;
}

/** Follows the chains that are kept on this machine. Throws Problem `audit` when there is none. */
export async function verifyAudit(
  env: NodeJS.ProcessEnv,
  of: 'hub' | 'node' | undefined,
  anchors: readonly Anchor[],
): Promise<Finding[]> {
  const sources = await sourcesOf(env, of);
  if (anchors.length > 0 && sources.length > 1)
    throw new Problem('usage', 'There are two audits here: say whose head that is with --of hub or --of node.');
  return sources.map(({ own, head, cut, lines }) => {
    const checked = checkChain(lines, cut, [head, ...anchors]);
    const beyond: Checked = { ok: false, seq: head.seq + 1, why: 'the head that is kept ends before it' };
    return findingOf(own.name, cut.seq + 1, checked.ok && checked.head.seq > head.seq ? beyond : checked);
  });
}

/** Follows the chain of an exported file, with no other help than public keys. Throws Problem `audit`. */
export async function verifyFile(
  env: NodeJS.ProcessEnv,
  file: string,
  keys: readonly string[],
  anchors: readonly Anchor[],
): Promise<Finding> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Problem('audit', `${file} cannot be read (${cause.code}).`, { cause });
  });
  const { of, from, checked } = await checkExport(text, [...keys, ...(await knownKeys(env))], anchors);
  return findingOf(of, from, checked);
}

/** Writes one audit of this machine to the standard output. */
export async function exportAudit(env: NodeJS.ProcessEnv, of: 'hub' | 'node' | undefined, at: number): Promise<void> {
  const [source] = await sourcesOf(env, of);
  if (source) process.stdout.write(await exportChain(source.own, { ...source, at }));
}

function findingOf(of: string, from: number, checked: Checked): Finding {
  if (!checked.ok)
    return { of, ok: false, record: checked.seq, sentence: `${of}: record ${checked.seq} is wrong: ${checked.why}.` };
  const { head } = checked;
  const records = `${count(head.seq - from + 1, 'record')}${head.seq < from ? '' : `, ${from} to ${head.seq}`}`;
  return { of, ok: true, sentence: `${of}: ${records}: the chain holds. Its head is ${noted(head)}` };
}

/** The public keys that this machine knows: its own, and those of its configuration. */
async function knownKeys(env: NodeJS.ProcessEnv): Promise<string[]> {
  const { state, config: file } = settingsOf(env, roleOf(env));
  const mine = await Promise.all(['hub', 'node'].map((name) => readKeys(join(state, 'keys', `${name}.json`))));
  const own = [readHubSettings(env).keys, ...mine].flatMap((keys) => (keys ? [keys.public] : []));
  if (!(await isThere(file))) return own;
  const { nodes, hub } = await readConfigFile(file, FileConfig);
  return [...own, ...Object.values(nodes).map(({ key }) => key), ...(hub ? [hub.key] : [])];
}
