import type { NodeConfig } from '#src/agent/config.ts';
import { readShare } from '#src/agent/shares/form.ts';
import type { ShareStore } from '#src/agent/shares/store.ts';
import { secondShare } from '#src/agent/shares/store.ts';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Resolve } from './here.ts';
import { refuseHere } from './here.ts';
import { shred } from './read.ts';

/** What the work on a node's shares needs. */
export interface ShareDesk {
  node: Pick<NodeConfig, 'name' | 'vaults'>;
  store: ShareStore;
  now: () => number;
  resolve?: Resolve;
}

/** Where one share comes from: `text` reads it, and `file` is destroyed when it is kept. */
export interface NewShare {
  vault: string;
  label: string | undefined;
  file: string | undefined;
  text: () => Promise<string>;
}

/** Keeps one share of a declared Vault, and answers with what to do next. Throws Problem `share`; then nothing was kept, and a file is as it was. */
export async function addShare(desk: ShareDesk, { vault, label, file, text }: NewShare): Promise<string[]> {
  const { node, store, now, resolve } = desk;
  const spec = specOf(node, vault);
  const several = spec.mode === 'local';
  const held = (await store.list()).find((each) => each.vault === vault);
  if (held && !several) throw secondShare(held);
  if (spec.ca === undefined && [spec.url, ...spec.peers].some((url) => url.startsWith('https:')))
    throw new Problem(
      'share',
      `A share goes only to a server whose authority is named. Write its PEM file under node.vaults.${vault}.ca first.`,
    );
  await refuseHere(vault, spec, resolve);
  const { fingerprint, by } = await store.add({ vault, label, bytes: readShare(await text()), at: now(), several });
  if (file !== undefined) await shred(file);
  return [
    `${node.name} keeps a share of ${vault} from now on: ${fingerprint}${by ? ', sealed to this machine' : ''}`,
    ...(file === undefined
      ? []
      : [`${file} is overwritten and gone. A backup of it, or a disk that writes elsewhere, may still have it.`]),
    `The hub hears of it within 5 minutes. Who may have it given says the policy of ${node.name}: vault_share of ${vault}.`,
  ];
}

/** All shares that are kept here, without the shares. */
export async function listShares({ store }: ShareDesk, json: boolean): Promise<string[]> {
  const rows = (await store.list()).map(({ addedAt, ...kept }) => ({
    ...kept,
    added: new Date(addedAt).toISOString(),
  }));
  if (json) return [JSON.stringify({ shares: rows })];
  if (rows.length === 0) return ['None. Add one with: nightguard share add <vault>'];
  return rows.map(({ vault, fingerprint, label, added, by }) =>
    `${vault.padEnd(16)} ${fingerprint}  since ${added.slice(0, 10)}  ${by ? 'sealed to this machine  ' : ''}${label ?? ''}`.trimEnd(),
  );
}

/** Forgets the share of a Vault. Throws Problem `share`. */
export async function removeShare({ node, store }: ShareDesk, vault: string, which?: string): Promise<string[]> {
  const { fingerprint } = await store.remove(vault, which);
  return [
    `${node.name} does not keep the share ${fingerprint} of ${vault} any more. The hub hears of it within 5 minutes.`,
  ];
}

function specOf({ name, vaults }: ShareDesk['node'], vault: string): NodeConfig['vaults'][string] {
  const spec = Object.hasOwn(vaults, vault) ? vaults[vault] : undefined;
  if (spec) return spec;
  const [near] = nearest(vault, Object.keys(vaults));
  const known = Object.keys(vaults).join(', ') || 'none';
  const hint = near === undefined ? `Declared under node.vaults: ${known}.` : `Did you mean ${near}?`;
  throw new Problem('share', `There is no Vault "${vault}" in the configuration of ${name}. ${hint}`);
}
