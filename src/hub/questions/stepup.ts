import type { HubLedger } from '#src/ledger/port.ts';
import type { Saying } from '#src/wire/event.ts';
import { jobId } from '#src/wire/ids.ts';
import type { HubConfig } from '../config.ts';
import type { Answer, Spoken } from './press.ts';
import { yesIntent } from './start.ts';

/** What an approver says about a code. */
export type StepUpSaying = Extract<Saying, { kind: 'stepup' }>;

/** Hears what the approver that was asked has found, and lets the question go on with it. A proof is handed on unread: only the node can tell whether it holds. */
export function createHearStepUp(deps: {
  config: Pick<HubConfig, 'operators'>;
  ledger: Pick<HubLedger, 'question'>;
  press: (answer: Answer) => Promise<Spoken>;
}): (node: string, saying: StepUpSaying) => Promise<void> {
  const { config, ledger, press } = deps;
  return async (node, { job: order, confirm, about, operator: id, outcome }) => {
    const operator = config.operators.find((each) => each.id === id);
    const story = operator && (await ledger.question(confirm));
    if (!operator || !story?.confirm) return;
    const asked = story.confirm.said?.proving?.find((each) => each.operator === id)?.approver;
    const isAbout = (target: string): boolean => about === jobId(yesIntent({ id: confirm }), target);
    if (asked !== node || !story.confirm.nodes.some(isAbout)) return;
    await press({ confirm, answer: { kind: 'found', order, outcome }, operator, chat: story.post.chat });
  };
}
