import { also, alsoNumber, alsoSource, asText } from './audit-takes.ts';
import { type Convention, takeText, takeTime } from './mapper.ts';

/** GitHub's audit log as it is streamed, exported or had from the API: an object a line. */
export const GITHUB_AUDIT: Convention = {
  ecsName: () => '',
  takes: {
    '@timestamp': takeTime(0),
    created_at: takeTime(1),
    _document_id: takeText('event.id'),
    action: also('event.action'),
    actor: also('user.name'),
    actor_id: also('user.id'),
    actor_ip: alsoSource,
    'actor_location.country_code': also('source.geo.country_iso_code'),
    user: also('user.target.name'),
    user_id: also('user.target.id'),
    org: also('organization.name'),
    org_id: also('organization.id'),
    team: also('group.name'),
    user_agent: takeText('user_agent.original'),
    // Requests to the API
    request_method: also('http.request.method'),
    status_code: alsoNumber('http.response.status_code'),
    url_path: also('url.path', 'url.original'),
    data: asText,
    config: asText,
    config_was: asText,
  },
};
