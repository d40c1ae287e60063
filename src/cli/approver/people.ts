import type { Person } from '#src/agent/approver/seeds.ts';
import { readSeeds, writeSeeds } from '#src/agent/approver/seeds.ts';
import { MAX_WRONG, readTries, triesKey, writeTries } from '#src/agent/approver/tries.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Desk } from './desk.ts';
import { policyLine } from './enrol.ts';

/** Everybody whose authenticator this machine knows, and how their tries stand. */
export async function listPeople(desk: Desk, json: boolean): Promise<string[]> {
  const rows = (await readSeeds(desk.seeds)).map(({ operator, name, addedAt }) => {
    const { wrong } = readTries(desk.journal.recall(triesKey(operator)));
    return { operator, name, added: new Date(addedAt).toISOString().slice(0, 10), wrong, locked: wrong >= MAX_WRONG };
  });
  if (json) return [JSON.stringify({ people: rows, approver: desk.self })];
  if (rows.length === 0) return ['Nobody yet. Add people with: nightguard approver add <operator> <name>'];
  const lines = rows.map(
    ({ operator, name, added, wrong, locked }) =>
      `${String(operator).padEnd(12)} ${name.padEnd(16)} since ${added}  ${locked ? `locked: nightguard approver unlock ${operator}` : wrong > 0 ? `${wrong} wrong` : 'ok'}`,
  );
  return [...lines, '', 'In the policy files of the nodes that ask for proof: stepup:', policyLine(desk)];
}

/** Forgets a person's seed: their codes prove nothing any more. Throws Problem `approver`. */
export async function removePerson(desk: Desk, operator: number): Promise<string[]> {
  const people = await readSeeds(desk.seeds);
  const { name } = known(people, operator);
  await writeSeeds(
    desk.seeds,
    people.filter((person) => person.operator !== operator),
  );
  return [`${name} (${operator}) is removed. A proof that was given before holds for up to 15 minutes more.`];
}

/** Lets somebody try again who was locked after too many wrong codes. What was used stays used. Throws Problem `approver`. */
export async function unlockPerson(desk: Desk, operator: number): Promise<string[]> {
  const { name } = known(await readSeeds(desk.seeds), operator);
  const { used, wrong } = readTries(desk.journal.recall(triesKey(operator)));
  desk.journal.remember(triesKey(operator), writeTries({ used, wrong: 0 }));
  return [wrong >= MAX_WRONG ? `${name} (${operator}) can try again.` : `${name} (${operator}) was not locked.`];
}

function known(people: readonly Person[], operator: number): Person {
  const person = people.find((each) => each.operator === operator);
  if (person) return person;
  throw new Problem('approver', `There is no seed of ${operator} here. See: nightguard approver list`);
}
