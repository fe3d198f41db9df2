const POWERS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 };
const SIZE =
  /^\+?(\d{1,20}(?:[.]\d{1,10})?|\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,10})?)\s{0,5}([kmgtpe]?)(i?)(b|byte|bytes|octets)?$/i;

/**
 * Bytes of a size (`1536`, `1.5 MB`, `2GiB`, `1,024 bytes`), NaN for anything else.
 * @param base what K, M and so on count by where they are not Ki, Mi: 1000 or 1024.
 */
export function bytesOf(value: string | number, base: number): number {
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? Math.round(value) : Number.NaN;
  const match = SIZE.exec(value.trim());
  if (match === null) return Number.NaN;
  const [, digits = '', prefix = '', binary] = match;
  if (binary !== '' && prefix === '') return Number.NaN;
  const factor = (binary === '' ? base : 1024) ** POWERS[prefix.toLowerCase()]!;
  const bytes = Math.round(Number(digits.replaceAll(',', '')) * factor);
  return Number.isSafeInteger(bytes) ? bytes : Number.NaN;
}
