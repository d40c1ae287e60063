import { z } from 'zod';
import type { Trial } from '../unseal/plan.ts';
import { planUnseals } from '../unseal/plan.ts';
import { runUnseals } from '../unseal/run.ts';
import type { Scan } from '../unseal/scan.ts';
import type { Outcome } from '../unseal/trial.ts';
import type { Part } from './part.ts';
import { partOf } from './part.ts';

/** Who wants more trials gets them; fewer are not what was promised. */
const TRIALS = 200;

const isObject = (value: unknown) => typeof value === 'object';
const Line = z.union([
  z.strictObject({ index: z.number(), outcome: z.custom<Outcome>(isObject) }),
  z.strictObject({ scan: z.custom<Scan>(isObject) }),
]);

/** A Vault that five nodes keep the shares of, opened from the chat by two people through everything that goes wrong: F12. */
export const unsealPart: Part = async ({ seed, share, side, signal, notes: notesOf }) => {
  const notes = notesOf('trials');
  const lines = notes.read().flatMap((line) => Line.safeParse(line).data ?? []);
  const planned = planUnseals(partOf(TRIALS, share), seed).map((trial, index) => ({ ...trial, index }));
  const done = new Map(lines.flatMap((line) => ('index' in line ? [[line.index, line.outcome] as const] : [])));
  const scans = lines.flatMap((line) => ('scan' in line ? [line.scan] : []));
  const left = planned.filter(({ index }) => !done.has(index));
  const looked = await runUnseals<Trial & { index: number }>(left, { side, signal }, (outcome, { index }) => {
    done.set(index, outcome);
    notes.add({ index, outcome });
    process.stderr.write(`\r${done.size}/${planned.length}`);
  });
  for (const scan of looked) notes.add({ scan });
  scans.push(...looked);
  if (done.size < planned.length) return undefined;
  const all = [...done.values()];
  return {
    figures: figuresOf(all, scans),
    wrong: [...all.flatMap(({ wrong }) => wrong), ...scans.flatMap(({ hits }) => hits)],
  };
};

function figuresOf(all: readonly Outcome[], scans: readonly Scan[]) {
  const sum = (of: (outcome: Outcome) => number) => all.reduce((total, outcome) => total + of(outcome), 0);
  const kinds = Object.entries(Object.groupBy(all, ({ kind }) => kind)).map(([kind, of]) => `${of?.length} ${kind}`);
  const beside = [
    kinds.join(', '),
    `${sum(({ deaths }) => deaths)} processes killed with -9`,
    `${sum(({ given }) => given)} shares given, none twice to one attempt`,
    `asked again in ${all.filter(({ told }) => told.length > 1).length}`,
    `${all.filter(({ ends }) => ends === 'sealed').length} sealed in the end, as they should be`,
  ].join('; ');
  const places = [...new Set(scans.flatMap((scan) => scan.places))].join(', ');
  const megabytes = Math.round(scans.reduce((total, scan) => total + scan.megabytes, 0));
  const hits = scans.reduce((total, scan) => total + scan.hits.length, 0);
  return [
    {
      ...{ what: 'a Vault opened by three of five nodes', tried: all.length, of: 'trials' },
      ...{ wrong: all.filter(({ wrong }) => wrong.length > 0).length, beside },
    },
    {
      ...{ what: 'shares found outside their file and the request', tried: megabytes, of: 'MB', wrong: hits },
      beside: `right and wrong ones, raw, in hexadecimal digits, base64 and base64url; looked for in ${places}`,
    },
  ];
}
