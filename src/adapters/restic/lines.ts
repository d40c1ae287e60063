import { z } from 'zod';

const amount = z.number().nonnegative();
const text = z.string().max(4096);

/** How far a backup has come, as restic prints it several times a second. */
export const Status = z.object({
  message_type: z.literal('status'),
  percent_done: amount.default(0),
  total_files: amount.default(0),
  files_done: amount.default(0),
  total_bytes: amount.default(0),
  bytes_done: amount.default(0),
  seconds_remaining: amount.optional(),
});
export type Status = z.infer<typeof Status>;

/** What a backup came to. */
export const Summary = z.object({
  message_type: z.literal('summary'),
  files_new: amount,
  files_changed: amount,
  files_unmodified: amount,
  data_added: amount,
  total_files_processed: amount,
  total_bytes_processed: amount,
  snapshot_id: text,
});
export type Summary = z.infer<typeof Summary>;

/** A file that could not be read. */
export const Unread = z.object({ message_type: z.literal('error'), item: text });

/** What a repository says of itself. */
export const ConfigLine = z.object({ id: text });

/** Why it ends, by restic 0.17 and newer. */
export const ExitError = z.object({ message_type: z.literal('exit_error'), message: text });

/** One backup in a repository. */
export const SnapshotLine = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  time: z.string(),
  paths: z.array(text),
  tags: z.array(text).nullish(),
  excludes: z.array(text).nullish(),
});
export type SnapshotLine = z.infer<typeof SnapshotLine>;

/** One file, folder or link of a snapshot. */
export const NodeLine = z.object({
  struct_type: z.literal('node').optional(),
  message_type: z.literal('node').optional(),
  type: z.string(),
  path: z.string(),
  uid: z.number().optional(),
  gid: z.number().optional(),
  size: amount.optional(),
  mode: z.number().optional(),
  mtime: z.string().optional(),
});
export type NodeLine = z.infer<typeof NodeLine>;

/** A path in which two snapshots differ. */
export const ChangeLine = z.object({ message_type: z.literal('change'), path: z.string(), modifier: z.string() });

/** What a difference comes to. */
const Side = z.object({ files: amount, bytes: amount });
export const DiffLine = z.object({
  message_type: z.literal('statistics'),
  changed_files: amount,
  added: Side,
  removed: Side,
});
export type DiffLine = z.infer<typeof DiffLine>;

export const StatsLine = z.object({ total_size: amount, total_file_count: amount.default(0) });

/** What one snapshot group keeps and loses. */
export const ForgetGroup = z.object({
  keep: z.array(z.object({ id: text })).nullish(),
  remove: z.array(z.object({ id: text })).nullish(),
});

/** The value of one line when it is of a form, and undefined for all that a newer restic may say besides. */
export function parseLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  if (!line.startsWith('{') && !line.startsWith('[')) return undefined;
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
