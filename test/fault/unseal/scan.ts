import { readFile } from 'node:fs/promises';
import { BEN } from '../../fixtures/fleet.ts';
import { formsFound } from '../../fixtures/shareForms.ts';
import { readAll } from '../../ledger/redis/dump.ts';
import type { Place } from '../canaries/places.ts';
import { filesIn } from '../canaries/places.ts';
import type { Lab } from './lab.ts';
import { HOLDERS } from './plan.ts';
import { wrongShare } from './trial.ts';

/** Where shares were looked for, and found. */
export interface Scan {
  places: string[];
  megabytes: number;
  hits: string[];
}

/** Arguments and environments of processes, where the system shows them. */
export async function processPlaces(pids: readonly number[]): Promise<Place[]> {
  if (process.platform !== 'linux') return [];
  const read = async (pid: number, part: string): Promise<Place> => [
    `${part} of a process`,
    await readFile(`/proc/${pid}/${part}`).catch(() => Buffer.alloc(0)),
  ];
  return await Promise.all(pids.flatMap((pid) => [read(pid, 'cmdline'), read(pid, 'environ')]));
}

/** Looks for every share, right and wrong ones, in all that a lab has left behind, their own files on their nodes among it. */
export async function scanLab(lab: Lab): Promise<Scan> {
  const { fleet, vault, members, heard, seen } = lab;
  await fleet.redis.ask('SAVE');
  const calls = await (await fetch(`${fleet.sandbox.url}/sandbox/calls`)).text();
  const chats = await Promise.all([fleet.chat(), fleet.chat(BEN)].map((chat) => chat.messages()));
  const places: Place[] = [
    ...(await filesIn('Redis', fleet.redis.folder, () => false)),
    ['Redis, read whole', Buffer.from(await readAll(fleet.redis))],
    ['MONITOR', heard.heard()],
    ['chats', Buffer.from(JSON.stringify(chats))],
    ['calls of the Bot API', Buffer.from(calls)],
    ...members.map(
      ([name, { lives }]): Place => [`log of ${name}`, Buffer.from(lives.flatMap(({ logged }) => logged).join('\n'))],
    ),
    // Its own file on its node has it sealed.
    ...(await filesIn('state', fleet.folder, () => false)),
    ...seen,
  ];
  const shares = [...vault.shares, ...HOLDERS.map((node) => wrongShare(lab, node))];
  const hits = shares.flatMap((share, i) => formsFound(share, places).map((place) => `share ${i + 1} in ${place}`));
  const bytes = places.reduce((sum, [, each]) => sum + each.length, 0);
  const kinds = new Set(
    places.map(([place]) => place.replace(/\/(alpha|beta|delta|gamma|omega)\//, '/NODE/').replace(/\d{4,}/g, 'N')),
  );
  return { places: [...kinds], megabytes: Math.round(bytes / 1e5) / 10, hits };
}
