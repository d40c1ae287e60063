import { z } from 'zod';
import { nearest } from '#src/kit/nearest.ts';
import { Problem } from '#src/kit/problem.ts';
import type { ParamMeta } from './params.ts';

/** Arguments as they are typed, pressed and carried in orders: the schema of the operation has not read them yet. */
export const Input = z.record(z.string().max(32), z.union([z.string().max(200), z.boolean()]));
export type Input = z.infer<typeof Input>;

/** One parameter as menus, usage lines and the argument reader need it. */
export interface ParamCard {
  name: string;
  flag: boolean;
  required: boolean;
  description: string | undefined;
  example: string;
  target: ParamMeta['target'];
  /** Its value stays out of every record. */
  secret?: true;
  /** It is no part of what a yes is bound to. */
  guard?: true;
}

/** The parameters of a schema; their order in the schema is their order on the command line. */
export function paramCards(schema: z.ZodObject): ParamCard[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    const { base, meta, description } = unwrap(type as z.ZodType);
    return {
      name,
      flag: base instanceof z.ZodBoolean,
      required: !(type as z.ZodType).safeParse(undefined).success,
      description,
      example: meta.example ?? name,
      target: meta.target,
      ...(meta.secret ? { secret: true as const } : {}),
      ...(meta.guard ? { guard: true as const } : {}),
    };
  });
}

/** Arguments for a record: without the values of the parameters that are secret. */
export function openInput(cards: readonly ParamCard[], input: Input): Input {
  const secret = new Set(cards.filter((card) => card.secret).map(({ name }) => name));
  return Object.fromEntries(Object.entries(input).filter(([name]) => !secret.has(name)));
}

/** Arguments as a yes is bound to them: without those that can only make the operation do less. */
export function boundInput(cards: readonly ParamCard[], input: Input): Input {
  const guards = new Set(cards.filter((card) => card.guard).map(({ name }) => name));
  return Object.fromEntries(Object.entries(input).filter(([name]) => !guards.has(name)));
}

/** Reads typed words: `--name value`, `--name=value` and `--flag` by name, all others in the order of the parameters. Throws Problem `arguments`. */
export function readTokens(cards: readonly ParamCard[], tokens: readonly string[]): Input {
  const input: Input = {};
  const rest = [...tokens];
  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    const option = /^(?:--|[–—])([^=]+)(?:=(.*))?$/s.exec(token);
    if (!option) {
      const free = cards.find((card) => !card.flag && input[card.name] === undefined);
      if (!free) throw new Problem('arguments', `"${token}" is one word too many.`);
      input[free.name] = token;
      continue;
    }
    const card = findOption(cards, option[1] ?? '');
    const value = option[2] ?? (card.flag ? true : rest.shift());
    if (value === undefined) throw new Problem('arguments', `--${card.name} needs a value, such as ${card.example}.`);
    input[card.name] = value;
  }
  return input;
}

/** Splits what was typed at white space; "quoted text" (also in the curly quotes of phones) stays one word. */
export function splitWords(text: string): string[] {
  return [...text.matchAll(/((?:--|[–—])[^\s="“”„]+=)?["“”„]([^"“”„]*)["“”„]|(\S+)/g)].map(
    (match) => match[3] ?? `${match[1] ?? ''}${match[2] ?? ''}`,
  );
}

/** The sentence for arguments that a schema refuses: the parameter's name and what is wrong with it. */
export function issueSentence(error: z.ZodError): string {
  const issue = error.issues[0];
  const name = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') return `There is no argument "${issue.keys.join('", "')}" here.`;
  if (issue?.code === 'invalid_type' && issue.input === undefined) return `${name} is missing.`;
  return `${name || 'argument'}: ${issue?.message ?? 'not understood'}.`;
}

function findOption(cards: readonly ParamCard[], name: string): ParamCard {
  const card = cards.find((each) => each.name === name);
  if (card) return card;
  const known = cards.map((each) => each.name);
  const [near] = nearest(name, known);
  const hint = near
    ? `did you mean --${near}?`
    : `there ${known.length === 0 ? 'are none' : `is --${known.join(', --')}`}.`;
  throw new Problem('arguments', `No option --${name}: ${hint}`);
}

function unwrap(type: z.ZodType): { base: z.ZodType; meta: ParamMeta; description: string | undefined } {
  const meta = (type.meta() ?? {}) as ParamMeta & { description?: string };
  if (!(type instanceof z.ZodDefault || type instanceof z.ZodOptional))
    return { base: type, meta, description: meta.description };
  const inner = unwrap(type.def.innerType as z.ZodType);
  return { base: inner.base, meta: { ...inner.meta, ...meta }, description: meta.description ?? inner.description };
}
