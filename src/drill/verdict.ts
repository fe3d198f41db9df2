import { balances, type LedgerEntry } from '../model/ledger.ts';
import type { ReportedGap } from './agent-process.ts';
import type { Entry, Journal, Life } from './journal.ts';
import type { Stored } from './stored.ts';

/** What came of one seed, in numbers. */
export type Counts = {
  readonly lines: number;
  readonly documents: number;
  readonly letters: number;
  /** Lines inside reported gaps. */
  readonly inGaps: number;
  /** Lines destroyed before the agent, or what was left of its state, could know of them. */
  readonly unseen: number;
  /** Lines stored that are still in files which are read. */
  readonly kept: number;
};

/** Of a drill that was broken off. */
export const NONE: Counts = { lines: 0, documents: 0, letters: 0, inGaps: 0, unseen: 0, kept: 0 };

export type Judged = { readonly problems: string[]; readonly counts: Counts };

type Evidence = {
  readonly journal: Journal;
  readonly stored: readonly Stored[];
  readonly gaps: readonly ReportedGap[];
  /** Whole lines that are in files which are read. */
  readonly reachable: ReadonlySet<string>;
};

/** Every line is exactly one document or one dead letter, or inside a reported gap; nothing else is in the store. */
export function judgeStored({ journal, stored, gaps, reachable }: Evidence): Judged {
  const problems: string[] = [];
  const copies = new Map<Entry, Stored[]>();
  for (const found of stored) {
    const entry = journal.find(found);
    if (entry === undefined) problems.push(`never written: ${found.kind} ${found.id} ${JSON.stringify(found.text)}`);
    else copies.set(entry, [...(copies.get(entry) ?? []), found]);
  }
  let unseen = 0;
  let kept = 0;
  const missing: Entry[] = [];
  for (const entry of journal.lives.flatMap(({ entries }) => entries)) {
    const found = copies.get(entry) ?? [];
    problems.push(...faultsOf(entry, found));
    if (found.length > 0 && reachable.has(entry.text)) kept++;
    if (found.length > 0 || !entry.complete) continue;
    if (reachable.has(entry.text)) problems.push(`missing: ${words(entry)}`);
    else missing.push(entry);
  }
  const covered = inGaps(missing, gaps);
  for (const entry of missing) {
    if (covered.has(entry)) continue;
    if (entry.to <= entry.life.knownTo) problems.push(`lost and not reported: ${words(entry)}`);
    else unseen++;
  }
  const counts = {
    lines: journal.lines,
    documents: stored.filter(({ kind }) => kind === 'document').length,
    letters: stored.filter(({ kind }) => kind === 'letter').length,
    inGaps: covered.size,
    unseen,
    kept,
  };
  return { problems, counts };
}

function faultsOf(entry: Entry, found: readonly Stored[]): string[] {
  const faults: string[] = [];
  if (found.length > 1)
    faults.push(`${found.length} times: ${words(entry)} as ${found.map(({ id }) => id).join(', ')}`);
  for (const { kind, offset } of found) {
    if (entry.expected !== 'either' && kind !== entry.expected) faults.push(`a ${kind}: ${words(entry)}`);
    if (offset !== entry.from) faults.push(`said to begin at ${offset}: ${words(entry)}`);
  }
  return faults;
}

/** Lines that reported gaps account for. One gap is one stretch of one life: it explains nothing of another. */
function inGaps(missing: readonly Entry[], gaps: readonly ReportedGap[]): Set<Entry> {
  const covered = new Set<Entry>();
  const left = new Set(gaps);
  for (const [life, entries] of Map.groupBy(missing, (entry) => entry.life)) {
    for (const gap of left) {
      if (!life.names.has(gap.file)) continue;
      const inside = entries.filter(({ from, to }) => gap.from < to && from < gap.to);
      if (inside.length === 0) continue;
      left.delete(gap);
      for (const entry of inside) if (gap.from <= entry.from && entry.to <= gap.to) covered.add(entry);
    }
  }
  return covered;
}

/** What the books say against what is stored. */
export function judgeLedger(
  ledger: readonly LedgerEntry[],
  counts: Counts,
  run: { readonly gaps: readonly ReportedGap[]; readonly wasKilled: boolean; readonly wasDamaged: boolean },
): string[] {
  const problems: string[] = [];
  for (const entry of ledger) if (!balances(entry)) problems.push(`out of balance: ${JSON.stringify(entry)}`);
  const sum = (count: (entry: LedgerEntry) => number) => ledger.reduce((total, entry) => total + count(entry), 0);
  const indexed = sum(({ tally }) => tally.indexed.lines);
  const letters = sum(({ tally }) => tally.dead_lettered.lines);
  const settled = indexed + letters + sum(({ tally }) => tally.already_there.lines);
  // What was settled after the last checkpoint before a kill is settled again, unless it has gone meanwhile.
  const stored = run.wasKilled ? counts.kept : counts.documents + counts.letters;
  if (indexed > counts.documents) problems.push(`the ledger has ${indexed} indexed, the store ${counts.documents}`);
  if (run.wasDamaged) return problems;
  if (settled < stored) problems.push(`the ledger has settled ${settled} lines, the store holds ${stored}`);
  if (run.wasKilled) return problems;
  const lost = sum(({ gaps }) => gaps);
  const reported = run.gaps.reduce((total, { from, to }) => total + to - from, 0);
  if (lost !== reported) problems.push(`the ledger has gaps of ${lost} bytes, reported were ${reported}`);
  return problems;
}

function words({ number, text, life, from, to }: Entry): string {
  return `line ${number} ${JSON.stringify(text.slice(0, 60))} at ${from}-${to} of ${[...nameOf(life)].join(' = ')}`;
}

function nameOf({ names, id }: Life): string[] {
  return [...names].map((name) => name.split('/').slice(-2).join('/')).concat(`inode ${id.split(':')[1]}`);
}
