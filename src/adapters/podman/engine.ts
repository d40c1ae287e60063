import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import { orAborted } from '../orAborted.ts';
import type { Connection } from './connect.ts';
import { connect, dial } from './connect.ts';
import { engineProblem, refusalOf } from './refusal.ts';
import { Container, ContainerId, ContainerList, Sample } from './shapes.ts';

const ANSWER_MS = 5000;
const LOG_MS = 20_000;
const ACT_MS = 30_000;
const Lines = z.instanceof(Readable);

/** A container as the list tells it. */
export interface Listed {
  id: string;
  name: string;
}

/** What is done to a container; `graceMs` is how long it may take to stop by itself. */
export type Act = { kind: 'start' } | { kind: 'stop' | 'restart'; graceMs: number };

/** The calls to a container engine. Each has a time limit and throws Problem `engine`; a container is addressed by its full id only. */
export interface Engine {
  list(signal: AbortSignal): Promise<Listed[]>;
  /** undefined: there is no such container any more. */
  inspect(id: string, signal: AbortSignal): Promise<Container | undefined>;
  /** undefined: it does not run. */
  sample(id: string, signal: AbortSignal): Promise<Sample | undefined>;
  /** Hands its log to `read` as the engine sends it, oldest first; `since` in ms since 1970. */
  log<T>(
    id: string,
    from: { tail: number | 'all'; since: number | undefined; read: (stream: Readable) => Promise<T> },
    signal: AbortSignal,
  ): Promise<T>;
  /** What is so already is done. Throws Problem `cannot-start` or `cannot-stop` with the engine's own words. */
  act(container: Listed, act: Act, signal: AbortSignal): Promise<void>;
  /** Runs its health check once, where an engine can be asked for that: Podman can, Docker cannot. */
  check(id: string, withinMs: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Makes the calls to the engine whose socket `find` names: looked for at the first call, and again after one that failed. */
export function createEngine(find: (signal: AbortSignal) => Promise<string>): Engine {
  let opened: { socket: string; connection: Connection } | undefined;

  return {
    list: (signal) =>
      call(ANSWER_MS, signal, async (docker, abortSignal) =>
        named(ContainerList.parse(await docker.listContainers({ all: true, abortSignal }))),
      ),
    inspect: (id, signal) =>
      call(ANSWER_MS, signal, async (docker, abortSignal) =>
        Container.optional().parse(await containerOf(docker, id).inspect({ abortSignal }).catch(unlessGone)),
      ),
    sample: (id, signal) =>
      call(ANSWER_MS, signal, async (docker, abortSignal) => {
        const options = { stream: false as const, 'one-shot': true, abortSignal };
        // Of one that does not run, Podman says nothing at all and Docker says zeros without a time.
        return Sample.safeParse(await containerOf(docker, id).stats(options).catch(unlessGone)).data;
      }),
    log: (id, { tail, since, read }, signal) =>
      call(LOG_MS, signal, async (docker, abortSignal) => {
        const from = since === undefined ? {} : { since: (Math.max(0, since) / 1000).toFixed(3) };
        const options = { stdout: true, stderr: true, tail, ...from };
        // dockerode's own logs() keeps all of it in memory, and makes an object of a log that happens to be JSON.
        const path = `/containers/${containerOf(docker, id).id}/logs?`;
        return read(Lines.parse(await dial(docker, { path, options, isStream: true, abortSignal })));
      }),
    act: (listed, act, signal) =>
      call(ACT_MS + (act.kind === 'start' ? 0 : act.graceMs), signal, (docker, abortSignal) =>
        perform(containerOf(docker, listed.id), act, abortSignal).catch((error: unknown) => refuse(listed, act, error)),
      ),
    check: (id, withinMs, signal) =>
      call(withinMs, signal, async (docker, abortSignal) => {
        const path = `/v4.0.0/libpod/containers/${containerOf(docker, id).id}/healthcheck`;
        await dial(docker, { path, abortSignal });
      }),
    close: () => opened?.connection.close(),
  };

  async function call<T>(
    withinMs: number,
    signal: AbortSignal,
    ask: (docker: Dockerode, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(withinMs);
    const both = AbortSignal.any([signal, deadline]);
    const { socket, connection } = await open(signal);
    try {
      // The client waits for ever for the rest of an answer whose sender died.
      return await orAborted(ask(connection.docker, both), both);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem) && refusalOf(error) === undefined) opened = undefined;
      throw engineProblem(error, { socket, lateMs: deadline.aborted ? withinMs : undefined });
    }
  }

  async function open(signal: AbortSignal) {
    if (opened) return opened;
    const socket = await find(signal);
    opened = { socket, connection: await connect(socket) };
    return opened;
  }
}

function containerOf(docker: Dockerode, id: string): Dockerode.Container {
  return docker.getContainer(ContainerId.parse(id));
}

function named(list: z.infer<typeof ContainerList>): Listed[] {
  return list.flatMap(({ Id, Names }) => {
    // Docker also lists the names that linked containers have for it: /other/name.
    const name = Names?.map((each) => each.replace(/^\//, '')).find((each) => !each.includes('/'));
    return name ? [{ id: Id, name }] : [];
  });
}

function unlessGone(error: unknown): undefined {
  if (refusalOf(error)?.status !== 404) throw error;
}

async function perform(container: Dockerode.Container, act: Act, abortSignal: AbortSignal): Promise<void> {
  if (act.kind === 'start') return container.start({ abortSignal });
  const options = { t: Math.ceil(act.graceMs / 1000), abortSignal };
  await (act.kind === 'stop' ? container.stop(options) : container.restart(options));
}

function refuse({ name }: Listed, { kind }: Act, error: unknown): void {
  const said = refusalOf(error);
  if (said?.status === 304) return;
  if (!said) throw error;
  const [code, verb] = kind === 'stop' ? ['cannot-stop', 'be stopped'] : ['cannot-start', 'start'];
  throw new Problem(
    code,
    `The container ${name} cannot ${verb}: ${said.words}. Look at it with: podman inspect ${name}`,
    {
      cause: error,
    },
  );
}
