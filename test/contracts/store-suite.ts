import type { Client } from '@elastic/elasticsearch';
import { MAPPINGS, REQUESTS } from './store-documents.ts';
import { aggregationCases } from './store-suite-aggregations.ts';
import { documentCases } from './store-suite-documents.ts';
import { nestedAggregationCases } from './store-suite-nested-aggregations.ts';
import { queryCases } from './store-suite-queries.ts';
import { searchCases } from './store-suite-searches.ts';

/** What a case works with: a client, an index filled with REQUESTS, and names of its own that no other run uses. */
export type Bench = { readonly client: Client; readonly index: string; name(part: string): string };

/** One behaviour that every home of the store has. */
export type Case = { readonly title: string; run(bench: Bench): Promise<void> };

/** The whole suite. A home that lacks something lists it by title, with the reason. */
export const CASES: readonly Case[] = [
  ...documentCases,
  ...queryCases,
  ...searchCases,
  ...aggregationCases,
  ...nestedAggregationCases,
];

/** Makes and fills the index that searches read. */
export async function fillRequests({ client, index }: Bench): Promise<void> {
  const settings = { number_of_shards: 1, number_of_replicas: 0 };
  await client.indices.create({ index, mappings: MAPPINGS, settings } as object as Parameters<
    Client['indices']['create']
  >[0]);
  const operations = REQUESTS.flatMap((request, number) => [{ create: { _id: `r${number}` } }, request]);
  const answer = await client.bulk({ index, operations, refresh: true });
  if (answer.errors) throw new Error(JSON.stringify(answer.items));
}

/** Status and error type of a call that must fail. */
export async function refusalOf(call: Promise<unknown>): Promise<{ status: number; type: string }> {
  try {
    await call;
  } catch (error) {
    const { statusCode, body } =
      (error as { meta?: { statusCode: number; body: { error?: { type?: string } } } }).meta ?? {};
    if (statusCode === undefined) throw error;
    return { status: statusCode, type: body?.error?.type ?? '' };
  }
  throw new Error('the call was not refused');
}
