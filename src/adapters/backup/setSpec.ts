import { z } from 'zod';
import { isWorkloadName } from '#src/operation/params.ts';
import { FILES } from '#src/operation/snapshot.ts';
import { scheduleText } from '../calendar.ts';
import { durationText, optionalDuration } from '../durationText.ts';

/** What sets, dumps and destinations are called. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
export const Name = z
  .string()
  .regex(NAME, 'a name has small letters, digits, "-" or "_" and begins with a letter or digit');

/** A full path, written in the one way in which it can be compared. */
export const fullPath = z
  .string()
  .regex(/^\/[^\n\0]*$/, 'write a full path')
  .refine(
    (path) => !/\/\/|\/\.{1,2}(?:\/|$)|.\/$/.test(path),
    'write the path plainly: no "..", no "//", no "/" at its end',
  );

/** A program that writes what is to be kept to its stdout, such as `pg_dump shop`: nothing of it lies on the disk. */
const DumpSpec = z.strictObject({ command: z.array(z.string().min(1)).min(1) });

/** A program that looks at what a drill restored: a start of the database on it, a count of its rows. It says by its exit code whether it is well. */
const DrillCheckSpec = z.strictObject({
  command: z.array(z.string().min(1)).min(1),
  timeout: durationText('10m', '6h'),
});
export type DrillCheckSpec = z.infer<typeof DrillCheckSpec>;

const Users = z.array(z.string().refine(isWorkloadName, 'write the name of a workload')).default([]);

const count = z.number().int().min(0).max(1000).optional();

/** How many backups of each age are kept. */
export const KeepSpec = z
  .strictObject({ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count })
  .refine((keep) => Object.values(keep).some((n) => n), 'keep at least one');

/** What is backed up together. */
export const SetSpec = z
  .strictObject({
    paths: z.array(fullPath).max(50).default([]),
    /** Patterns of restic, such as `*.log` or a full path. */
    excludes: z.array(z.string().min(1).max(400)).max(100).default([]),
    dumps: z
      .record(
        Name.refine((name) => name !== FILES, `a dump is not called "${FILES}": so are the files of the set`),
        DumpSpec,
      )
      .default({}),
    /** Workloads that are stopped while its files are put back in place. */
    pause: Users,
    /** Workloads that are stopped while its files are read; dumps are made before, since they need them. */
    pauseToSave: Users,
    keep: KeepSpec.default({ daily: 7, weekly: 4, monthly: 6 }),
    /** Names of destinations; all of them when it is left out. */
    to: z.array(Name).min(1).optional(),
    /** When it is saved by itself, its repositories are checked, its newest backup is restored to prove it, and what is not kept is dropped; never, when left out. */
    schedule: scheduleText.optional(),
    check: scheduleText.optional(),
    drill: scheduleText.optional(),
    prune: scheduleText.optional(),
    drillCheck: DrillCheckSpec.optional(),
    /** How old its newest backup, and the last proof, may become; what its schedule lets expect when it is left out. */
    maxAge: optionalDuration('400d'),
    maxDrillAge: optionalDuration('400d'),
    /** So many times larger or smaller than usual is told. */
    sizeFactor: z.number().min(1.1).max(1000).default(3),
  })
  .refine(({ paths, dumps }) => paths.length + Object.keys(dumps).length > 0, 'name paths or dumps')
  .refine(
    ({ drill, maxDrillAge, drillCheck, paths }) =>
      paths.length > 0 || (drill ?? maxDrillAge ?? drillCheck) === undefined,
    {
      path: ['drill'],
      message: 'a drill restores files, and this set has only dumps: leave it out',
    },
  )
  .refine(({ paths, pauseToSave }) => paths.length > 0 || pauseToSave.length === 0, {
    path: ['pauseToSave'],
    message: 'nothing is stopped for dumps, and this set has no paths: leave it out',
  })
  .refine(({ paths }) => !paths.some((one) => paths.some((other) => other.startsWith(`${one}/`))), {
    path: ['paths'],
    message: 'one path is inside another: name the outer one only',
  });
export type SetSpec = z.infer<typeof SetSpec>;
