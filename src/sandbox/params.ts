import { badRequest } from './refusal.ts';

/** A file that came with a call. */
export interface Upload {
  name: string;
  type: string;
  bytes: Buffer;
}

/** The arguments of one call, however they were sent; every argument reads as text, as in Telegram's own server. */
export interface Params {
  /** The arguments as they came, for the record of calls. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** The argument as text, '' when it is absent. */
  text(name: string): string;
  flag(name: string): boolean;
  /** A whole number forced between min and max; `otherwise` when it is absent or no number. */
  integer(name: string, bounds?: { otherwise?: number; min?: number; max?: number }): number;
  /** The argument as JSON, undefined when absent; refuses with `problem` what is not JSON, or ignores it without one. */
  json(name: string, problem?: string): unknown;
  upload(name: string): Upload | undefined;
}

/** Arguments from the fields and files of a request. */
export function createParams(fields: Record<string, unknown>, uploads = new Map<string, Upload>()): Params {
  const text = (name: string) => asText(Object.hasOwn(fields, name) ? fields[name] : undefined);
  return {
    sent: { ...fields, ...Object.fromEntries([...uploads].map(([name, upload]) => [name, described(upload)])) },
    text,
    flag: (name) => ['true', 'yes', '1'].includes(text(name).toLowerCase()),
    integer: (name, { otherwise = 0, min = -(2 ** 53), max = 2 ** 53 } = {}) => {
      const number = /^\s*-?\d{1,15}\s*$/.test(text(name)) ? Number(text(name)) : otherwise;
      return Math.min(max, Math.max(min, number));
    },
    json: (name, problem) => decoded(text(name), problem),
    upload: (name) => uploads.get(name),
  };
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function decoded(text: string, problem: string | undefined): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (problem) throw badRequest(problem);
    return undefined;
  }
}

function described({ name, bytes }: Upload): object {
  return { file: name, size: bytes.length };
}
