// Dependency direction of src/. Fails when the cruiser sees no module, or when a planted violation goes unnoticed.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const planted = 'src/model/planted-violation.ts';

const violationsOf = async () => {
  const { output } = await cruise(
    ['src'],
    { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  if (output.summary.totalCruised < 20)
    throw new Error(`only ${output.summary.totalCruised} modules seen: the check is blind`);
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
};

const violations = await violationsOf();
for (const violation of violations) console.error(violation);
mkdirSync('src/model', { recursive: true });
writeFileSync(planted, "import '../telemetry.ts';\n");
try {
  const seen = await violationsOf();
  if (!seen.some((line) => line.includes(planted))) throw new Error('a planted violation went unnoticed');
} finally {
  rmSync(planted, { force: true });
}
process.exitCode = violations.length === 0 ? 0 : 1;
