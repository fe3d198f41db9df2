import { balances, type LedgerEntry } from '../../model/ledger.ts';
import type { LedgerAnswer } from '../contract/ledger.ts';

/** The account of every file this process reads, by path. `files` is undefined where it reads none (`logmill serve`). */
export function ledgerAnswer(files: readonly LedgerEntry[] | undefined, only: string | undefined): LedgerAnswer {
  const entries = (files ?? []).filter((entry) => only === undefined || entry.path === only);
  return {
    reading: files !== undefined,
    balanced: entries.every(balances),
    files: entries.toSorted((left, right) => (left.path < right.path ? -1 : 1)),
  };
}
