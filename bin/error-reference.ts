import { ERRORS } from '../src/errors.ts';

/** docs/reference/errors.md from the catalogue. */
export function errorReference(): { path: string; content: string }[] {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, text, help }]) => `| \`${code}\` | ${status} | ${cell(text)} | ${cell(help)} |`,
  );
  const content = `<!-- Generated from src/errors.ts by npm run generate. -->
# Errors

Every error logmill raises on purpose: its code, the HTTP status it has in the API, what happened, and what to do. Names in
braces are filled in; a place (file, line, key) stands before the text where there is one.

| code | status | what happened | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
  return [{ path: 'docs/reference/errors.md', content }];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
