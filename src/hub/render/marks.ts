import type { Tone } from '#src/operation/reply.ts';
import type { StepState } from '#src/operation/steps.ts';

/** The mark in front of a line, by how good the news is. */
export const TONE_MARK: Record<Tone, string> = { ok: '✅', info: 'ℹ️', warn: '⚠️', bad: '❌' };

/** The mark in front of a step. */
export const STEP_MARK: Record<StepState['state'], string> = {
  done: '✅',
  running: '⏳',
  'to come': '▫️',
  failed: '❌',
};
