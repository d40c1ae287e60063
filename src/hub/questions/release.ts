/** What the policy of one node of a set asks for before that node does its part. */
export interface NodeNeeds {
  node: string;
  approvers: number;
  selfApproval: boolean;
  /** Numeric ids of those whose yes this node takes, or anyone's. */
  by: '*' | readonly number[];
}

/** A set of nodes of which so many have to be released. */
export interface SetNeeds {
  each: readonly NodeNeeds[];
  least: number;
  /** Who asked. */
  asker: number;
}

/** The nodes whose own policies are satisfied by the yeses of these people: quorum of people and of keys in one. */
export function releasedBy({ each, asker }: Pick<SetNeeds, 'each' | 'asker'>, yeses: readonly number[]): string[] {
  return each.filter((needs) => lackOf(needs, asker, yeses) === 0).map(({ node }) => node);
}

/** Whether nodes take the yeses of different people, so that it matters who of them said yes. */
export function isApart({ each }: Pick<SetNeeds, 'each'>): boolean {
  return new Set(each.map(({ by, selfApproval }) => JSON.stringify([by, selfApproval]))).size > 1;
}

/** How many of these people have to say yes besides until enough nodes are released; undefined: all of them would not do. */
export function yesesMissing(set: SetNeeds, yeses: readonly number[], people: readonly number[]): number | undefined {
  const isMet = (given: readonly number[]) => releasedBy(set, given).length >= set.least;
  const given = [...yeses];
  const open = new Set(people.filter((id) => !given.includes(id)));
  for (let missing = 0; ; missing += 1) {
    if (isMet(given)) return missing;
    const [best] = [...open].toSorted((a, b) => gainOf(set, given, b) - gainOf(set, given, a));
    if (best === undefined) return undefined;
    open.delete(best);
    given.push(best);
  }
}

/** How much nearer to release the nodes come by the yes of one more person. */
export function gainOf({ each, asker }: SetNeeds, given: readonly number[], person: number): number {
  const lacking = (yeses: readonly number[]) => each.reduce((sum, needs) => sum + lackOf(needs, asker, yeses), 0);
  return lacking(given) - lacking([...given, person]);
}

function lackOf({ by, selfApproval, approvers }: NodeNeeds, asker: number, yeses: readonly number[]): number {
  const counted = yeses.filter((id) => (id !== asker || selfApproval) && (by === '*' || by.includes(id)));
  return Math.max(0, approvers - counted.length);
}
