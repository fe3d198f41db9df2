import type { Replace } from './personal.ts';

/** A secret inside a text: its pattern, whose first group (if any) stays in front of what is replaced. */
type Secret = { readonly pattern: RegExp; readonly keepsGroup: boolean };

/** Marks that some secret may be there; matched before any of the patterns. Every pattern below needs one of them. */
const MARKS = new RegExp(
  [
    ...[
      'p(?:ass|wd)',
      's(?:ecret|k_(?:live|test)_|g\\.)',
      'token',
      'a(?:pi[_-]?key|uthorization|kia|sia|iza)',
      'b(?:earer|asic) ',
      '-----begin',
      'eyj',
      'g(?:h[pousr]_|ithub_pat_|lpat-)',
      'xox[abeprs]-',
    ].map(inEitherCase),
    '://[^/\\s]*@',
  ].join('|'),
);

/** What the flag `i` would do, which takes a third longer: of an access line's time a twentieth. */
function inEitherCase(mark: string): string {
  const both = (letters: string) => letters.replace(/[a-z]/g, (letter) => letter + letter.toUpperCase());
  return mark.replace(/\[[^\]]*\]|[a-z]/g, (part) => (part.length === 1 ? `[${both(part)}]` : both(part)));
}

/** What is called a secret: `password=`, `"client_secret": "`, `:token => "`, and the same in JSON inside of JSON, `\"token\":\"`. */
const KEY =
  /(?:pass(?:word|wd|phrase)?|pwd(?!\s{0,3}=\s{0,3}\/)|secret(?:[_-]?(?:access[_-]?)?key)?|token|api[_-]?key)\\{0,3}["']?\s{0,3}(?:=>|[=:])\s{0,3}\\{0,3}["']?/;
/** Whether there is one (`using password: YES`), what Kafka calls apiKey, what PAM does. */
const NO_SECRET =
  /\s|(?:yes|no|true|false|null)(?:[\s"',;&)}\]]|$)|[A-Z_]{1,40}, ?apiVersion=|(?:auth|account|chauthtok|session|setcred)\)/;
/** Up to the quote that closes it, where one opens it, else a word. */
const VALUE =
  /(?<=[^\\]")[^"\\\n]{1,500}(?:\\.[^"\\\n]{0,500}){0,20}(?=")|(?<=[^\\]')[^'\n]{1,2000}(?=')|(?:[^\s"',;&)}\]\\]|\\(?!["'])){1,2000}/;
const ASSIGNMENT = new RegExp(`(${KEY.source})(?!${NO_SECRET.source})(?:${VALUE.source})`, 'gi');

const SECRETS: readonly Secret[] = [
  {
    pattern: /(\bauthorization["']?\s{0,3}[=:]\s{0,3}["']?(?:bearer|basic|digest|token)? ?)[^\s"',;]{4,4000}/gi,
    keepsGroup: true,
  },
  { pattern: /(\bbearer )[A-Za-z0-9._~+/-]{8,4000}={0,2}/gi, keepsGroup: true },
  // Words follow "basic" too; base64 has capitals or digits in the middle.
  {
    pattern: /(\b(?:[Bb]asic|BASIC) )(?=\w[a-z._~+/-]{0,200}[A-Z0-9=])[A-Za-z0-9._~+/-]{8,4000}={0,2}/g,
    keepsGroup: true,
  },
  { pattern: ASSIGNMENT, keepsGroup: true },
  // In SQL a blank or a bracket stands between the word and the password: servers log such statements as they came.
  {
    pattern:
      /(\bpassword(?:\s{1,3}for\s[^='\n]{0,100}(?:'[^'\n]{0,100}'[^='\n]{0,100}){0,3}=)?\s{0,3}\(?\s{0,3}e?')[^'\n]{1,500}(?=')/gi,
    keepsGroup: true,
  },
  // An element of XML, and an argument of a command with its value behind a blank, no name in capitals for one.
  {
    pattern:
      /(<(?:[\w-]{1,40}:)?(?:[\w.-]{0,40}[._-])?(?:password|passwd|passphrase|secret|api-?key|token)(?: [^<>\n]{0,200})?>)[^<\n]{1,2000}(?=<)/gi,
    keepsGroup: true,
  },
  {
    pattern:
      /((?<![\w-])--(?:[a-z\d]{1,20}-){0,3}(?:password|passwd|passphrase|secret|api-?key|token) )(?![-<[]|[A-Z_]{1,20}(?:\s|$))[^\s"',;]{1,2000}/g,
    keepsGroup: true,
  },
  { pattern: /(:\/\/[^/\s:@]{0,200}:)[^/\s@]{1,500}(?=@)/g, keepsGroup: true },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, keepsGroup: false },
  { pattern: /\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,2000}/g, keepsGroup: false },
  {
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,255}|xox[abeprs]-[A-Za-z0-9-]{10,255}|sk_(?:live|test)_[A-Za-z0-9]{10,255}|AIza[\w-]{35}|SG\.[\w-]{16,64}\.[\w-]{16,64})/g,
    keepsGroup: false,
  },
  {
    pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    keepsGroup: false,
  },
];

/** Whether a text may hold a secret; where it does not, no part of it does. */
export function mayHoldSecret(text: string): boolean {
  return text.length >= SHORTEST && MARKS.test(text);
}

/** Shorter texts hold no mark with a secret. */
const SHORTEST = 8;

/**
 * Makes the function that replaces secrets inside a text; it returns the same text where there is none.
 * @param more what else is replaced, after the secrets. The function takes what is known of the text already.
 */
export function createTextRedactor(
  replacement: string,
  withSecrets: boolean,
  more: readonly Replace[],
): (text: string, mayHold?: boolean) => string {
  const whole = () => replacement;
  // What was replaced before (by the application, or by an earlier stage) must not be replaced again in part.
  const afterGroup = (match: string, kept: string) =>
    replacement.startsWith(match.slice(kept.length)) ? match : kept + replacement;
  return (text, mayHold = mayHoldSecret(text)) => {
    let clean = text;
    if (withSecrets && mayHold) {
      for (const { pattern, keepsGroup } of SECRETS) clean = clean.replace(pattern, keepsGroup ? afterGroup : whole);
    }
    for (const replace of more) clean = replace(clean);
    return clean;
  };
}
