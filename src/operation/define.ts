import type { z } from 'zod';
import { parseDuration } from '#src/kit/duration.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Input, ParamCard } from './args.ts';
import { issueSentence, paramCards } from './args.ts';
import type { Finding } from './finding.ts';
import type { PlanDraft } from './plan.ts';
import type { ReplyInput } from './reply.ts';
import { Reply } from './reply.ts';
import type { Risk, Role } from './risk.ts';
import type { StepCard, StepKind } from './steps.ts';
import type { ToolName, Tools } from './tools.ts';
import type { Verified } from './verdict.ts';

declare const parsed: unique symbol;
/** Parameters that went through their operation's schema; `parse` is their only maker. */
export type Params = { readonly [parsed]: true };

/** What the hub may know of an operation: all but how it is done. */
export interface Card {
  name: string;
  version: number;
  summary: string;
  role: Role;
  risk: Risk;
  timeoutMs: number;
  /** How long it may take, once it is told to stop, to leave everything in order. */
  graceMs: number;
  /** How long finding out what it would do may take. */
  planMs: number;
  steps: readonly StepCard[];
  params: readonly ParamCard[];
  /** What is said of it before its target where its name is no verb: `Undo the restore of`. */
  says?: string | undefined;
  /** The command that it is a part of: nobody types it by itself, and no list shows it. */
  within?: string | undefined;
  /** The proof that a node takes it with alone, whatever its rule says. */
  proof?: 'stepup' | undefined;
  /** Throws Problem `arguments` with the parameter's name and what is wrong with it. */
  parse(input: Input): Params;
  /** The question that a person says yes to. */
  question(params: Params): string;
  /** The value of the parameter that names the target, if the operation has one. */
  targetOf(input: Input): string | undefined;
}

/** The world of a running job: what it may touch and how it tells of itself. */
export interface Work<P, T, Key extends string, B> {
  params: P;
  tools: T;
  /** The image from before it. */
  before: B;
  /** Runs one declared step: it is journalled when its kind is `once`, and shown in the chat. */
  step: <R>(key: Key, act: () => Promise<R>) => Promise<R>;
  /** A short remark beside the running step, such as `pid 4711 runs`. */
  note: (text: string) => void;
  signal: AbortSignal;
}

/** What was interrupted: the image from before it, and what became of the commands that its last step of kind `once` had handed over, in their order, as far as the system tells. */
export interface Interrupted<P, T, B> {
  params: P;
  tools: T;
  before: B;
  findings: readonly Finding[];
  /** The job has ended, and others may have begun since: nothing may be touched. */
  looksOnly: boolean;
  signal: AbortSignal;
}

/** What happened, for the words that tell it. */
export interface Told<P, R> {
  node: string;
  params: P;
  result: R;
  tookMs: number;
}

/** An operation with all that only the agent does; `before` is the image that `verify` compares with after a crash. */
export interface Operation extends Card {
  needs: readonly ToolName[];
  plan(work: { params: Params; tools: Tools; signal: AbortSignal }): Promise<PlanDraft>;
  /** `bound` is what the plan of this very job binds. */
  before(work: { params: Params; tools: Tools; bound: unknown; signal: AbortSignal }): Promise<unknown>;
  run(work: Work<Params, Tools, string, unknown>): Promise<unknown>;
  /** Without `findings` nothing is known of any command. */
  verify(
    work: Omit<Interrupted<Params, Tools, unknown>, 'findings' | 'looksOnly'> &
      Partial<Pick<Interrupted<Params, Tools, unknown>, 'findings' | 'looksOnly'>>,
  ): Promise<Verified>;
  report(told: Told<Params, unknown>): Reply;
}

