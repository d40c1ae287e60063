import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { HubConfig } from '#src/hub/config.ts';
import { Problem } from '#src/kit/problem.ts';

/** The configuration file as a hub alone reads it: what is for agents, it does not look at. */
export const HubFile = z.strictObject({
  ...HubConfig.shape,
  hub: z.unknown().optional(),
  node: z.unknown().optional(),
});
export type HubFile = z.infer<typeof HubFile>;

/** Reads and checks a configuration file that has to be there. Throws Problem `config` with the key's path. */
export async function readConfigFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'is not there' : `cannot be read (${cause.code})`;
    throw new Problem('config', `The configuration ${file} ${why}. Write it, or set NIGHTGUARD_CONFIG to its path.`, {
      cause,
    });
  });
  return checkConfig(file, text, schema);
}

/** Checks the text of a configuration file. Throws Problem `config` with the key's path. */
export function checkConfig<T>(file: string, text: string, schema: z.ZodType<T>): T {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    throw new Problem(
      'config',
      `${file} is not YAML: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : ''}`,
      { cause },
    );
  }
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => `  ${pathOf(issue)}: ${wordsOf(issue)}`);
  throw new Problem('config', `${file} does not hold:\n${complaints.join('\n')}`);
}

/** Whether there is something at a path. */
export async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function pathOf({ path }: z.core.$ZodIssue): string {
  return path.map(String).join('.') || 'the file';
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no key ${issue.keys.join(', ')} here`;
  return issue.message;
}
