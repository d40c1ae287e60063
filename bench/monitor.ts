import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A command that a client sent, or that a script ran inside Redis. */
export interface Command {
  words: string[];
  /** Agents send plain commands about their own keys, everything else is the hub's. */
  by: 'hub' | 'agent' | 'script';
  /** s since 1970 by the clock of Redis. */
  at: number;
}

/** Sees every command of a Redis, as MONITOR tells it. */
export interface Monitor {
  commands: Command[];
  close(): void;
}

/** Watches the Redis at `port`; its own command is not among them. */
export async function watchCommands(port: number): Promise<Monitor> {
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface(socket);
  socket.write('MONITOR\r\n');
  await once(lines, 'line');
  const commands: Command[] = [];
  lines.on('line', (line) => {
    const [, at = '', from = '', rest = ''] = /^\+(\S+) \[\d+ (\S+)\] (.*)$/.exec(line) ?? [];
    const words = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word);
    commands.push({ words, by: from === 'lua' ? 'script' : senderOf(words), at: Number(at) });
  });
  return { commands, close: () => socket.destroy() };
}

/** How many commands the hub sent until a script put the first order into a stream, its own call of that script included. */
export function tripsUntilOrder(commands: readonly Command[]): number | undefined {
  const ordered = commands.findIndex(
    ({ by, words: [name = '', key = ''] }) => by === 'script' && /^xadd$/i.test(name) && key.includes('orders:'),
  );
  return ordered === -1 ? undefined : commands.slice(0, ordered).filter(({ by }) => by === 'hub').length;
}

function senderOf([name = '', ...rest]: string[]): Command['by'] {
  if (/^(xadd|set|get)$/i.test(name)) return 'agent';
  return /^xread$/i.test(name) && rest.some((word) => word.includes('orders:')) ? 'agent' : 'hub';
}
