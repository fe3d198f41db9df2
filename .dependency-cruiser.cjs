// Dependency direction of src/ (docs: ARCHITECTURE.md). bin/layers.mjs also fails when no module is seen.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    only('model-imports-nothing', '^src/model/', [], 'the shared nouns stand alone'),
    only('errors-import-nothing', '^src/errors\\.ts$', []),
    only('kql-sees-model', '^src/kql/', ['^src/model/', '^src/errors\\.ts$']),
    only('stages-see-the-contract', '^src/pipeline/stages/', ['^src/model/', '^src/kql/', '^src/pipeline/stage\\.ts$'], 'a stage never sees an offset, a store or a file'),
    only('pipeline-is-pure', '^src/pipeline/', ['^src/model/', '^src/kql/', '^src/config/', '^src/errors\\.ts$', '^src/(telemetry|state-file|log)\\.ts$']),
    only('agent-reads', '^src/agent/', ['^src/model/', '^src/config/', '^src/errors\\.ts$', '^src/(telemetry|state-file|log)\\.ts$']),
    only('delivery-ships', '^src/delivery/', ['^src/model/', '^src/config/', '^src/store/client\\.ts$', '^src/errors\\.ts$', '^src/(telemetry|state-file|log)\\.ts$']),
    only('store-rests', '^src/store/', ['^src/model/', '^src/config/', '^src/errors\\.ts$', '^src/(telemetry|state-file|log)\\.ts$'], 'the store never imports pipeline'),
    only('rules-watch', '^src/rules/', ['^src/model/', '^src/kql/', '^src/config/', '^src/store/client\\.ts$', '^src/errors\\.ts$', '^src/(telemetry|state-file|log)\\.ts$']),
    only('notify-sends', '^src/notify/', ['^src/model/', '^src/config/', '^src/store/client\\.ts$', '^src/errors\\.ts$', '^src/(telemetry|state-file|log)\\.ts$'], 'rules and notify share only model/alert'),
    only('drill-proves', '^src/drill/', ['^src/model/', '^src/agent/(identity|checkpoint)\\.ts$', '^src/errors\\.ts$'], 'the drill sees the product from outside: processes, files, HTTP'),
    only('ui-shows', '^src/ui/', ['^src/api/contract(/|\\.ts$)']),
    only('dashboards-compile', '^src/dashboards/', ['^src/model/', '^src/kql/', '^src/config/', '^src/store/client\\.ts$', '^src/errors\\.ts$']),
    {
      name: 'ui-types-only',
      severity: 'error',
      from: { path: '^src/ui/' },
      to: { path: '^src/api/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