interface Definition<P extends z.ZodObject, R extends z.ZodType, S extends string, N extends ToolName, Bound, B> {
  name: string;
  version: number;
  summary: string;
  role: Role;
  risk: Risk;
  /** How long `run` may take, as `30s` or `2m`. */
  timeout: string;
  /** How long it may take, once it is told to stop, to leave everything in order, such as to start again what it has stopped. */
  grace?: string;
  /** How long its plan may take, 5 s unless told: a person waits for it. */
  planTimeout?: string;
  needs: readonly N[];
  params: P;
  result: R;
  steps: Record<S, { title: string; kind: StepKind }>;
  /** What is said of it before its target where its name is no verb: `Undo the restore of`. */
  says?: string;
  /** The command that it is a part of, such as `unseal`. */
  within?: string;
  /** The proof that a node takes it with alone, whatever its rule says. */
  proof?: 'stepup';
  run(work: Work<z.output<P>, Pick<Tools, N>, S, B>): Promise<z.output<R>>;
  report(told: Told<z.output<P>, z.output<R>>): ReplyInput;
  question?(params: z.output<P>): string;
  plan?(work: { params: z.output<P>; tools: Pick<Tools, N>; signal: AbortSignal }): Promise<PlanDraft<Bound>>;
  before?(work: { params: z.output<P>; tools: Pick<Tools, N>; bound: Bound; signal: AbortSignal }): Promise<B>;
  verify?(work: Interrupted<z.output<P>, Pick<Tools, N>, B>): Promise<Verified>;
}

/** Defines one operation; the file in `handlers/` exports what this returns. Throws when a definition promises what it does not have. */
export function defineOperation<
  P extends z.ZodObject,
  R extends z.ZodType,
  S extends string,
  N extends ToolName,
  Bound = undefined,
  B = undefined,
>(definition: Definition<P, R, S, N, Bound, B>): Operation {
  const { name, version, summary, role, risk, needs, says, within, proof } = definition;
  refuseBadDefinition(definition);
  const params = paramCards(definition.params);
  // The typed definition is erased here and only here: every value that reaches it went through its own schema.
  const erased = definition as unknown as Definition<z.ZodObject, z.ZodType, string, ToolName, unknown, unknown>;
  const steps = Object.entries(erased.steps).map(([key, step]) => ({ key, ...step }));
  return {
    ...{ name, version, summary, role, risk, needs, params, steps, says, within, proof },
    timeoutMs: parseDuration(definition.timeout),
    graceMs: parseDuration(definition.grace ?? '5s'),
    planMs: parseDuration(definition.planTimeout ?? '5s'),
    parse: (input) => parse(definition.params, input),
    question: (given) => erased.question?.(given) ?? `Run ${name}?`,
    targetOf: (input) => targetOf(params, input),
    plan: async (work) => (await erased.plan?.(work)) ?? { facts: [], binds: '' },
    before: async (work) => await erased.before?.(work),
    run: async (work) => await definition.result.parseAsync(await erased.run(work)),
    verify: async (work) => (await erased.verify?.({ findings: [], looksOnly: false, ...work })) ?? NOTHING_CHANGED,
    report: (told) => Reply.parse(erased.report(told)),
  };
}

const NOTHING_CHANGED: Verified = {
  verdict: 'verified not applied',
  because: 'It only reads, so nothing was changed. Ask again.',
};

function parse(schema: z.ZodObject, input: Input): Params {
  const outcome = schema.strict().safeParse(input, { reportInput: true });
  if (!outcome.success) throw new Problem('arguments', issueSentence(outcome.error));
  return outcome.data as unknown as Params;
}

function targetOf(params: readonly ParamCard[], input: Input): string | undefined {
  const card = params.find((each) => each.target !== undefined);
  const value = card && input[card.name];
  return typeof value === 'string' ? value : undefined;
}

function refuseBadDefinition(
  definition: Pick<Operation, 'name' | 'version' | 'risk'> & {
    plan?: unknown;
    before?: unknown;
    verify?: unknown;
    steps: Record<string, { kind: StepKind }>;
  },
): void {
  const { name, version, risk, plan, before, verify, steps } = definition;
  const refuse = (why: string): never => {
    throw new Error(`operation ${name}: ${why}`);
  };
  if (!/^[a-z][a-z0-9_]{0,31}$/.test(name)) refuse('a name is a Telegram command: 1-32 of a-z, 0-9 and _');
  if (!Number.isInteger(version) || version < 1) refuse('version is a whole number from 1');
  if (risk !== 'read' && !(plan && before && verify)) refuse('what changes something has plan, before and verify');
  if (risk === 'read' && Object.values(steps).some((step) => step.kind === 'once'))
    refuse("what reads has no step of kind 'once'");
}
