/** Replaces what it finds in a text; the same text where there is nothing. */
export type Replace = (text: string) => string;

/** Kinds of personal data that have a form of their own. */
export const PERSONAL = ['cards', 'emails', 'ibans'] as const;
export type Personal = (typeof PERSONAL)[number];

/** Digits alone, or in the groups in which they stand on cards: 4-4-4-4(-3), 4-6-5, 4-6-4. */
const CARD =
  /(?<![\dA-Za-z]|\d\.)(?:\d{13,19}|\d{4}([ -])(?:\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{6}\1\d{4,5}))(?![\dA-Za-z]|\.\d)/g;

/** First digits and lengths that the card networks publish (ISO/IEC 7812 registrations). */
const NETWORKS: readonly (readonly [first: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(30[0-59]|3[689])/, [14, 15, 16, 17, 18, 19]],
  [/^35(2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(6011|64[4-9]|65|62|220[0-4]|50|5[678]|63|67)/, [16, 17, 18, 19]],
];

const EMAIL =
  /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}\p{L}[\p{L}\p{N}-]{1,62}(?![\p{L}\p{N}])/gu;

const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g;

/** Lengths by country, as the IBAN registry (ISO 13616) has them. */
const IBAN_LENGTHS =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30';
const lengthOf = new Map(IBAN_LENGTHS.split(' ').map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]));

/** Makes the function that replaces one kind. */
export function createPersonalRedactor(kind: Personal, replacement: string): Replace {
  if (kind === 'cards') {
    return (text) => text.replace(CARD, (found) => (isCard(found.replace(/[ -]/g, '')) ? replacement : found));
  }
  if (kind === 'emails') return (text) => (text.includes('@') ? text.replace(EMAIL, () => replacement) : text);
  return (text) => text.replace(IBAN, (found) => withoutIban(found, replacement));
}

/** Whether digits are a number of a card: of a network that there is, with the right check digit. */
export function isCard(digits: string): boolean {
  return NETWORKS.some(([first, lengths]) => lengths.includes(digits.length) && first.test(digits)) && hasLuhn(digits);
}

/** ISO/IEC 7812-1: every second digit from the right counts twice. */
function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    sum += at % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
}

/** What follows an IBAN may look like its last groups: its country says how long it is. */
function withoutIban(found: string, replacement: string): string {
  const length = lengthOf.get(found.slice(0, 2));
  if (length === undefined) return found;
  let end = 0;
  for (let count = 0; count < length && end < found.length; end++) if (found[end] !== ' ') count++;
  const iban = found.slice(0, end).replaceAll(' ', '');
  const isWhole = iban.length === length && !/[A-Z0-9]/.test(found[end] ?? '');
  return isWhole && remainder97(iban) === 1 ? replacement + found.slice(end) : found;
}

/** ISO 7064: the first four characters come last, letters are numbers from 10 on. */
function remainder97(iban: string): number {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
