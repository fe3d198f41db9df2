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
  /** Lines stored; of these documents of several lines hold more than one. */
  readonly found: number;
  /** Lines stored that are still in files which are read. */
  readonly kept: number;
};

/** Of a drill that was broken off. */
export const NONE: Counts = { lines: 0, documents: 0, letters: 0, inGaps: 0, unseen: 0, found: 0, kept: 0 };

export type Judged = { readonly problems: string[]; readonly counts: Counts };

type Evidence = {
  readonly journal: Journal;
  readonly stored: readonly Stored[];
  readonly gaps: readonly ReportedGap[];
  /** Whole lines that are in files which are read. */
  readonly reachable: ReadonlySet<string>;
};

/** Where a line was found; `isFirst` unless it stands further down in an event of several lines. */
type Copy = { readonly stored: Stored; readonly isFirst: boolean };

/** Every line is exactly one document or one dead letter, or inside a reported gap; nothing else is in the store. */
export function judgeStored({ journal, stored, gaps, reachable }: Evidence): Judged {
  const problems: string[] = [];
  const copies = new Map<Entry, Copy[]>();
  for (const one of stored) {
    const entries = entriesOf(one, journal);
    for (const [at, entry] of entries.entries()) {
      if (entry === undefined) problems.push(`never written: ${one.kind} ${one.id} ${JSON.stringify(one.text)}`);
      else copies.set(entry, [...(copies.get(entry) ?? []), { stored: one, isFirst: at === 0 }]);
    }
    // A piece torn off by a rotation may stand anywhere.
    const whole = entries.filter((entry) => entry?.expected !== 'either');
    if (new Set(whole.map((entry) => entry?.number)).size > 1)
      problems.push(`lines of several events: ${one.kind} ${one.id} ${JSON.stringify(one.text)}`);
  }
  let kept = 0;
  const missing: Entry[] = [];
  for (const entry of journal.lives.flatMap(({ entries }) => entries)) {
    const found = copies.get(entry) ?? [];
    problems.push(...faultsOf(entry, found));
    const isReachable = reachable.has(entry.text);
    if (found.length > 0 && isReachable) kept++;
    if (found.length > 0 || !entry.complete) continue;
    if (isReachable) problems.push(`missing: ${words(entry)}`);
    else missing.push(entry);
  }
  const covered = inGaps(missing, gaps);
  const unsaid = missing.filter((entry) => !covered.has(entry));
  const unreported = unsaid.filter(({ to, life }) => to <= life.knownTo);
  problems.push(...unreported.map((entry) => `lost and not reported: ${words(entry)}`));
  const counts = {
    lines: journal.lines,
    documents: stored.filter(({ kind }) => kind === 'document').length,
    letters: stored.filter(({ kind }) => kind === 'letter').length,
    inGaps: covered.size,
    unseen: unsaid.length - unreported.length,
    found: copies.size,
    kept,
  };
  return { problems, counts };
}

/** The lines that a document or dead letter holds; undefined for one that nobody wrote. */
function entriesOf({ text, sha256 }: Stored, journal: Journal): (Entry | undefined)[] {
  if (sha256 !== undefined) return [journal.find({ sha256 })];
  return (text ?? '').split('\n').map((line) => journal.find({ text: line }));
}

function faultsOf(entry: Entry, found: readonly Copy[]): string[] {
  const faults: string[] = [];
  if (found.length > 1)
    faults.push(`${found.length} times: ${words(entry)} as ${found.map(({ stored }) => stored.id).join(', ')}`);
  for (const { stored, isFirst } of found) {
    if (entry.expected !== 'either' && stored.kind !== entry.expected) faults.push(`a ${stored.kind}: ${words(entry)}`);
    if (isFirst && stored.offset !== entry.from) faults.push(`said to begin at ${stored.offset}: ${words(entry)}`);
  }
  return faults;
}

/**
 * Lines that reported gaps account for. One gap is one stretch of one life: it explains nothing of another. Which life it
 * is of is not said, so each goes to the one that needs it most: with most lines that the agent is known to have known of.
 */
function inGaps(missing: readonly Entry[], gaps: readonly ReportedGap[]): Set<Entry> {
  const covered = new Set<Entry>();
  const left = new Set(gaps);
  const lives = [...Map.groupBy(missing, (entry) => entry.life).values()];
  const inside = (gap: ReportedGap, entries: readonly Entry[]) =>
    entries.filter(
      (entry) => !covered.has(entry) && entry.life.names.has(gap.file) && gap.from <= entry.from && entry.to <= gap.to,
    );
  const isKnown = ({ to, life }: Entry) => to <= life.knownTo;
  for (;;) {
    let best: { gap: ReportedGap; entries: Entry[]; score: number } | undefined;
    for (const gap of left) {
      for (const entries of lives.map((life) => inside(gap, life))) {
        const score = entries.length + 1000 * entries.filter(isKnown).length;
        if (score > (best?.score ?? 0)) best = { gap, entries, score };
      }
    }
    if (best === undefined) return covered;
    left.delete(best.gap);
    for (const entry of best.entries) covered.add(entry);
  }
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
  const settled = indexed + letters + sum(({ tally }) => tally.already_there.lines + tally.merged.lines);
  // What was settled after the last checkpoint before a kill is settled again, unless it has gone meanwhile.
  const stored = run.wasKilled ? counts.kept : counts.found;
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
