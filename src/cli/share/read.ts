import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readPrivate, syncFolder } from '#src/kit/privateFile.ts';
import { Problem } from '#src/kit/problem.ts';

/** Nobody types more than this, in bytes. */
const MOST_BYTES = 1_000;
const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = [3, 4, 8, 127];

/** A terminal that can stop showing what is typed, or a pipe. */
export type Keyboard = NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };

/** One line that is typed and not shown, or what a pipe brings. Throws Problem `share` when somebody breaks off. */
export async function readHidden(prompt: string, keyboard: Keyboard, screen: { write(text: string): unknown }) {
  if (!keyboard.isTTY) return await lineOf(keyboard);
  // Before the words, so that nothing is shown of what is typed ahead.
  keyboard.setRawMode?.(true);
  screen.write(prompt);
  try {
    return await lineOf(keyboard);
  } finally {
    keyboard.setRawMode?.(false);
    screen.write('\n');
  }
}

/** The text of a file that is this user's alone. Throws Problem `share`. */
export async function readFileOnce(file: string): Promise<string> {
  const text = await readPrivate(file, 'share');
  if (text === undefined) throw new Problem('share', `There is no ${file}. Name the file that holds one share.`);
  return text;
}

/** Overwrites a file and takes it away. A disk or a file system that writes elsewhere than it is told may still have it. */
export async function shred(file: string): Promise<void> {
  const handle = await open(file, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    await handle.write(randomBytes(size), 0, size, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await unlink(file);
  await syncFolder(dirname(file));
}

async function lineOf(keyboard: Keyboard): Promise<string> {
  const typed: number[] = [];
  for await (const chunk of keyboard) {
    for (const byte of Buffer.from(chunk)) {
      if (keyboard.isTTY && byte === CTRL_C) throw new Problem('share', 'Broken off: nothing was kept.');
      if (byte === 10 || byte === 13 || byte === CTRL_D) return Buffer.from(typed).toString('latin1');
      if (byte === BACKSPACE || byte === DELETE) typed.pop();
      else typed.push(byte);
    }
    if (typed.length > MOST_BYTES) throw new Problem('share', 'That is too long for a share: nothing was kept.');
  }
  return Buffer.from(typed).toString('latin1');
}
