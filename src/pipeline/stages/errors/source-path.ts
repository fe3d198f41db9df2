/**
 * Where projects are installed, by the customs of distributions, containers and hosters. What comes after it is the
 * project's own path, the same wherever it is installed.
 */
const ROOT =
  /^(?:[a-z]:)?\/(?:home\/runner\/work\/[^/]+\/[^/]+\/|var\/(?:lib\/)?jenkins(?:_home)?\/workspace\/[^/]+\/|(?:app|code|src|workspace|application|function|layers|repo|project|build)\/|usr\/src\/(?:app\/)?|var\/task\/|var\/www\/(?=[^/]+$)|(?:home|users)\/[^/]+\/(?:(?:work|projects?|src|code|dev|developer|development|git|repos?|workspaces?|sites|\w+projects|documents|desktop|source\/repos|go\/src\/[^/]+\/[^/]+)\/)?[^/]+\/|(?:root|opt|srv|data|mnt|tmp|www|usr\/local|usr\/share|usr\/lib|var\/lib|var\/opt|var\/www|var\/app|apps|sites|webapps|inetpub\/wwwroot|inetpub|deploy|deployments|services?|program files(?: \(x86\))?|agent\/_work\/\d+|a\/\d+|builds\/[^/]+|work)\/[^/]+\/|(?<=^[a-z]:\/)(?:(?:dev|projects?|git|repos?|source)\/)?[^/]+\/)(?:(?:releases|versions|builds|deployments)\/[^/]+\/|(?:current|live|html|htdocs|public_html|www|app|s)\/|v?\d[\w.-]*\/)*/i;
/** Below an unknown root the last of these folders begins the project's own path. */
const SOURCES = /^.*\/(?=(?:src|lib|dist|app|packages|internal|cmd|pkg|public|server|client)\/)/;
const WEB = /^(?:https?|app|blob|capacitor|ionic|resource|chrome|user-script):/;
const BUNDLER = /^webpack(?:-internal)?:\/\/\/?(?:[^./][^/]{0,100}\/)?(?:\.{1,2}\/)*(?:\([^)]{1,50}\)\/)?/;

/** Cells of a notebook: `/tmp/ipykernel_4711/3412345678.py`, `<ipython-input-5-3f2a91bc>`. */
const CELL = /^(?:\d{1,20}\.py|<ipython-input-.{1,60}>)$/;
/** Two characters, or three that nobody would choose; the names that compilers give to methods and modules. */
const SHORT = /^(?:.{0,2}|(?=.{3}$)(?:.*[\d$_].*|.*[a-z][A-Z].*))$/;
const COMPILED = /^(?:value|default|exports|this|next|callee|anonymous)$/;

/** A name that a bundler gave: with a hash of the content, or `.min`. */
const HASH =
  /[.-](?:(?=[0-9a-f]*\d)[0-9a-f]{6,64}|(?:[0-9a-f]{8}){1,4}|[0-9a-f]{20}|[A-Z2-7]{8}|(?=\w*[a-z])(?=[^.]*[A-Z][^.]*[A-Z])[\w-]{8}|(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{8,24})(?=(?:\.(?:chunk|bundle|min|module|esm))*\.[cm]?js$)/;
const MINIFIED = /[.-](?:min|chunk|bundle|prod|production)(?=(?:\.\w{1,12})?\.[cm]?js$)/;

/** A file without where it is installed, served from, and what a bundler put into its name. */
export function sourcePlace(file: string): string {
  if (file === '') return '';
  let path = file.replace(/[?#].*$/, '').replaceAll('\\', '/');
  if (path.startsWith('file://')) path = path.slice('file://'.length).replace(/^\/(?=[A-Za-z]:)/, '');
  if (path.startsWith('wasm:')) return path.replace(/^wasm:\/{2}wasm\//, '').replace(/(?:^|-)[0-9a-f]{8}$/, '');
  if (path.startsWith('webpack')) path = path.replace(BUNDLER, '');
  if (WEB.test(path)) return path.startsWith('blob:') ? 'blob' : webName(path.slice(path.lastIndexOf('/') + 1));
  path = path.replace(/^(?:\.\/)+/, '');
  if (/^(?:[A-Za-z]:)?\//.test(path)) path = ownPath(path);
  const parts = path.split('/');
  const name = bundleName(parts.pop()!).replace(CELL, '<cell>');
  const folder = parts.pop()?.replace(/[-_.@]?v?\d[\d.]*(?:[-.]\w{1,12})?$/, '');
  return folder === undefined || folder === '' || folder === '..' ? name : `${folder}/${name}`;
}

function ownPath(path: string): string {
  const own = path.replace(ROOT, '');
  if (own !== path) return own;
  const source = path.replace(SOURCES, '');
  return source === path ? path.slice(path.lastIndexOf('/') + 1) : source;
}

/** A script of a page has the page's name, which often is an id. */
function webName(name: string): string {
  return /\.\w{1,8}$/.test(name) ? bundleName(name) : name.replace(/^.*\d.*$/, '<id>');
}

function bundleName(name: string): string {
  if (!/\.[cm]?js$/.test(name)) return name;
  return name
    .replace(HASH, '')
    .replace(MINIFIED, '')
    .replace(MINIFIED, '')
    .replace(/^(?:\d+|(?=[0-9a-f]*\d)[0-9a-f]{8,64})(?=\.)/, '<n>');
}

/** What a minifier left of a name: the parts that it did not make up; none where they are every class's. */
export function readableName(name: string): string {
  const parts = name.split(/[./]/).filter((part) => !SHORT.test(part));
  return parts.every((part) => COMPILED.test(part)) ? '' : parts.join('.');
}

/** Whether a minifier may have made the names in the file short: what is served to browsers, and what a bundler named. */
export function isMinified(file: string): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/[?#].*$/, '');
  return WEB.test(file) || /[\\/]\.next[\\/]/.test(file) || HASH.test(name) || MINIFIED.test(name);
}
