import type { FastifyInstance } from 'fastify';
import { FAULTS } from '../contract/fault.ts';
import { LedgerAnswerSchema, LedgerRequestSchema } from '../contract/ledger.ts';
import type { ServerOptions } from '../options.ts';
import { ledgerAnswer } from '../queries/ledger.ts';
import { typed } from '../typed.ts';

/** Where every byte went. */
export function ledgerRoutes(app: FastifyInstance, { agent }: ServerOptions): void {
  const schema = {
    tags: ['pipeline'],
    summary: 'The account of every file: read = settled + in flight',
    querystring: LedgerRequestSchema,
    response: { 200: LedgerAnswerSchema, ...FAULTS },
  };
  typed(app).get('/api/v1/ledger', { schema }, async (request) => ledgerAnswer(agent?.files(), request.query.file));
}
