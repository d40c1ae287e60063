import { sanitise } from '#src/kit/text.ts';
import type { StepCard, StepState } from '#src/operation/steps.ts';

/** What a job's steps report to: the journal before a step of kind `once`, the outbox after each change. */
export interface StepSink {
  once(step: string): void;
  progress(steps: StepState[], note: string | undefined): void;
}

/** Runs declared steps one by one and keeps the list that the chat shows. */
export function createSteps(cards: readonly StepCard[], sink: StepSink) {
  const states = cards.map(({ title }): StepState => ({ title, state: 'to come' }));
  let note: string | undefined;
  let onceRunning = false;
  const mark = (index: number, state: StepState['state']) => {
    states[index] = { title: cards[index]?.title ?? '', state };
    sink.progress(structuredClone(states), note);
  };
  return {
    /** Whether a step of kind `once` has begun and not ended. */
    inOnce: () => onceRunning,
    step: async <R>(key: string, act: () => Promise<R>): Promise<R> => {
      const index = cards.findIndex((card) => card.key === key);
      if (index === -1) throw new Error(`no step is called ${key}`);
      note = undefined;
      onceRunning = cards[index]?.kind === 'once';
      if (onceRunning) sink.once(key);
      mark(index, 'running');
      try {
        const result = await act();
        onceRunning = false;
        mark(index, 'done');
        return result;
      } catch (error) {
        mark(index, 'failed');
        throw error;
      }
    },
    note(text: string): void {
      note = sanitise(text).slice(0, 300);
      sink.progress(structuredClone(states), note);
    },
  };
}
