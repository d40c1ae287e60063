import { z } from 'zod';
import type { Operation } from '#src/operation/define.ts';
import { defineOperation } from '#src/operation/define.ts';
import { workload } from '#src/operation/params.ts';

/** Operations that may do harm, with a note of each effect: `wipe` is destructive, `rekey` critical. */
export function riskyOperations(): { operations: Operation[]; effects: string[]; world: { state: string } } {
  const effects: string[] = [];
  const world = { state: 'as it was' };
  const note = (effect: string) => {
    effects.push(effect);
    return {};
  };
  const common = { version: 1, role: 'operator', timeout: '10s', needs: [], result: z.object({}) } as const;
  const wipe = defineOperation({
    ...{ ...common, name: 'wipe', summary: 'Delete the data of a workload', risk: 'destructive' },
    params: z.strictObject({ target: workload() }),
    steps: { wipe: { title: 'Delete it', kind: 'once' } },
    question: ({ target }) => `Wipe ${target}?`,
    plan: async () => ({ facts: [{ label: 'Data', value: world.state }], binds: world.state }),
    before: async () => ({}),
    run: async ({ params, step }) => await step('wipe', async () => note(`wipe ${params.target}`)),
    verify: async () => ({ verdict: 'needs human', because: 'Look at it.' }),
    report: ({ params }) => ({ tone: 'ok', title: `${params.target} is wiped` }),
  });
  const rekey = defineOperation({
    ...{ ...common, name: 'rekey', summary: 'Change the keys', risk: 'critical' },
    params: z.strictObject({}),
    steps: { rekey: { title: 'Change them', kind: 'once' } },
    question: () => 'Change the keys?',
    plan: async () => ({ facts: [{ label: 'Keys', value: world.state }], binds: world.state }),
    before: async () => ({}),
    run: async ({ step }) => await step('rekey', async () => note('rekey')),
    verify: async () => ({ verdict: 'needs human', because: 'Look at them.' }),
    report: () => ({ tone: 'ok', title: 'the keys are new' }),
  });
  return { operations: [wipe, rekey], effects, world };
}
