import { errors } from '@elastic/elasticsearch';
import type { Config } from '../config/schema.ts';
import { ALERTS_INDEX } from '../model/indices.ts';
import type { Store } from './client.ts';
import { type ContractTypes, contractMappings, eventMappings, MANAGED, stateMappings } from './mappings.ts';
import shipped from './shipped-datasets.generated.json' with { type: 'json' };
import { dataRetention } from './stream-lifecycle.ts';

/** Datasets of the shipped pipelines and of logmill itself. */
export const SHIPPED_DATASETS: readonly string[] = [
  ...shipped,
  'apt',
  'logmill.alert',
  'logmill.dead_letter',
  'logmill.log',
];

/** Plain indices that logmill keeps its own state in. */
export const STATE_INDICES: readonly string[] = [ALERTS_INDEX, 'logmill-state'];

/** Above Elasticsearch's own `logs-*-*` (100); the patterns name one dataset each, so that no other stream is caught. */
const PRIORITY = 300;
/** Of the one template for all that ships, below those of single datasets; and its name. */
const SHIPPED_PRIORITY = 290;
const SHIPPED_TEMPLATE = 'logmill-shipped';
/** What contracts add, a component each: it belongs to whoever has the contract, the template to every agent. */
const CONTRACT = 'logmill-contract-';
const MOST_FIELDS = 1000;
const SETTINGS = settingsFor(MOST_FIELDS);

type TemplateConfig = Pick<Config, 'inputs' | 'retention' | 'store'>;
type Body = Readonly<Record<string, unknown>> & { readonly template: Readonly<Record<string, unknown>> };

/** Streams that own pipelines write to and what is known of them. */
export type OwnStreams = {
  /** Datasets of events. */
  readonly datasets?: Iterable<string>;
  /** Datasets of `metrics` streams. */
  readonly metrics?: Iterable<string>;
  /** What contracts say of fields, by dataset; those that ship are known. */
  readonly contracts?: ReadonlyMap<string, ContractTypes>;
};

/**
 * Installs the index templates of every dataset known and makes the state indices: one template for all that ship, and one
 * each for those that are configured, have a retention or a contract of their own, or belong to own pipelines (other agents
 * have others, so they do not share a template). Doing it again changes nothing. Throws the client's errors.
 */
export async function installTemplates(
  store: Store,
  config: TemplateConfig,
  { datasets = [], metrics = [], contracts = new Map() }: OwnStreams = {},
): Promise<void> {
  const dataStreams = config.store.elasticsearch?.dataStreams ?? true;
  const mappings = eventMappings();
  await Promise.all([...contracts].map(([dataset, types]) => putContract(store, dataset, types)));
  const withContract = await contractsThere(store);
  const put = (name: string, priority: number, patterns: readonly string[], retention: string, contract?: string) =>
    putTemplate(store, name, {
      index_patterns: patterns,
      priority,
      _meta: MANAGED,
      ...(dataStreams ? { data_stream: {} } : {}),
      ...(contract === undefined ? {} : { composed_of: [contract] }),
      template: {
        settings: contract === undefined ? SETTINGS : settingsFor(2 * MOST_FIELDS),
        mappings,
        ...(dataStreams ? { lifecycle: { data_retention: dataRetention(retention) } } : {}),
      },
    });
  const retentionOf = (dataset: string) => config.retention.datasets[dataset] ?? config.retention.default;
  const contractOf = (dataset: string) => (withContract.has(CONTRACT + dataset) ? CONTRACT + dataset : undefined);
  const single = await ofTheirOwn(store, config, datasets, contracts.keys());
  await Promise.all([
    put(SHIPPED_TEMPLATE, SHIPPED_PRIORITY, SHIPPED_DATASETS.map(logsOf), config.retention.default),
    ...single.map((dataset) =>
      put(`logmill-${dataset}`, PRIORITY, [logsOf(dataset)], retentionOf(dataset), contractOf(dataset)),
    ),
    ...[...new Set(metrics)].map((dataset) =>
      put(`logmill-metrics-${dataset}`, PRIORITY, [`metrics-${dataset}-*`], retentionOf(dataset)),
    ),
    ...STATE_INDICES.map((name) => makeStateIndex(store, name)),
  ]);
}

function settingsFor(mostFields: number): object {
  return {
    index: {
      codec: 'best_compression',
      auto_expand_replicas: '0-1',
      mapping: { ignore_malformed: true, total_fields: { limit: mostFields, ignore_dynamic_beyond_limit: true } },
    },
  };
}

function logsOf(dataset: string): string {
  return `logs-${dataset}-*`;
}

async function putContract({ client }: Store, dataset: string, types: ContractTypes): Promise<void> {
  const name = CONTRACT + dataset;
  await client.cluster.putComponentTemplate({ name, _meta: MANAGED, template: { mappings: contractMappings(types) } });
}

/** Names of the components of all contracts, also of other agents. */
async function contractsThere({ client }: Store): Promise<ReadonlySet<string>> {
  const { component_templates: there = [] } = await client.cluster.getComponentTemplate(
    { name: `${CONTRACT}*` },
    { ignore: [404] },
  );
  return new Set(there.map(({ name }) => name));
}

/** Datasets with a template of their own; one that has it from a retention that is gone by now gets it anew. */
async function ofTheirOwn(
  { client }: Store,
  { inputs, retention }: TemplateConfig,
  datasets: Iterable<string>,
  contracted: Iterable<string>,
): Promise<string[]> {
  const ships = new Set(SHIPPED_DATASETS);
  const configured = [...inputs.flatMap((input) => input.dataset ?? []), ...datasets];
  const { index_templates: installed = [] } = await client.indices.getIndexTemplate(
    { name: 'logmill-*' },
    { ignore: [404] },
  );
  const before = new Set(installed.map(({ name }) => name));
  return [
    ...new Set([
      ...configured.filter((dataset) => !ships.has(dataset)),
      ...Object.keys(retention.datasets),
      ...contracted,
      ...SHIPPED_DATASETS.filter((dataset) => before.has(`logmill-${dataset}`)),
    ]),
  ];
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
