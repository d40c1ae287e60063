import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSeeds, seedsFile } from '#src/agent/approver/seeds.ts';
import { Problem } from '#src/kit/problem.ts';
import { loadKeys } from '#src/wire/keys.ts';
import { hubOf, nodeOf } from '../config.ts';
import { isThere } from '../configFile.ts';
import type { Check, Finding } from './check.ts';
import { ok, warn } from './check.ts';

const NEEDED_NODE = 24;
const MADE_BY_UP = 'not there yet; "nightguard up" makes it';

/** The program itself. */
export const nodeCheck: Check = async () => {
  const major = Number(process.versions.node.split('.', 1)[0]);
  if (major >= NEEDED_NODE) return ok(process.version);
  throw new Problem(
    'node',
    `${process.version} is too old. Run "npm start" once: it brings Node ${NEEDED_NODE} along.`,
  );
};

/** The state folder: is it there, and for nobody else's eyes? */
export const stateCheck: Check = async ({ settings: { state }, role }) => {
  if (role === 'hub') return ok('a hub for others needs none');
  return (await isThere(state)) ? await privately(state) : ok(`${state}: ${MADE_BY_UP}`);
};

/** The configuration: does it hold, and has it what this machine's role needs? That it can be read was seen before. */
export const configCheck: Check = async ({ settings, config, role }) => {
  const file = settings.config;
  if (!config) {
    if (role === 'up') return ok(`${file}: ${MADE_BY_UP}`);
    throw new Problem('config', `${file} is not there. Write it (docs/configuration.md), or set NIGHTGUARD_CONFIG.`);
  }
  const people = config.operators.length + settings.operators.length;
  if (role !== 'hub') nodeOf(config);
  if (role === 'agent') hubOf(config);
  else if (people === 0 && settings.token)
    throw new Problem(
      'config',
      `Nobody may ask anything: add yourself under operators: in ${file}, or set NIGHTGUARD_OPERATORS.`,
    );
  if (role === 'hub' && Object.keys(config.nodes).length === 0)
    throw new Problem(
      'config',
      `${file} has no nodes: write nodes: { alpha: { key: ng1.… } } (see nightguard keys --node there).`,
    );
  // What a host mounts for a hub may be readable by all in its container, and holds no secret.
  return role === 'hub' ? ok(file) : await privately(file);
};

/** The key pairs that this role needs. */
export const keysCheck: Check = async ({ settings: { state }, role, hub }) => {
  if (hub?.keys) return ok('the hub has its pair from NIGHTGUARD_HUB_KEYS');
  const names = { hub: ['hub'], agent: ['node'], up: ['hub', 'node'] }[role];
  for (const name of names) {
    const file = join(state, 'keys', `${name}.json`);
    if (!(await isThere(file)) && role === 'up') return ok(`${file}: ${MADE_BY_UP}`);
    if (!(await isThere(file))) return warn(`${file}: not there yet. Run: nightguard keys --${name}`);
    await loadKeys(file);
  }
  return ok(`${names.join(' and ')}: there`);
};

/** The seeds of authenticators, where this machine is an approver: readable, and the owner's alone. */
export const seedsCheck: Check = async ({ settings: { state }, role }) => {
  if (role === 'hub') return ok('a hub for others has none');
  const people = await readSeeds(seedsFile(state));
  return ok(
    people.length === 0 ? 'none: this machine is no approver' : `of ${people.map(({ name }) => name).join(', ')}`,
  );
};

async function privately(path: string): Promise<Finding> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Problem('mode', `${path} can be read by others. Run: chmod go= ${path}`);
  return ok(path);
}
