import { describe, expect, test } from 'vitest';
import { createSteps } from '#src/agent/steps.ts';
import type { StepState } from '#src/operation/steps.ts';

const CARDS = [
  { key: 'look', title: 'Look', kind: 'read' },
  { key: 'act', title: 'Act', kind: 'once' },
] as const;

/** Steps with everything that they said, in order. */
function started() {
  const said: (string | { steps: StepState['state'][]; note: string | undefined })[] = [];
  const steps = createSteps(CARDS, {
    once: (key) => void said.push(`journal ${key}`),
    progress: (list, note) => void said.push({ steps: list.map(({ state }) => state), note }),
  });
  return { steps, said };
}

test('steps are told as they run, and a step of kind once is journalled before it begins', async () => {
  const { steps, said } = started();
  const act = (key: string) => async () => {
    said.push(`does ${key}`);
    return `${key} done`;
  };
  expect(await steps.step('look', act('look'))).toBe('look done');
  expect(await steps.step('act', act('act'))).toBe('act done');
  expect(said).toEqual([
    { steps: ['running', 'to come'], note: undefined },
    'does look',
    { steps: ['done', 'to come'], note: undefined },
    'journal act',
    { steps: ['done', 'running'], note: undefined },
    'does act',
    { steps: ['done', 'done'], note: undefined },
  ]);
});

test('a step is shown with its title', async () => {
  const shown: StepState[][] = [];
  const steps = createSteps(CARDS, { once: () => {}, progress: (list) => void shown.push(list) });
  await steps.step('look', async () => {});
  expect(shown.at(-1)).toEqual([
    { title: 'Look', state: 'done' },
    { title: 'Act', state: 'to come' },
  ]);
});

test('a step that fails is told as failed, and its error comes through', async () => {
  const { steps, said } = started();
  const broken = new Error('broken');
  await expect(steps.step('look', () => Promise.reject(broken))).rejects.toBe(broken);
  expect(said.at(-1)).toEqual({ steps: ['failed', 'to come'], note: undefined });
});

test('when the journal cannot be written the step does not run', async () => {
  const ran: string[] = [];
  const steps = createSteps(CARDS, {
    once: () => {
      throw new Error('disk full');
    },
    progress: () => {},
  });
  await expect(steps.step('act', async () => void ran.push('act'))).rejects.toThrow('disk full');
  expect(ran).toEqual([]);
});

test('a step that was not declared is a bug', async () => {
  const { steps, said } = started();
  await expect(steps.step('other', async () => {})).rejects.toThrow('no step is called other');
  expect(said).toEqual([]);
});

describe('whether a step of kind once is under way', () => {
  test('is known at each moment', async () => {
    const { steps } = started();
    const seen = [steps.inOnce()];
    const look = async () => void seen.push(steps.inOnce());
    await steps.step('look', look);
    seen.push(steps.inOnce());
    await steps.step('act', look);
    seen.push(steps.inOnce());
    expect(seen).toEqual([false, false, false, true, false]);
  });

  test('stays so when it failed, since nobody knows how far it came', async () => {
    const { steps } = started();
    await steps.step('act', () => Promise.reject(new Error('x'))).catch(() => {});
    expect(steps.inOnce()).toBe(true);
  });
});

describe('a note', () => {
  test('is told with the steps, until the next step begins', async () => {
    const { steps, said } = started();
    await steps.step('look', async () => steps.note('pid 4711 runs'));
    await steps.step('act', async () => {});
    expect(said.filter((each) => typeof each === 'object').map(({ note }) => note)).toEqual([
      undefined,
      'pid 4711 runs',
      'pid 4711 runs',
      undefined,
      undefined,
    ]);
  });

  test('is cleaned and cut', () => {
    const { steps, said } = started();
    steps.note(`\u001b[31mred\u202e ${'x'.repeat(400)}`);
    expect(said).toEqual([{ steps: ['to come', 'to come'], note: `red ${'x'.repeat(296)}` }]);
  });
});

test('what was told stays as it was when steps go on', async () => {
  const lists: StepState[][] = [];
  const steps = createSteps(CARDS, { once: () => {}, progress: (list) => void lists.push(list) });
  await steps.step('look', async () => {});
  expect(lists.map(([first]) => first?.state)).toEqual(['running', 'done']);
});
