import { createRecentCache } from '../user-agent/recent-cache.ts';

/** A way web servers are attacked and how it shows in the request. */
type Probe = { readonly name: string; readonly pattern: string };

const URL_PROBES: readonly Probe[] = [
  { name: 'path traversal', pattern: String.raw`(?:\.\.|%2e%2e|\.%2e|%2e\.|%252e%252e)(?:/|\\|%2f|%5c|%252f)` },
  { name: 'system file', pattern: String.raw`/etc/(?:passwd|shadow)|/proc/self/|boot\.ini|win\.ini` },
  {
    name: 'sql injection',
    pattern: String.raw`union(?:\s|\+|%20|/\*\*/|%09)+(?:all(?:\s|\+|%20)+)?select|information_schema|(?:'|%27)(?:\s|\+|%20)*(?:or|and)(?:\s|\+|%20)+(?:'|%27)?\d|sleep\(\d|benchmark\(|xp_cmdshell`,
  },
  { name: 'script injection', pattern: String.raw`(?:<|%3c)(?:script|svg|img|iframe)\b|javascript:|onerror(?:=|%3d)` },
  { name: 'log4shell', pattern: String.raw`(?:\$|%24)(?:\{|%7b)(?:jndi|\$|lower:|upper:|env:)` },
  {
    name: 'command injection',
    pattern: String.raw`(?:;|%3b|\||%7c|\x60|%60|\$\()(?:\s|\+|%20)*(?:cat|wget|curl|id|whoami|uname|bash|sh|nc)(?:\s|\+|%20|;|%3b|$)|/shell\?|cgi-bin/.{0,100}/bin/sh`,
  },
  {
    name: 'file that should not be public',
    pattern: String.raw`/\.(?:env|git|svn|hg|aws|ssh|htpasswd|htaccess|ds_store)(?:[/.?]|$)|/(?:wp-config|config|database)\.(?:php|yml)\.?(?:bak|old|save|swp|~)|/id_rsa|\.(?:sql|bak)(?:\.gz)?(?:\?|$)`,
  },
  {
    name: 'known weak spot',
    pattern: String.raw`/wp-login\.php|/xmlrpc\.php|/wp-admin/(?:setup-config|install)\.php|/(?:phpmyadmin|pma|myadmin|mysqladmin)(?:/|$)|/vendor/phpunit/|/eval-stdin\.php|/boaform/|/hnap1|/manager/html|/solr/admin|/actuator/(?:env|heapdump)|/_ignition/|/struts|/cgi-bin/(?:luci|test-cgi)|/autodiscover/autodiscover\.json|/owa/auth/`,
  },
];

const AGENTS =
  /sqlmap|nikto|nessus|acunetix|masscan|zgrab|nmap|wpscan|dirbuster|gobuster|feroxbuster|nuclei|hydra|openvas|w3af|havij|arachni|netsparker|jorgee|morfeus|zmeu/i;

const ANY_URL = new RegExp(URL_PROBES.map(({ pattern }) => pattern).join('|'), 'i');
const EACH_URL = URL_PROBES.map(({ name, pattern }) => ({ name, regex: new RegExp(pattern, 'i') }));

/** The kind of attack a URL looks like; undefined for an ordinary one. */
export function urlProbe(url: string): string | undefined {
  if (!ANY_URL.test(url)) return undefined;
  return EACH_URL.find(({ regex }) => regex.test(url))?.name;
}

/** A few agents write most lines. */
const MOST_AGENTS = 2000;
const attackTools = createRecentCache<boolean>(MOST_AGENTS);

/** Whether a user agent is that of an attack tool. */
export function isAttackTool(agent: string): boolean {
  const known = attackTools.get(agent);
  if (known !== undefined) return known;
  const isOne = AGENTS.test(agent);
  attackTools.set(agent, isOne);
  return isOne;
}
