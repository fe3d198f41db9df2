import { systemClock } from '../../model/clock.ts';
import { createDocumentWriter } from '../../model/document-writer.ts';
import { Rejected } from '../../model/rejected.ts';
import type { CompiledStage } from '../compile.ts';
import type { Binding } from '../pipelines.ts';
import { beginEvent, faultOf, type RunnerParts } from '../run.ts';
import type { MakeDocument } from './emission.ts';
import { Flow, type FlowParts } from './flow.ts';
import { KeptBytes } from './kept-bytes.ts';

/** So many bytes may wait for stages with a memory, where nothing else is said. */
const MOST_KEPT_BYTES = 2 * 1024 * 1024;

/** Opens a pipeline whose stages hold events back. */
export function openFlow(
  parts: Omit<RunnerParts, 'stages'> & { readonly stages: readonly CompiledStage[] },
  binding: Pick<Binding, 'clock' | 'enter' | 'kept'>,
  emit: FlowParts['emit'],
): Flow {
  const { pipeline, stages, keepOriginal, onFault } = parts;
  const { clock = systemClock, enter = () => {}, kept = new KeptBytes(MOST_KEPT_BYTES) } = binding;
  return new Flow({
    pipeline,
    stages,
    begin: (line) => beginEvent(line, keepOriginal),
    make: documentMaker(parts),
    now: parts.now,
    clock,
    enter(source, line) {
      parts.underWay.text = line.text;
      enter(source);
    },
    onFault,
    kept,
    emit,
  });
}

function documentMaker({ pipeline, finish, onFault }: Omit<RunnerParts, 'stages'>): MakeDocument {
  const write = createDocumentWriter();
  return (event, { chunk, time }, line) => {
    try {
      finish.complete(event, line, chunk.source.path, time);
      return { index: finish.index(event), document: write(event) };
    } catch (error) {
      const fault = faultOf(error, 'finish', pipeline, line.offset);
      onFault(fault);
      return new Rejected('fault', fault.message.slice(0, 500));
    }
  };
}
