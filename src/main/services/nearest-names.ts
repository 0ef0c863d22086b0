/** How many letters must be changed, added or taken away to make one name of the other; `limit` when it is that many or more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same));
    }
    previous = row;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}

/** At most `count` of the names that are near enough to be what was meant, nearest first. */
export function nearestNames(meant: string, names: Iterable<string>, count: number): readonly string[] {
  const wanted = meant.toLowerCase();
  const limit = Math.max(2, Math.ceil(meant.length / 2)) + 1;
  const ranked: { name: string; distance: number }[] = [];
  for (const name of new Set(names)) {
    const candidate = name.toLowerCase();
    const distance = candidate.includes(wanted) ? 1 : editDistance(wanted, candidate, limit);
    if (distance < limit) ranked.push({ name, distance });
  }
  return ranked.toSorted((a, b) => a.distance - b.distance || a.name.length - b.name.length).slice(0, count).map(({ name }) => name);
}

/** `a`, `a or b`, `a, b or c`. */
export function either(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}
