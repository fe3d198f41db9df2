import type { Stage } from './stage.ts';
import { anonymiseIp } from './stages/anonymise-ip.ts';
import { append } from './stages/append.ts';
import { changeCase } from './stages/change-case.ts';
import { classifySecurity } from './stages/classify-security.ts';
import { classifyWindows } from './stages/classify-windows.ts';
import { coalesce } from './stages/coalesce.ts';
import { communityId } from './stages/community-id.ts';
import { completeEcs } from './stages/complete-ecs.ts';
import { convert } from './stages/convert.ts';
import { copy } from './stages/copy.ts';
import { countMetric } from './stages/count-metric.ts';
import { dateMath } from './stages/date-math.ts';
import { dedupe } from './stages/dedupe.ts';
import { drop } from './stages/drop.ts';
import { enrichDns } from './stages/enrich-dns.ts';
import { enrichGeo } from './stages/enrich-geo.ts';
import { enrichHost } from './stages/enrich-host.ts';
import { enrichUserAgent } from './stages/enrich-user-agent.ts';
import { findTime } from './stages/find-time.ts';
import { fingerprint } from './stages/fingerprint.ts';
import { groupErrors } from './stages/group-errors.ts';
import { gsub } from './stages/gsub.ts';
import { hash } from './stages/hash.ts';
import { join } from './stages/join.ts';
import { joinEvents } from './stages/join-events.ts';
import { lookup } from './stages/lookup.ts';
import { normaliseDns } from './stages/normalise-dns.ts';
import { normaliseLevel } from './stages/normalise-level.ts';
import { parseAddress } from './stages/parse-address.ts';
import { parseAuditd } from './stages/parse-auditd.ts';
import { parseCef } from './stages/parse-cef.ts';
import { parseClf } from './stages/parse-clf.ts';
import { parseCsv } from './stages/parse-csv.ts';
import { parseDissect } from './stages/parse-dissect.ts';
import { parseDistinguishedName } from './stages/parse-distinguished-name.ts';
import { parseDuration } from './stages/parse-duration.ts';
import { parseGelf } from './stages/parse-gelf.ts';
import { parseGrok } from './stages/parse-grok.ts';
import { parseHttpRequest } from './stages/parse-http-request.ts';
import { parseJson } from './stages/parse-json.ts';
import { parseKv } from './stages/parse-kv.ts';
import { parseLeef } from './stages/parse-leef.ts';
import { parseLogfmt } from './stages/parse-logfmt.ts';
import { parseNetfilter } from './stages/parse-netfilter.ts';
import { parsePostgresql } from './stages/parse-postgresql.ts';
import { parseRegex } from './stages/parse-regex.ts';
import { parseSize } from './stages/parse-size.ts';
import { parseSlowQuery } from './stages/parse-slow-query.ts';
import { parseSyslog } from './stages/parse-syslog.ts';
import { parseTime } from './stages/parse-time.ts';
import { parseUrl } from './stages/parse-url.ts';
import { parseW3c } from './stages/parse-w3c.ts';
import { parseXml } from './stages/parse-xml.ts';
import { pseudonymise } from './stages/pseudonymise.ts';
import { redactSecrets } from './stages/redact-secrets.ts';
import { remove } from './stages/remove.ts';
import { rename } from './stages/rename.ts';
import { route } from './stages/route.ts';
import { runPipeline } from './stages/run-pipeline.ts';
import { sample } from './stages/sample.ts';
import { set } from './stages/set.ts';
import { split } from './stages/split.ts';
import { splitOtlp } from './stages/split-otlp.ts';
import { splitString } from './stages/split-string.ts';
import { throttle } from './stages/throttle.ts';
import { translate } from './stages/translate.ts';
import { validateSchema } from './stages/validate-schema.ts';

/** Every stage there is, in the order a pipeline mostly has them. A test holds this list against the folder. */
export const STAGES: readonly Stage[] = [
  parseJson,
  parseClf,
  parseHttpRequest,
  parseAddress,
  parseW3c,
  parseSyslog,
  parseAuditd,
  parseNetfilter,
  parseRegex,
  parseGrok,
  parseDissect,
  parseSlowQuery,
  parsePostgresql,
  parseKv,
  parseLogfmt,
  parseCsv,
  parseCef,
  parseLeef,
  parseGelf,
  parseXml,
  parseTime,
  parseDuration,
  parseSize,
  parseUrl,
  parseDistinguishedName,
  findTime,
  dateMath,
  rename,
  set,
  remove,
  append,
  copy,
  coalesce,
  convert,
  changeCase,
  gsub,
  splitString,
  join,
  split,
  splitOtlp,
  normaliseLevel,
  normaliseDns,
  validateSchema,
  enrichHost,
  enrichUserAgent,
  classifySecurity,
  classifyWindows,
  groupErrors,
  redactSecrets,
  hash,
  fingerprint,
  translate,
  sample,
  throttle,
  dedupe,
  joinEvents,
  communityId,
  completeEcs,
  anonymiseIp,
  pseudonymise,
  enrichGeo,
  lookup,
  countMetric,
  enrichDns,
  drop,
  route,
  runPipeline,
] as readonly Stage[];

const byName = new Map(STAGES.map((stage) => [stage.name, stage]));

/** The stage of that name; undefined for an unknown one. */
export function stageByName(name: string): Stage | undefined {
  return byName.get(name);
}
