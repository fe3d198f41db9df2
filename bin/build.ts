// npm run build: the published form, plain JavaScript in dist/ (Node refuses TypeScript under node_modules).
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
for (const file of globSync(['src/**/*.generated.js', 'src/ui/assets/*'])) {
  const target = path.join('dist', path.relative('src', file));
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(file, target);
}
console.log('built dist/');
