import { Agent } from 'node:http';
import { inspect } from 'node:util';
import type Dockerode from 'dockerode';

const MOST_AT_ONCE = 16;

/** A client of the engine at a socket, and how to let go of it. */
export interface Connection {
  docker: Dockerode;
  /** Ends what is under way. */
  close(): void;
}

/** Makes a client of the engine; nothing is sent yet. */
export async function connect(socketPath: string): Promise<Connection> {
  // Loaded when first used: an agent that has nothing to ask of an engine must stay small (docs/decisions/0009).
  const { default: Docker } = await import('dockerode');
  // A connection for each request: a kept one may be dead after a restart of the engine, and then nobody knows what got through.
  const agent = new Agent({ keepAlive: false, maxSockets: MOST_AT_ONCE });
  // With no host of ours it would follow DOCKER_HOST and forget the socket.
  const options = { socketPath, host: '', protocol: 'http' as const, agent };
  const docker = new Docker(options);
  amendRequests(docker);
  return { docker, close: () => agent.destroy() };
}

/** A GET that dockerode has no method for, or has a worse one. */
export async function dial(
  { modem }: Dockerode,
  request: { path: string; options?: object; isStream?: boolean; abortSignal: AbortSignal },
): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  modem.dial({ method: 'GET', statusCodes: { 200: true }, ...request }, (error, result) =>
    error ? answer.reject(error) : answer.resolve(result),
  );
  return answer.promise;
}

// The client has no option for either. A redirect that it follows leaves the socket for whatever host stands in its address.
// And it writes each request out in full for a debug log that nobody reads, agent and sockets and all: nine tenths of its time.
function amendRequests({ modem }: Dockerode): void {
  const build = modem['buildRequest'].bind(modem);
  const amended = { maxRedirects: 0, [inspect.custom]: () => 'a request' };
  modem['buildRequest'] = (options, ...rest) => build(Object.assign({}, options, amended), ...rest);
}
