import { z } from 'zod';
import { parseDuration } from '#src/kit/duration.ts';

// With the engine before it, a name still has room in a beacon.
const WORKLOAD = /^(?:(?:process|podman|systemd)\/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,53}$/;

/** The kinds of things that are declared on a node and can be the target of an operation. */
export const TARGET_KINDS = ['workload', 'set', 'vault'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** What a parameter's schema says beside its type: an example for the usage line, which kind of target of the operation it names, and whether no record may show it. */
export interface ParamMeta {
  example?: string;
  target?: TargetKind;
  secret?: true;
  /** It can only make the operation do less, so a yes to the plan holds whatever it says. */
  guard?: true;
}

/** Whether a workload of this name can be asked for. */
export function isWorkloadName(name: string): boolean {
  return WORKLOAD.test(name);
}

/** The name of a workload on the node, `engine/name` where two engines have the same: a closed name from the node's inventory, never a path. */
export function workload() {
  return z
    .string()
    .regex(
      WORKLOAD,
      'a name has letters, digits, "-", "_" or "." and begins with a letter or digit; its engine may stand before it, as in podman/web',
    )
    .describe('the workload')
    .meta({ example: 'web', target: 'workload' } satisfies ParamMeta);
}

/** The name of something else that the node's configuration declares, such as a Vault: a closed name from the node's inventory. */
export function declared(kind: Exclude<TargetKind, 'workload'>, example: string) {
  return z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]{0,31}$/,
      'a name has small letters, digits, "-" or "_" and begins with a letter or digit',
    )
    .describe(`the ${kind}`)
    .meta({ example, target: kind } satisfies ParamMeta);
}

/** A time span as a person types it (`30s`, `1h`); the handler gets milliseconds. */
export function duration(example: string) {
  return z
    .string()
    .transform((text, ctx) => {
      try {
        return parseDuration(text);
      } catch {
        ctx.addIssue({ code: 'custom', message: `write ${example}, 30s, 2m or 7d` });
        return z.NEVER;
      }
    })
    .meta({ example } satisfies ParamMeta);
}

/** A whole number from `min` to `max`, typed as text. */
export function whole(min: number, max: number, example: number) {
  const range = `write a whole number from ${min} to ${max}`;
  return z.coerce
    .number<string>({ error: range })
    .int({ error: range })
    .min(min, { error: range })
    .max(max, { error: range })
    .meta({ example: String(example) } satisfies ParamMeta);
}

/** Free text of at most `max` characters, such as a search pattern; it reaches programs only as data. */
export function words(max: number, example: string) {
  return z
    .string()
    .min(1)
    .max(max)
    .meta({ example } satisfies ParamMeta);
}

/** A switch that is off unless it is named: `--force`. */
export function flag() {
  return z.boolean().default(false);
}

/** The id of a backup as `/backups` shows it: 8 hex digits or more. */
export function snapshotId() {
  return z
    .string()
    .regex(/^[0-9a-f]{8,64}$/, 'an id has 8 or more digits of 0-9 and a-f: see /backups')
    .meta({ example: '1f2e3d4c' } satisfies ParamMeta);
}

/** The id of a restore, which only buttons carry. */
export function restoreId() {
  return z
    .string()
    .regex(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/, 'leave it out: the last restore is undone')
    .meta({ example: '20261121T203916Z-2d6069' } satisfies ParamMeta);
}

/** A name for something that is made: letters, digits, `-` and `_`, never a path. */
export function newName(example: string) {
  return z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$/,
      'a name has letters, digits, "-" or "_" and begins with a letter or digit',
    )
    .meta({ example } satisfies ParamMeta);
}

/** A full path that is only ever compared with what the configuration declares. */
export function fullPath(example: string) {
  return z
    .string()
    .max(200)
    .regex(/^\/[^\p{Cc}]+$/u, 'write a full path, such as /srv/shop')
    .meta({ example } satisfies ParamMeta);
}
