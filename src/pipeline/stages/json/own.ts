import type { Convention } from './mapper.ts';

/** Every key goes under the dataset as it is called, none is taken for ECS: what it means, the pipeline says. */
export const OWN: Convention = { takes: {}, ecsName: () => '' };
