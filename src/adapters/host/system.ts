import type { HostReading } from '#src/operation/tools.ts';

/** What the two systems tell in their own ways: memory, swap and what they call themselves. */
export type SystemReading = Pick<HostReading, 'memory' | 'swap'> & { title: string };
