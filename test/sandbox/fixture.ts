import { z } from 'zod';
import { waitUntil } from '#src/kit/waitUntil.ts';
import type { Sandbox } from '#src/sandbox/server.ts';
import { createSandbox } from '#src/sandbox/server.ts';
import type { SandboxOptions } from '#src/sandbox/settings.ts';

export const TOKEN = '1900:sandbox';
export const ADA = 1001;
export const BEN = 1002;
export const MALLORY = 1999;
export const GROUP = -1_001_000_000_001;

const ApiAnswer = z.looseObject({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.int().optional(),
  description: z.string().optional(),
  parameters: z.looseObject({ retry_after: z.int() }).optional(),
});

const Commands = z.object({ commands: z.array(z.object({ command: z.string(), description: z.string() })) });
const Entity = z.looseObject({ type: z.string(), offset: z.int(), length: z.int() });

export const Message = z.looseObject({
  message_id: z.int(),
  date: z.int(),
  edit_date: z.int().optional(),
  edits: z.int().optional(),
  text: z.string().optional(),
  entities: z.array(Entity).optional(),
  from: z.looseObject({ id: z.int() }),
  chat: z.looseObject({ id: z.int() }),
  reply_markup: z.unknown().optional(),
  document: z.looseObject({ file_id: z.string() }).optional(),
});

export const UpdateList = z.array(
  z.looseObject({
    update_id: z.int(),
    message: Message.optional(),
    edited_message: Message.optional(),
    callback_query: z
      .looseObject({ id: z.string(), data: z.string(), chat_instance: z.string(), message: Message })
      .optional(),
  }),
);

const open: Sandbox[] = [];

/** A sandbox on a free port with its clock in hand; `closeAll` ends every one of a test. */
export async function startSandbox(options: Partial<SandboxOptions> = {}) {
  const clock = { now: new Date() };
  const begun: object[] = [];
  const log = { debug: (fields: object) => begun.push(fields), warn: () => {} };
  const sandbox = await createSandbox({ port: 0, token: TOKEN, limits: false, now: () => clock.now, log, ...options });
  open.push(sandbox);

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const api = async (method: string, params: object = {}) => {
    const response = await post(`/bot${TOKEN}/${method}`, params);
    return { status: response.status, ...ApiAnswer.parse(await response.json()) };
  };
  const client = async (path: string, body: unknown) => {
    const response = await post(`/sandbox/${path}`, body);
    return { status: response.status, body: await response.json() };
  };
  const look = async (path: string) => (await fetch(`${sandbox.url}/sandbox/${path}`)).json();

  return {
    sandbox,
    clock,
    /** Resolves as soon as the sandbox has begun to serve so many Bot API calls. */
    beginning: (count: number) =>
      waitUntil(() => (begun.length >= count ? count : undefined), {
        withinMs: 5000,
        everyMs: 2,
        what: `${count} calls`,
      }),
    post,
    api,
    client,
    look,
    pass: (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
    send: async (params: object) =>
      Message.parse((await api('sendMessage', { chat_id: ADA, text: 'hello', ...params })).result),
    say: async (said: object) => {
      const { body } = await client('say', { chat: ADA, from: ADA, ...said });
      return z.object({ message: Message }).parse(body).message;
    },
    updates: async (params: object = {}) => UpdateList.parse((await api('getUpdates', params)).result),
    shown: async (chat: number, from: number) =>
      Commands.parse(await look(`commands?chat=${chat}&from=${from}`)).commands,
    messages: async (chat: number) =>
      z.object({ messages: z.array(Message) }).parse(await look(`chat/${chat}`)).messages,
    calls: async () =>
      z.object({ calls: z.array(z.looseObject({ method: z.string(), status: z.int() })) }).parse(await look('calls'))
        .calls,
  };
}

/** A sandbox as tests use it. */
export type TestSandbox = Awaited<ReturnType<typeof startSandbox>>;

/** For afterEach: ends every sandbox of the test. */
export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
}
