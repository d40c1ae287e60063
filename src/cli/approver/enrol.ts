import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { readSeeds, SEED_BYTES, writeSeeds } from '#src/agent/approver/seeds.ts';
import { matchingStep } from '#src/agent/approver/totp.ts';
import { triesKey, writeTries } from '#src/agent/approver/tries.ts';
import { Problem } from '#src/kit/problem.ts';
import { qrOf } from '../qr/modules.ts';
import { qrLines } from '../qr/terminal.ts';
import type { Desk } from './desk.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const TRIES = 3;
/** Clears a screen and what has scrolled off it. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

/** A terminal, or what stands in for one. */
type Screen = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean };

/** Makes a seed for a person, shows it to their authenticator app, and keeps it once a code proves that the app has it. Answers with what to do next. Throws Problem `approver`. */
export async function enrolPerson(
  desk: Desk,
  { operator, name }: { operator: number; name: string },
  keyboard: NodeJS.ReadableStream,
  screen: Screen,
): Promise<string[]> {
  const people = await readSeeds(desk.seeds);
  if (people.some((person) => person.operator === operator))
    throw new Problem(
      'approver',
      `${operator} has a seed here. To make a new one: nightguard approver remove ${operator}`,
    );
  const seed = new Uint8Array(randomBytes(SEED_BYTES));
  for (const line of seedLines(name, seed, !process.env['NO_COLOR'])) screen.write(`${line}\n`);
  const used = await proveIt(seed, desk.now, keyboard, screen);
  if (screen.isTTY) screen.write(CLEAR);
  // The code that proved it counts as used; whatever was tried under an earlier seed is forgotten.
  desk.journal.remember(triesKey(operator), writeTries({ used, wrong: 0 }));
  await writeSeeds(desk.seeds, [...people, { operator, name, seed, addedAt: desk.now() }]);
  return [
    `${name} (${operator}) can prove from now on that they are there.`,
    'On each node that asks for proof: stepup, put this into its policy file (once for all people):',
    '',
    policyLine(desk),
  ];
}

/** The line that makes a node believe this approver. */
export function policyLine({ self }: Pick<Desk, 'self'>): string {
  return `approver: { name: ${self.name}, key: ${self.key} }`;
}

/** Base32 of RFC 4648 without padding, as authenticator apps take it. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function seedLines(name: string, seed: Uint8Array, colours: boolean): string[] {
  const secret = base32(seed);
  const label = encodeURIComponent(`Nightguard:${name}`);
  return [
    ...qrLines(qrOf(`otpauth://totp/${label}?secret=${secret}&issuer=Nightguard`), colours),
    '',
    `Let ${name} scan this with their authenticator app, or type this key into it:`,
    `  ${secret.match(/.{1,4}/g)?.join(' ')}`,
    'Whoever has it can be them: let nobody else see it.',
    '',
  ];
}

/** Asks for a code until it is right; answers with its time step. */
async function proveIt(seed: Uint8Array, now: () => number, keyboard: NodeJS.ReadableStream, screen: Screen) {
  const lines = createInterface({ input: keyboard });
  let left = TRIES;
  screen.write('The six digits that it shows: ');
  try {
    for await (const line of lines) {
      const step = matchingStep(seed, line.replaceAll(/[\s-]/g, ''), now());
      if (step !== undefined) return step;
      left -= 1;
      if (left === 0) break;
      screen.write('That is not its code now. Once more, and look at the clocks of both: ');
    }
  } finally {
    lines.close();
  }
  screen.write('\n');
  throw new Problem('approver', 'No right code was typed, so nothing was kept. Run it again for a new seed.');
}
