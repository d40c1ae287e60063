import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '#src/kit/waitUntil.ts';
import { ADA, BEN, GROUP, MALLORY, startHouse } from './house.ts';
import { asked, yes } from './question.ts';

const SECRET = 'planted0SECRET1part-of_the-token+'.replace('+', 'Z');
const TOKEN = `5151515151:${SECRET}`;

test('token and private keys stand nowhere but in their home, whatever goes wrong', { timeout: 40_000 }, async () => {
  const house = await startHouse({ token: TOKEN, logLevel: 'trace' });
  const [ada, ben] = [house.chat(ADA), house.chat(BEN, GROUP)];
  await house.healthy();
  await house.chat(MALLORY).say('/start');
  await house.fault({ method: 'getUpdates', times: 1, kind: 500 });
  await house.fault({ method: 'sendMessage', times: 1, kind: 500 });
  await house.fault({ method: 'sendMessage', times: 1, kind: 429, retry_after: 1 });
  await ada.say('/health');
  await ada.until(/^job /m, 15_000);
  await house.fault({ method: 'answerCallbackQuery', times: 1, kind: 500 });
  await house.fault({ method: 'editMessageText', times: 1, kind: 500 });
  const question = await asked(ada, '/restart local demo');
  void ada.press(yes(question)).catch(() => {});
  await ada.until('restarted and healthy', 15_000);
  await ben.ask('/logs local demo --lines many');
  await ben.ask('/status');
  await ada.ask('/logs local demo');
  const chats = JSON.stringify([await ada.messages(), await ben.messages()]);
  const told = house.logged.length;
  await house.hangUp();
  await waitUntil(() => (house.logged.slice(told).some((line) => line.includes('HttpError')) ? true : undefined), {
    withinMs: 10_000,
    everyMs: 20,
    what: 'a log line about the lost connection',
  });

  const places: [string, Buffer][] = [
    ['the log', Buffer.from(house.logged.join(''))],
    ['the chats', Buffer.from(chats)],
    ...(await filesIn(house.state, (name) => !name.startsWith('keys/'))),
    ...(await ofProcess((await house.process('demo')).pid)),
    ...(await ofProcess((await house.process('locked')).pid)),
  ];
  const names = places.map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(['ledger.db', 'journal.db', 'workloads/demo.log']));
  expect(house.logged.join('')).toContain('press not answered');
  const keys = await filesIn(house.state, (name) => name.startsWith('keys/'));
  const secrets = new Map([['token', TOKEN], ["token's secret part", SECRET], ...keys.flatMap(privateParts)]);
  expect(secrets.size).toBe(6);
  const found = places.flatMap(([place, bytes]) =>
    [...secrets].flatMap(([what, value]) =>
      formsOf(value).flatMap(([form, text]) => (bytes.includes(text) ? [`${what} (${form}) in ${place}`] : [])),
    ),
  );
  expect(found).toEqual([]);
});

test('the search of this file finds a planted secret in each form', () => {
  for (const [form, text] of formsOf(TOKEN)) expect(Buffer.from(`xx ${text} yy`).includes(text), form).toBe(true);
  expect(formsOf(TOKEN).map(([form]) => form)).toEqual(['raw', 'url', 'hex', 'base64', 'base64url']);
});

function formsOf(value: string): [string, string][] {
  const bytes = Buffer.from(value);
  const unpadded = (text: string) => text.replace(/=+$/, '');
  return [
    ['raw', value],
    ['url', encodeURIComponent(value)],
    ['hex', bytes.toString('hex')],
    ['base64', unpadded(bytes.toString('base64')).slice(0, -1)],
    ['base64url', bytes.toString('base64url').slice(0, -1)],
  ];
}

/** The `d` of each private key in a key file. */
function privateParts([name, bytes]: [string, Buffer]): [string, string][] {
  const found = [...bytes.toString().matchAll(/"d":"([^"]+)"/g)];
  return found.map(([, d = ''], index) => [`${name} d${index}`, d]);
}

async function filesIn(folder: string, wanted: (name: string) => boolean): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const named = paths.map((path) => [path.slice(folder.length + 1), path] as const).filter(([name]) => wanted(name));
  return await Promise.all(named.map(async ([name, path]): Promise<[string, Buffer]> => [name, await readFile(path)]));
}

async function ofProcess(pid: number): Promise<[string, Buffer][]> {
  if (process.platform !== 'linux') return [];
  const parts = ['environ', 'cmdline'].map(
    async (part): Promise<[string, Buffer]> => [`${part} of ${pid}`, await readFile(`/proc/${pid}/${part}`)],
  );
  return await Promise.all(parts);
}
