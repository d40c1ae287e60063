import { z } from 'zod';
import { durationText } from '../durationText.ts';
import { DestinationSpec } from '../restic/spec.ts';
import { isInside } from '../tree/realPath.ts';
import { fullPath, Name, SetSpec } from './setSpec.ts';

/** The `backup:` section of a node. */
export const BackupSpec = z
  .strictObject({
    /** restic, looked up in PATH. */
    program: z
      .string()
      .regex(/^(?:\/[^\n\0]+|[a-z][a-z0-9._-]*)$/, 'write a name or a full path')
      .default('restic'),
    /** The file with the password of every repository of this node. */
    passwordFile: fullPath.optional(),
    destinations: z.record(Name, DestinationSpec).default({}),
    sets: z.record(Name, SetSpec).default({}),
    /** The time zone of schedules; this machine's when it is left out. */
    timezone: z.string().refine(isTimeZone, 'is not a time zone such as Europe/Berlin').optional(),
    /** How long what a restore replaced is kept beside it. */
    keepOld: durationText('7d', '90d'),
    /** The folder in which copies of backups are put; no copies, when it is left out. */
    restoreTo: fullPath.optional(),
  })
  .refine(({ sets, passwordFile }) => Object.keys(sets).length === 0 || passwordFile !== undefined, {
    path: ['passwordFile'],
    message: 'a repository is encrypted: name the file that holds its password (mode 600)',
  })
  .refine(({ sets, destinations }) => Object.keys(sets).length === 0 || Object.keys(destinations).length > 0, {
    path: ['destinations'],
    message: 'name at least one place to keep backups in',
  })
  .superRefine(({ sets, destinations, restoreTo }, ctx) => {
    const places = Object.values(destinations).flatMap((place) => (place.kind === 'path' ? place.path : []));
    for (const [name, { paths, excludes }] of Object.entries(sets))
      for (const path of paths) {
        const refuse = (message: string) => ctx.addIssue({ code: 'custom', path: ['sets', name, 'paths'], message });
        const holds = (place: string) => isInside(place, path) && !excludes.some((each) => isInside(place, each));
        if (places.some(holds)) refuse(`${path} holds a repository: keep backups outside of what is backed up`);
        if (restoreTo !== undefined && holds(restoreTo))
          refuse(`${path} holds restoreTo: put copies of backups outside of what is backed up`);
      }
    for (const [name, { to = [] }] of Object.entries(sets))
      for (const unknown of to.filter((each) => !(each in destinations)))
        ctx.addIssue({ code: 'custom', path: ['sets', name, 'to'], message: `there is no destination "${unknown}"` });
  });
export type BackupSpec = z.infer<typeof BackupSpec>;

function isTimeZone(zone: string): boolean {
  try {
    return (
      zone === 'UTC' || (/^[A-Z][a-z]+\//.test(zone) && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone })))
    );
  } catch {
    return false;
  }
}
