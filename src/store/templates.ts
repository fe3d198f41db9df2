import { errors } from '@elastic/elasticsearch';
import type { Config } from '../config/schema.ts';
import { ALERTS_INDEX } from '../model/indices.ts';
import type { Store } from './client.ts';
import { eventMappings, MANAGED, stateMappings } from './mappings.ts';
import { dataRetention } from './stream-lifecycle.ts';

/** Datasets of the shipped pipelines and of logmill itself. */
export const SHIPPED_DATASETS: readonly string[] = [
  'apache.access',
  'apache.error',
  'apt',
  'dpkg',
  'journald',
  'json',
  'logmill.alert',
  'logmill.dead_letter',
  'logmill.log',
  'nginx.access',
  'nginx.error',
  'otlp',
  'pino',
  'plain',
  'syslog',
  'system.auth',
  'system.syslog',
];

/** Plain indices that logmill keeps its own state in. */
export const STATE_INDICES: readonly string[] = [ALERTS_INDEX, 'logmill-state'];

/** Above Elasticsearch's own `logs-*-*` (100); the patterns name one dataset each, so that no other stream is caught. */
const PRIORITY = 300;
const SETTINGS = {
  index: {
    codec: 'best_compression',
    auto_expand_replicas: '0-1',
    mapping: { ignore_malformed: true, total_fields: { limit: 1000, ignore_dynamic_beyond_limit: true } },
  },
};

type TemplateConfig = Pick<Config, 'inputs' | 'retention' | 'store'>;
type Body = Readonly<Record<string, unknown>> & { readonly template: Readonly<Record<string, unknown>> };

/**
 * Installs the index templates of every dataset known (shipped, configured, and `datasets`, for instance those of own
 * pipelines) and makes the state indices. Doing it again changes nothing. Throws the client's errors.
 */
export async function installTemplates(
  store: Store,
  config: TemplateConfig,
  datasets: Iterable<string> = [],
): Promise<void> {
  const dataStreams = config.store.elasticsearch?.dataStreams ?? true;
  const mappings = eventMappings();
  const all = new Set([...SHIPPED_DATASETS, ...configured(config), ...datasets]);
  const puts = [...all].map(async (dataset) => {
    const retention = config.retention.datasets[dataset] ?? config.retention.default;
    await putTemplate(store, `logmill-${dataset}`, {
      index_patterns: [`logs-${dataset}-*`],
      priority: PRIORITY,
      _meta: MANAGED,
      ...(dataStreams ? { data_stream: {} } : {}),
      template: {
        settings: SETTINGS,
        mappings,
        ...(dataStreams ? { lifecycle: { data_retention: dataRetention(retention) } } : {}),
      },
    });
  });
  await Promise.all([...puts, ...STATE_INDICES.map((name) => makeStateIndex(store, name))]);
}

function configured({ inputs, retention }: TemplateConfig): string[] {
  return [...inputs.flatMap((input) => input.dataset ?? []), ...Object.keys(retention.datasets)];
}

/** Falls back to a template without lifecycle where the cluster has none; the retention sweep does the same work then. */
async function putTemplate({ client }: Store, name: string, body: Body): Promise<void> {
  const put = async (content: Body) => {
    await client.transport.request({ method: 'PUT', path: `/_index_template/${name}`, body: content });
  };
  try {
    await put(body);
  } catch (error) {
    if (!isRefusal(error, 'lifecycle')) throw error;
    const { lifecycle: _, ...template } = body.template;
    await put({ ...body, template });
  }
}

async function makeStateIndex({ client }: Store, name: string): Promise<void> {
  await client.indices.putIndexTemplate({
    name,
    index_patterns: [name],
    priority: PRIORITY,
    _meta: MANAGED,
    template: { settings: SETTINGS, mappings: stateMappings() },
  });
  try {
    await client.indices.create({ index: name });
  } catch (error) {
    if (!isRefusal(error, 'resource_already_exists_exception')) throw error;
  }
}

function isRefusal(error: unknown, word: string): boolean {
  return error instanceof errors.ResponseError && error.statusCode === 400 && JSON.stringify(error.body).includes(word);
}
