import type { Parcel, Receipt } from '../../src/agent/queue/intake.ts';
import type { Verdict } from '../../src/agent/queue/waiting.ts';
import type { Receiving } from '../../src/api/options.ts';
import type { InputConfig } from '../../src/config/schema.ts';

const LISTENER = { max_body: '1MB', request_timeout: '60s', wait: '30s' };

export function receiverInput(name: string, kind: 'http' | 'otlp', config: Partial<typeof LISTENER> = {}): InputConfig {
  const source = { [kind]: { ...LISTENER, ...config } };
  return { name, ...source, start: 'beginning', encoding: 'utf-8', max_line_bytes: '1KB' } as InputConfig;
}

/** What became of a line that was indexed. */
export function indexed({ number }: Parcel['lines'][number]): Verdict {
  return { line: number, outcome: 'indexed', id: `id-${number}` };
}

/** Takes every parcel, notes it, and answers as told; by default every line is indexed. */
export function receivingOf(
  answer: (parcel: Parcel) => Receipt = ({ lines }) => ({ state: 'settled', verdicts: lines.map(indexed) }),
  config: Partial<typeof LISTENER> = {},
): Receiving & { readonly parcels: (Parcel & { input: string })[] } {
  const parcels: (Parcel & { input: string })[] = [];
  return {
    parcels,
    http: receiverInput('apps', 'http', config),
    otlp: receiverInput('otel', 'otlp', config),
    pipelines: ['json', 'otlp', 'plain-text'],
    receive: async (input, parcel) => {
      parcels.push({ ...parcel, input });
      return answer(parcel);
    },
    stopReceiving: () => {},
  };
}
