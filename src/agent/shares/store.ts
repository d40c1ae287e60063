import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { MachineLock } from '#src/adapters/machineLock.ts';
import type { ShareBox } from '#src/adapters/vault/seals.ts';
import { readPrivate, writePrivate } from '#src/kit/privateFile.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Keys } from '#src/wire/keys.ts';
import { createByteSeal, deriveKey } from '#src/wire/sealedBytes.ts';

const KIND = 'ngs1';
const FINGERPRINT_LENGTH = 8;

const Row = z.strictObject({
  vault: z.string().min(1).max(32),
  label: z.string().min(1).max(40).optional(),
  fingerprint: z.string().regex(/^[0-9a-f]{8}$/),
  /** ms since 1970. */
  addedAt: z.number().int(),
  sealed: z.string().max(8_000),
  /** Once more, to this machine. */
  by: z.literal('machine').optional(),
});
const ShareFile = z.strictObject({ v: z.literal(1), shares: z.array(Row).max(100) });

/** What may be known of a share that is kept here. */
export type KeptShare = Omit<z.infer<typeof Row>, 'sealed'>;

/** The shares of one node, sealed under its own keys; read anew each time, so that one that is added or removed is so at once. */
export interface ShareStore extends ShareBox {
  list(): Promise<KeptShare[]>;
  /** Keeps a share (its bytes are wiped) and answers with what may be known of it. Throws Problem `share` when this one, or without `several` any of this Vault, is here. */
  add(share: NewShare): Promise<KeptShare>;
  /** Forgets a share of a Vault, by its fingerprint where there are several. Throws Problem `share` when there is none, or nobody can tell which. */
  remove(vault: string, fingerprint?: string): Promise<KeptShare>;
}

/** A share that is to be kept; `at` in ms since 1970. */
export interface NewShare {
  vault: string;
  label: string | undefined;
  bytes: Buffer;
  at: number;
  several?: boolean;
}

/** Where a node keeps its shares; the name keeps the file out of backups, for a share in a backup is a share in two places. */
export function sharesFile(state: string): string {
  return join(state, 'keys', 'shares.nobackup.json');
}

/** The shares that are in `file` (mode 600), sealed by `lock` once more where the machine has one. All throw Problem `share-file` when it is not the owner's alone, or is no such file. */
export function createShareStore(file: string, keys: Pick<Keys, 'records'>, lock?: MachineLock): ShareStore {
  const seal = createByteSeal(keys, KIND);
  const prints = deriveKey(keys, `${KIND} fingerprints`);
  const of = (rows: readonly Row[], vault: string) => rows.filter((row) => row.vault === vault);

  return {
    list: async () => (await readRows(file)).map(told),
    async held(vault) {
      return of(await readRows(file), vault).map(({ label, fingerprint }) => ({ label, fingerprint }));
    },
    async open(vault, fingerprint) {
      const row = of(await readRows(file), vault).find((each) => each.fingerprint === fingerprint);
      if (!row) throw none(vault, 'no-share');
      try {
        return seal.open(nameOf(vault), row.by && lock ? await lock.open(lockedAs(vault), row.sealed) : row.sealed);
      } catch (cause) {
        const why = row.by
          ? 'was sealed to a machine, which is not this one as it is now, or the agent is not root any more'
          : 'was sealed with other keys than this node has now';
        throw new Problem(
          'no-share',
          `The share of ${vault} ${why}. On it: nightguard share remove ${vault}, then add it again.`,
          { cause },
        );
      }
    },
    async add({ vault, label, bytes, at, several = false }) {
      try {
        const rows = await readRows(file);
        const print = createHmac('sha256', prints).update(`${vault}\0`).update(bytes).digest('hex');
        const fingerprint = print.slice(0, FINGERPRINT_LENGTH);
        const held = of(rows, vault).find((row) => !several || row.fingerprint === fingerprint);
        if (held) throw secondShare(held);
        const sealed = seal.close(nameOf(vault), bytes);
        const locked = await lock?.close(lockedAs(vault), sealed);
        const by = locked === undefined ? {} : { by: 'machine' as const };
        const row = { vault, ...(label === undefined ? {} : { label }), addedAt: at, fingerprint, ...by };
        await writeRows(file, [...rows, { ...row, sealed: locked ?? sealed }]);
        return row;
      } finally {
        bytes.fill(0);
      }
    },
    async remove(vault, fingerprint) {
      const rows = await readRows(file);
      const [held, ...more] = of(rows, vault).filter(
        (row) => fingerprint === undefined || row.fingerprint === fingerprint,
      );
      if (!held) throw none(vault, 'share');
      if (more.length > 0)
        throw new Problem(
          'share',
          `There are ${more.length + 1} shares of ${vault} here. Say which: nightguard share remove ${vault} ${held.fingerprint}`,
        );
      await writeRows(
        file,
        rows.filter((row) => row !== held),
      );
      return told(held);
    },
  };
}

/** Why a second share of a Vault is refused. */
export function secondShare({ vault, label, fingerprint }: KeptShare): Problem {
  const held = label === undefined ? fingerprint : `"${label}", ${fingerprint}`;
  return new Problem(
    'share',
    `This node has a share of ${vault} already (${held}), and two in one place are worth no more than one. To change it: nightguard share remove ${vault}`,
  );
}

type Row = z.infer<typeof Row>;

function told({ sealed: _, ...kept }: Row): KeptShare {
  return kept;
}

function nameOf(vault: string): string {
  return `share ${vault}`;
}

function lockedAs(vault: string): string {
  return `nightguard-share-${vault}`;
}

async function readRows(file: string): Promise<Row[]> {
  const text = await readPrivate(file, 'share-file');
  if (text === undefined) return [];
  const parsed = ShareFile.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Problem('share-file', `${file} is not a file of shares. Move it away and add the share anew.`);
  return parsed.data.shares;
}

async function writeRows(file: string, shares: readonly Row[]): Promise<void> {
  await writePrivate(file, `${JSON.stringify({ v: 1, shares })}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function none(vault: string, code: string): Problem {
  return new Problem(code, `There is no share of ${vault} here. See: nightguard share list`);
}
