import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from '../command.ts';
import { createRunner } from '../restic/runner.ts';
import { readCredentials, refuseOpenFile } from '../restic/secrets.ts';
import type { DestinationSpec } from '../restic/spec.ts';
import type { BackupSpec } from './spec.ts';

/** What a user lacks for the backups of a node, each as a sentence: `wrong` is in the way of saving, `missing` of restoring. */
export interface Readiness {
  restic: string;
  wrong: string[];
  missing: string[];
}

/** Looks whether this user could save and restore all that the configuration names; changes nothing. Throws Problem `restic` or `secret-file`. */
export async function readinessOf(
  { spec, state, command }: { spec: BackupSpec; state: string; command: Command },
  signal: AbortSignal,
): Promise<Readiness> {
  const { program, passwordFile = '', destinations, sets } = spec;
  const [first] = Object.entries(destinations);
  if (!first) return { restic: '', wrong: [], missing: [] };
  const runner = createRunner({ command, program, passwordFile, cacheDir: `${state}/restic` }, ...first);
  const { version } = await runner.abilities(signal);
  await refuseOpenFile(passwordFile);
  const places = await Promise.all(Object.entries(destinations).map((each) => lacksOfPlace(...each)));
  const each = Object.entries(sets).flatMap(([name, { paths }]) => paths.map((path) => lacksOf(name, path)));
  const lacks = (await Promise.all(each)).flat();
  const scratch = spec.scratch === undefined || (await may(spec.scratch, constants.W_OK)) ? [] : [spec.scratch];
  return {
    restic: version,
    wrong: [...places.flat(), ...lacks.flatMap(({ wrong }) => wrong ?? [])],
    missing: [
      ...new Set(lacks.flatMap(({ missing }) => missing ?? [])),
      ...scratch.map((folder) => `This user cannot write to ${folder}, where drills would restore to.`),
    ],
  };
}

async function lacksOfPlace(name: string, spec: DestinationSpec): Promise<string[]> {
  if (spec.credentials !== undefined) await readCredentials(spec.credentials);
  if (spec.kind !== 'path' || (await may(await nearestOf(spec.path), constants.W_OK))) return [];
  return [`This user cannot write to ${spec.path} (destination ${name}).`];
}

async function lacksOf(set: string, path: string): Promise<{ wrong?: string; missing?: string }[]> {
  const above = dirname(path);
  const isThere = await may(path);
  return [
    ...(isThere ? [] : [{ missing: `${path} of ${set} is not there.` }]),
    ...(isThere && !(await may(path, constants.R_OK)) ? [{ wrong: `This user cannot read ${path} of ${set}.` }] : []),
    ...((await may(above, constants.W_OK))
      ? []
      : [{ missing: `This user cannot write to ${above}, so no restore can be put in place there.` }]),
  ];
}

/** The folder itself, or where it would be made. */
async function nearestOf(path: string): Promise<string> {
  return (await may(path)) ? path : dirname(path);
}

async function may(path: string, how: number = constants.F_OK): Promise<boolean> {
  return await access(path, how).then(
    () => true,
    () => false,
  );
}
