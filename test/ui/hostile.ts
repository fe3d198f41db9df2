import fc from 'fast-check';

const FRAGMENTS = [
  '<script>window.hurt=1</script>',
  '"><img src=x onerror="window.hurt=1">',
  "' onmouseover='window.hurt=1' x='",
  '" autofocus onfocus=window.hurt=1 x="',
  'javascript:window.hurt=1',
  '</title></details></table></form>',
  '<svg/onload=window.hurt=1>',
  '<!-- ',
  '-->',
  '<![CDATA[',
  '&lt;',
  '&#x3c;b&#62;',
  '\0',
  '\u2028',
  '\ud800',
  '%3Cscript%3E',
  '\\"',
  'a or b',
  '\n',
  'é漢字',
];

/** Texts as somebody would write them into a log to break the page that shows it. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 6 })
  .map((parts) => parts.join(''));

/** One text with every fragment, for where a single case has to do. */
export const ALL_HOSTILE = FRAGMENTS.join(' ');
