import type { JsonValue } from '../../../model/event.ts';
import { also, alsoNumber, alsoSource, asText, takeUrl } from './audit-takes.ts';
import { type Convention, keep, type Mapping, type Take, takeText, takeTime } from './mapper.ts';

type Tree = Readonly<Record<string, JsonValue>>;

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined;
    current = (current as Tree)[key];
  }
  return current;
}

/** What a pod asks for that lets it out of its container. */
function podOf({ event, dataset }: Mapping, spec: JsonValue | undefined): void {
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC', 'serviceAccountName'] as const) {
    const value = at(spec, name);
    if (value !== undefined) event[`${dataset}.pod.${name}`] = value;
  }
  const lists = ['containers', 'initContainers', 'ephemeralContainers'].map((name) => at(spec, name));
  for (const container of lists.flatMap((list) => (Array.isArray(list) ? (list as JsonValue[]) : []))) {
    const image = at(container, 'image');
    if (typeof image === 'string') keepOnce(event, 'container.image.name', image);
    const context = at(container, 'securityContext');
    if (at(context, 'privileged') === true) event['container.security_context.privileged'] = true;
    const added = at(context, 'capabilities', 'add');
    for (const name of Array.isArray(added) ? added : [])
      keepOnce(event, `${dataset}.pod.capabilities`, name as JsonValue);
  }
}

function keepOnce(event: Mapping['event'], field: string, value: JsonValue): void {
  const present = event[field];
  if (present === value || (Array.isArray(present) && present.includes(value))) return;
  keep(event, field, value);
}

/** The object as text; of a pod, or of what makes pods, also the parts that rules ask for. */
const request: Take = (into, value) => {
  const { own } = into;
  const spec = at(value, 'spec');
  podOf(into, spec);
  podOf(into, at(spec, 'template', 'spec'));
  podOf(into, at(spec, 'jobTemplate', 'spec', 'template', 'spec'));
  into.own = own;
  return asText(into, value);
};

/** Events of API group audit.k8s.io, one a line as the API server's log backend writes them. */
export const KUBERNETES_AUDIT: Convention = {
  ecsName: () => '',
  takes: {
    stageTimestamp: takeTime(0),
    timestamp: takeTime(1),
    requestReceivedTimestamp: (into, value) => {
      if (typeof value === 'string') into.event['event.start'] = value;
      return false;
    },
    auditID: takeText('event.id'),
    verb: also('event.action'),
    'user.username': also('user.name'),
    'user.uid': also('user.id'),
    'user.extra': asText,
    'impersonatedUser.username': also('user.effective.name'),
    'impersonatedUser.extra': asText,
    sourceIPs: alsoSource,
    userAgent: takeText('user_agent.original'),
    requestURI: takeUrl,
    'responseStatus.code': alsoNumber('http.response.status_code'),
    'responseStatus.metadata': asText,
    'responseStatus.details': asText,
    'objectRef.namespace': also('orchestrator.namespace'),
    'objectRef.resource': also('orchestrator.resource.type'),
    'objectRef.name': also('orchestrator.resource.name'),
    'objectRef.apiVersion': also('orchestrator.api_version'),
    requestObject: request,
    responseObject: asText,
  },
};
