import type { Replace } from './personal.ts';

/** A secret inside a text: its pattern, whose first group (if any) stays in front of what is replaced. */
type Secret = { readonly pattern: RegExp; readonly keepsGroup: boolean };

/** Marks that some secret may be there; matched before any of the patterns. Every pattern below needs one of them. */
const MARKS = new RegExp(
  [
    ...[
      'p(?:ass|wd)',
      's(?:ecret|k_live_)',
      'token',
      'a(?:pi[_-]?key|uthorization|kia|sia)',
      'b(?:earer|asic) ',
      '-----begin',
      'eyj',
      'gh[pousr]_',
      'xox[abprs]-',
    ].map(inEitherCase),
    '://[^/\\s]*@',
  ].join('|'),
);

/** What the flag `i` would do, which takes a third longer: of an access line's time a twentieth. */
function inEitherCase(mark: string): string {
  const both = (letters: string) => letters.replace(/[a-z]/g, (letter) => letter + letter.toUpperCase());
  return mark.replace(/\[[^\]]*\]|[a-z]/g, (part) => (part.length === 1 ? `[${both(part)}]` : both(part)));
}

/** key=value, key: value, but not whether there is one (`using password: YES`), nor what Kafka calls apiKey; "key":"value" and --key value. */
const ASSIGNMENT =
  /((?:pass(?:word|wd|phrase)?|pwd(?!\s{0,3}=\s{0,3}\/)|secret(?:[_-]?(?:access[_-]?)?key)?|client[_-]?secret|(?:access|refresh|id|auth|session|csrf)[_-]?token|token|api[_-]?key)["']?\s{0,3}[=:]\s{0,3}["']?)(?!\s|(?:yes|no|true|false|null)(?:[\s"',;&)}\]]|$)|[A-Z_]{1,40}, ?apiVersion=|(?:auth|account|chauthtok|session|setcred)\))[^\s"',;&)}\]]{1,2000}/gi;

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
  { pattern: /(:\/\/[^/\s:@]{0,200}:)[^/\s@]{1,500}(?=@)/g, keepsGroup: true },
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, keepsGroup: false },
  { pattern: /\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,2000}/g, keepsGroup: false },
  {
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|xox[abprs]-[A-Za-z0-9-]{10,255}|sk_live_[A-Za-z0-9]{10,255})/g,
    keepsGroup: false,
  },
  {
    pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    keepsGroup: false,
  },
];

/**
 * Makes the function that replaces secrets inside a text; it returns the same text where there is none.
 * @param more what else is replaced, after the secrets.
 */
export function createTextRedactor(replacement: string, withSecrets: boolean, more: readonly Replace[]): Replace {
  const whole = () => replacement;
  // What was replaced before (by the application, or by an earlier stage) must not be replaced again in part.
  const afterGroup = (match: string, kept: string) =>
    replacement.startsWith(match.slice(kept.length)) ? match : kept + replacement;
  return (text) => {
    let clean = text;
    if (withSecrets && text.length >= 8 && MARKS.test(text)) {
      for (const { pattern, keepsGroup } of SECRETS) clean = clean.replace(pattern, keepsGroup ? afterGroup : whole);
    }
    for (const replace of more) clean = replace(clean);
    return clean;
  };
}
