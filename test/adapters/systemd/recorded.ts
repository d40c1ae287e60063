import type { Command, CommandOptions, CommandResult } from '#src/adapters/command.ts';

// What systemd 252 printed for a unit that runs.
const RUNNING = `Restart=no
MainPID=83
Result=success
NRestarts=0
ExecMainCode=0
ExecMainStatus=0
MemoryCurrent=114688
CPUUsageNSec=[not set]
TasksCurrent=1
CPUQuotaPerSecUSec=500ms
MemoryMin=0
MemoryLow=16777216
MemoryHigh=infinity
MemoryMax=67108864
MemorySwapMax=33554432
TasksMax=20
Id=web.service
Description=A web server
LoadState=loaded
ActiveState=active
SubState=running
FragmentPath=/etc/systemd/system/web.service
UnitFileState=disabled
StateChangeTimestampMonotonic=12437948983
ActiveEnterTimestampMonotonic=12437948983
InactiveEnterTimestampMonotonic=0
ConditionResult=yes
LoadError=
InvocationID=048c67792f48471499ff7f03df349236
`;

/** What `systemctl show` prints: a running unit with some of its properties otherwise. */
export function shown(otherwise: Record<string, string> = {}): string {
  const entries = RUNNING.trim()
    .split('\n')
    .map((line) => line.split('=', 2) as [string, string]);
  const all = { ...Object.fromEntries(entries), ...otherwise };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** The properties of a unit that failed. */
export function failed(otherwise: Record<string, string>): string {
  return shown({ ActiveState: 'failed', SubState: 'failed', MainPID: '0', ExecMainCode: '1', ...otherwise });
}

/** One call of a program, with the variables it was given. */
export interface Call {
  argv: string[];
  env: Record<string, string> | undefined;
}

/** A command that writes down what is run, and answers what `answer` says of it; what it says nothing of ends well and silent. */
export function recorder(answer: (argv: readonly string[]) => Partial<CommandResult> | string | undefined) {
  const calls: Call[] = [];
  const command: Command = {
    async run(file, argv, options: CommandOptions, signal) {
      signal.throwIfAborted();
      calls.push({ argv: [file, ...argv], env: options.env });
      const said = answer([file, ...argv]);
      const result = typeof said === 'string' ? { stdout: said } : said;
      return { ended: 'exit', exitCode: 0, stdout: '', stderr: '', reason: undefined, ...result };
    },
  };
  return { command, calls };
}
