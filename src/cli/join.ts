import { hostname } from 'node:os';
import { join as path } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { clip } from '#src/kit/text.ts';
import { freshId } from '#src/wire/ids.ts';
import { fingerprint, JOINING, JoinAnswer, readCode, thumbprint, Welcome } from '#src/wire/join.ts';
import type { PublicKey } from '#src/wire/keys.ts';
import { loadKeys, PublicKeySchema } from '#src/wire/keys.ts';
import { open, seal } from '#src/wire/seal.ts';
import { FileConfig } from './config.ts';
import { isThere, readConfigFile } from './configFile.ts';
import { DoorbellUrl } from './hubSettings.ts';
import { hasJoined } from './joined.ts';
import { writeJoined } from './joinFiles.ts';
import { release } from './release.ts';

/** How often the machine asks how its request stands, and how long an answer may take, in ms. */
const ASK_MS = 2_000;
const ANSWER_MS = 10_000;

/** Where this machine joins, with the code from the chat. */
export interface Join {
  url: string;
  code: string;
  state: string;
  config: string;
  /** Operations that only read. */
  reads: readonly string[];
  /** Tells the person at the terminal. */
  say: (line: string) => void;
}

/** Makes this machine a node of the hub: waits until an admin lets it in, and writes what it then needs. Harmless when it has joined that hub before. Throws Problem `join`. */
export async function joinHub({ url, code, state, config, reads, say }: Join): Promise<void> {
  const checked = DoorbellUrl.safeParse(url);
  if (!checked.success) throw new Problem('join', `"${url}" ${checked.error.issues[0]?.message}.`);
  const { secret, thumbprint: wanted } = readCode(code);
  if (await belongs(config, state, wanted)) return say('This machine has joined that hub before. It starts as it is.');
  const keys = await loadKeys(path(state, 'keys', 'node.json'));
  const self = { name: JOINING, keys };
  const hub = { name: 'hub', key: await hubKey(url, wanted) };
  const sealToHub = seal(self, hub);
  say(`Fingerprint of this machine: ${fingerprint(keys.public)}`);
  say('Waiting for an admin to compare it in the chat and let this machine in (Ctrl-C stops).');
  const request = async (): Promise<unknown> => {
    const body = { v: 1, secret, host: clip(hostname(), 64), release: release() };
    const token = await sealToHub('join', { jti: freshId(), body, at: Date.now() });
    return { key: keys.public, token };
  };
  const sealed = await admission(url, request);
  const { body: welcome } = await open(self, hub, 'welcome', Welcome)(sealed);
  const policy = await writeJoined({ config, state, hub: { key: hub.key, url }, welcome, reads });
  const { name, environment } = welcome;
  say(`Joined as ${name}, environment ${environment ?? 'prod (nothing else was said)'}.`);
  say(`It may ${reads.join(', ')}, and nothing else, whatever the hub says.`);
  say(`To allow more, edit ${policy}. What it runs goes into ${config}.`);
}

/** Whether this machine has joined the hub with this thumbprint. Throws Problem `join` when it belongs elsewhere. */
async function belongs(config: string, state: string, wanted: string): Promise<boolean> {
  if (!(await isThere(config))) return false;
  const { hub, node } = await readConfigFile(config, FileConfig);
  if (hub && node && thumbprint(hub.key) === wanted && hasJoined(state)) return true;
  throw new Problem(
    'join',
    `${config} is there already, and not from joining that hub. Move it away, or set NIGHTGUARD_STATE to another folder.`,
  );
}

/** The key of the hub that gave the code out; anybody between can change what is answered, but not into a key of this thumbprint. */
async function hubKey(url: string, wanted: string): Promise<PublicKey> {
  const answer = await ask(new URL('/join/key', url)).catch((cause: unknown) => {
    throw new Problem('join', `The hub at ${url} cannot be reached. Check the address and the network.`, { cause });
  });
  const parsed = z.looseObject({ key: PublicKeySchema }).safeParse(answer.body);
  if (!parsed.success) throw new Problem('join', `What answers at ${url} is no hub that machines can join.`);
  if (thumbprint(parsed.data.key) !== wanted)
    throw new Problem(
      'join',
      `What answers at ${url} is not the hub that gave out this code. Nothing was sent there. Check the address.`,
    );
  return parsed.data.key;
}

/** Asks until there is a yes; what fails for now is asked again until the code is no longer good. */
async function admission(url: string, request: () => Promise<unknown>): Promise<string> {
  let until = Date.now() + 60_000;
  for (;;) {
    const answer = await ask(new URL('/join', url), await request()).catch(() => undefined);
    const said = JoinAnswer.safeParse(answer?.body).data;
    if (said?.state === 'in') return said.welcome;
    if (said?.state === 'waiting') until = Math.max(until, said.expiresAt);
    else if (said) throw new Problem('join', REFUSALS[said.state]);
    if (Date.now() > until)
      throw new Problem('join', 'Nobody has let this machine in while the code was good. Ask for a new one: /enroll');
    await sleep(ASK_MS);
  }
}

const REFUSALS: Record<Exclude<JoinAnswer['state'], 'waiting' | 'in'>, string> = {
  wrong: 'The hub does not know this code, or not any more. Ask for a new one in the chat: /enroll',
  expired: 'This code has expired: it is good for 15 minutes. Ask for a new one in the chat: /enroll',
  used: 'Another machine has come with this code before. If that was not you, refuse it in the chat, then /enroll anew.',
  refused: 'An admin has refused this machine. Ask them in the chat, or get a new code: /enroll',
  retired:
    'The key of this machine was retired and is never taken again. Move keys/node.json in the state folder away, and join with a new code.',
  known: 'This machine is a node of that hub already, under another name. Retire that one first: /retire',
};

async function ask(url: URL, body?: unknown): Promise<{ body: unknown }> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await fetch(url, { ...(body === undefined ? {} : post), redirect: 'error', signal });
  return { body: JSON.parse(await response.text()) };
}
