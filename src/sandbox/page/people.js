const known = {
  1001: { role: 'admin', about: 'may do everything, and approve what others ask for' },
  1002: { role: 'operator', about: 'may look, and change things after confirming' },
  1003: { role: 'viewer', about: 'may look, not touch' },
};

/** What the page tells about a sandbox person; the bot's own list of operators decides what they may do. */
export function roleOf(person) {
  return known[person.id] ?? { role: 'stranger', about: 'is on no list: the bot keeps silent' };
}
