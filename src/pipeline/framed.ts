import type { Event } from '../model/event.ts';
import type { Line } from '../model/line.ts';
import { isoOf } from './stages/time/iso.ts';

/** `/var/log/pods/NAMESPACE_POD_UID/CONTAINER/0.log`, as the kubelet names them. */
const POD_LOG = /\/pods\/([^/_]+)_([^/_]+)_([^/_]+)\/([^/]+)\/\d+\.log[^/]*$/;
/** `/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log`, links to those. */
const CONTAINER_LOG = /\/containers\/([^/_]+)_([^/_]+)_([^/]+)-([0-9a-f]{64})\.log[^/]*$/;
/** `/var/lib/docker/containers/ID/ID-json.log`. */
const DOCKER_LOG = /\/containers\/([0-9a-f]{64})\/[^/]*$/;

/** Takes the time that a container's runtime wrote beside the line, where it is one. */
export function setContainerTime(event: Event, { container }: Line): void {
  const ms = Date.parse(container?.time ?? '');
  if (!Number.isNaN(ms)) event['@timestamp'] = isoOf(ms);
}

/** Adds what the framing knows of a line: its flags, and where a container's came from. */
export function addFraming(event: Event, line: Line, path: string | undefined): void {
  // Lines of the fast path have no flags, but may have bytes that are no UTF-8.
  const flags = line.flags ?? (line.raw === undefined ? undefined : ['invalid_utf8']);
  if (flags !== undefined) event['log.flags'] = [...flags];
  if (line.truncated !== undefined) event['logmill.line.bytes'] = line.truncated.length;
  if (line.waited !== undefined) event['logmill.line.count'] = line.waited;
  if (line.container === undefined) return;
  if (line.container.stream !== undefined) event['stream'] = line.container.stream;
  if (path === undefined) return;
  const pod = POD_LOG.exec(path);
  if (pod !== null) {
    const [, namespace, name, uid, container] = pod;
    addPod(event, { namespace, name, container });
    if (event['kubernetes.pod.uid'] === undefined) event['kubernetes.pod.uid'] = uid!;
  }
  const link = CONTAINER_LOG.exec(path);
  if (link !== null) addPod(event, { name: link[1], namespace: link[2], container: link[3] });
  const id = link?.[4] ?? DOCKER_LOG.exec(path)?.[1];
  if (id !== undefined && event['container.id'] === undefined) event['container.id'] = id;
}

function addPod(
  event: Event,
  { namespace, name, container }: Readonly<Record<'namespace' | 'name' | 'container', string | undefined>>,
): void {
  if (event['kubernetes.namespace'] === undefined) event['kubernetes.namespace'] = namespace!;
  if (event['kubernetes.pod.name'] === undefined) event['kubernetes.pod.name'] = name!;
  if (event['kubernetes.container.name'] === undefined) event['kubernetes.container.name'] = container!;
}
