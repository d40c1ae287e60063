/** A file of a repository that this user may not use. */
const SHUT =
  /(?:^\w+\(<?(?:config|key|lock|index|snapshot|data)\b|error loading|failed to download|unable to).*permission denied/im;
/** What is on the way to a repository: a proxy, a server that has too much to do, a line. */
const ON_THE_WAY =
  /unexpected HTTP response \((?:5\d\d|429)\)|server response: (?:5\d\d|429)\b|\b(?:5\d\d|429) (?:internal server error|bad gateway|service unavailable|gateway time-?out|too many requests)|connection (?:refused|reset|timed out)|i\/o timeout|handshake timeout|broken pipe/i;
/** Nothing on the way makes this of data that are right. */
const PROOF =
  /ciphertext verification failed|hash mismatch|invalid data returned|does not match id|unexpected (?:pack|file) size/i;
const TRIED_AGAIN = /^.*returned error, retrying after.*$/gm;

/** What restic said in other words than the first that fit. */
export interface Heard {
  said: string;
  /** Its last line of all. */
  last: string;
  /** The repository is not in a folder of this machine. */
  isFar: boolean;
  isCheck: boolean;
}

/** What is believed of a repository that looks damaged, that is said not to be there, or of which nothing is known: what is on the way to it, and rights, come first. */
export function believe<K extends string>(
  kind: K | undefined,
  { said, last, isFar, isCheck }: Heard,
): K | 'damaged' | 'unreachable' | 'refused' | 'unreadable' | undefined {
  if (kind === 'no-repository') return ON_THE_WAY.test(said) ? 'unreachable' : kind;
  if (kind !== undefined && kind !== 'damaged' && kind !== 'unreachable') return kind;
  // What was right at the next try is no proof.
  if (PROOF.test(said.replaceAll(TRIED_AGAIN, ''))) return 'damaged';
  if (kind === 'unreachable') return kind;
  const looks = kind ?? (isCheck ? 'damaged' : undefined);
  // A run that fails for something else may have been held up before.
  if (ON_THE_WAY.test(looks ? said : last) || (looks && isFar && /unexpected eof/i.test(said))) return 'unreachable';
  if (!SHUT.test(said)) return looks;
  // Who may not make a lock may not write; another file is one that was to be read.
  return looks && !/create lock/i.test(said) ? 'unreadable' : 'refused';
}
