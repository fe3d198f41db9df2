import { GENERIC_TAKES } from '../generic.ts';
import type { Convention } from '../mapper.ts';
import { takeCaller } from '../takes.ts';

/** zerolog; the frames of pkgerrors.MarshalStack stay a list, below `stack`. */
export const ZEROLOG: Convention = { takes: { ...GENERIC_TAKES, caller: takeCaller } };
