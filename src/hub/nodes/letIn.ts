import { hkdfSync } from 'node:crypto';
import { Problem } from '#src/kit/problem.ts';
import { Secret } from '#src/kit/secret.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Welcome } from '#src/wire/join.ts';
import { JOINING } from '#src/wire/join.ts';
import type { Keys, PublicKey } from '#src/wire/keys.ts';
import type { Self } from '#src/wire/seal.ts';
import { seal } from '#src/wire/seal.ts';
import type { Invitation } from './invitation.ts';
import { alreadyThere } from './invitation.ts';
import type { NodeRecord, Registry } from './registry.ts';
import type { Roster } from './roster.ts';

/** Most nodes that a new one is told to look after. */
const SIBLINGS = 3;

/** What came of making or removing a ledger user: done, or a person has to give this command. */
type Done = { made: true } | { made: false; command: string };

/** The ledger's own users, one for each node. */
export interface LedgerUsers {
  make(node: string, password: Secret): Promise<Done>;
  remove(node: string): Promise<Done>;
  /** Nodes that have a user; undefined when the ledger does not tell. */
  all(): Promise<string[] | undefined>;
  /** The command that makes the user of a node; it holds no secret. */
  command(node: string, password: Secret): string;
  /** The address by which a node comes in. */
  urlFor(node: string, password: Secret): string;
}

/** Lets the machine of an invitation in: words for the chat, and the welcome that is sealed for it. Called again, it ends with the same. Throws Problem `enroll`. */
export type LetIn = (
  invitation: Invitation,
  by: { id: number; name: string },
) => Promise<{ words: string; welcome: string | undefined }>;

/** Writes the node into the registry, makes its ledger user, and seals what it needs. */
export function createLetIn(deps: {
  hub: Self;
  users: LedgerUsers;
  /** The certificate of a private ledger, for the nodes. */
  ca?: string | undefined;
  registry: Registry;
  roster: Roster;
  ledger: HubLedger;
  now: () => number;
}): LetIn {
  const { hub, users, ca, registry, roster, ledger, now } = deps;

  const register = async ({ node, environment }: Invitation, key: PublicKey, epoch: number, by: Who) => {
    const listed = (await roster.members()).get(node);
    if (listed && listed.key !== key) throw alreadyThere(node);
    await registry.nodes.change(node, (before) => {
      if (before?.enrolled && before.state !== 'retired') {
        if (before.enrolled.key !== key) throw alreadyThere(node);
        return before;
      }
      const enrolled = { key, epoch, by, at: now(), ...(environment === undefined ? {} : { environment }) };
      return { name: node, labels: {}, state: 'active', enrolled } satisfies NodeRecord;
    });
    roster.changed();
    // Another machine had this name once, with epochs of its own.
    if (!listed) await ledger.remember(`epoch ${node}`, '');
  };
  const welcomeOf = async ({ node, environment }: Invitation, url: string): Promise<Welcome> => {
    const others = [...(await roster.members()).keys()].filter((name) => name !== node).sort();
    return {
      ...{ v: 1, name: node, siblings: others.slice(0, SIBLINGS) },
      ...(environment === undefined ? {} : { environment }),
      ledger: { url, ...(ca === undefined ? {} : { ca }) },
    };
  };

  return async (invitation, by) => {
    const { node, machine } = invitation;
    if (!machine) throw new Problem('enroll', `No machine has come with the code of ${node} yet.`);
    await register(invitation, machine.key, machine.epoch, by);
    const password = passwordOf(hub.keys, node, machine.key);
    const made = await users.make(node, password);
    const body = await welcomeOf(invitation, users.urlFor(node, password));
    const sealToMachine = seal(hub, { name: JOINING, key: machine.key });
    const sealed = await sealToMachine('welcome', { jti: freshId(), at: now(), body });
    const words = made.made
      ? `${node} is in. Its terminal says what it may do.`
      : `${node} is in, but this hub may not make users there. Give Redis this command: ${made.command}`;
    return { words, welcome: sealed };
  };
}

type Who = { id: number; name: string };

/** 256 bits that only this hub can tell, and always the same for one machine under one name: so nothing has to be kept. */
export function passwordOf({ records }: Pick<Keys, 'records'>, node: string, key: PublicKey): Secret {
  const info = `nightguard ledger user ${node} ${key}`;
  const bytes = hkdfSync('sha256', Buffer.from(records, 'base64url'), Buffer.alloc(0), info, 32);
  return new Secret(Buffer.from(bytes).toString('base64url'));
}
