import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fleet } from '../fixtures/fleet.ts';
import type { Life } from '../fixtures/life.ts';
import type { Chat } from './chat.ts';
import { buttonsOf } from './chat.ts';
import { nothing } from './question.ts';

/** The line that the bot answers to /enroll. */
export async function invited(ada: Chat, words: string): Promise<string> {
  const { text = '' } = await ada.ask(`/enroll ${words}`);
  return /^nightguard agent --join \S+ \S+$/m.exec(text)?.[0] ?? nothing();
}

/** The message that asks about the machine of a node. */
export const wantsIn = (ada: Chat, node: string) => ada.until(new RegExp(`🔑 ${node} .*wants to join`), 30_000);

/** Presses a button below it. */
export async function decided(ada: Chat, node: string, text: 'Let it in' | 'Refuse') {
  return await ada.press(buttonsOf(await wantsIn(ada, node)).find((each) => each.text === text) ?? nothing());
}

/** A machine that is let in, and runs as the agent of its node. */
export async function joined(
  fleet: Fleet,
  ada: Chat,
  node: string,
  words = '',
): Promise<{ life: Life; said: string[] }> {
  const machine = fleet.join(node, await invited(ada, `${node} ${words}`.trim()));
  await decided(ada, node, 'Let it in');
  return { life: await machine.up, said: machine.said };
}

/** The address by which a node that has joined comes into the ledger. */
export async function ledgerUrl(fleet: Fleet, node: string): Promise<URL> {
  return new URL((await readFile(join(fleet.folder, node, 'redis-url'), 'utf8')).trim());
}
