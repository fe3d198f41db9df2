// Loaded before every test file: one seed for all property tests, so that a red run is red again and a green commit stays
// green. `LOGMILL_SEED=random npm test` explores; what it finds is mended, whatever the seed.
import fc from 'fast-check';

const wanted = process.env['LOGMILL_SEED'] ?? '20261121';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
