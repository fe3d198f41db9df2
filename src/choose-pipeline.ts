import type { Logger } from 'pino';
import { framedText } from './agent/framing/frame-text.ts';
import { Detector } from './pipeline/detect/detector.ts';
import { signaturesOf } from './pipeline/detect/shipped.ts';
import type { Pipelines } from './pipeline/pipelines.ts';

/** The pipeline of a file nobody named one for, by its path and its first lines. */
export type ChoosePipeline = (path: string | undefined, firstLines: readonly string[]) => string;

/** What finds out pipelines, of those shipped and the user's own. */
export function createDetector(pipelines: Pipelines): Detector {
  return new Detector(pipelines, signaturesOf(pipelines), framedText);
}

/** Makes the choice for the agent, which says in the log what it was and how sure. */
export function pipelineChooser(pipelines: Pipelines, log: Logger): ChoosePipeline {
  const detector = createDetector(pipelines);
  return (path, firstLines) => {
    const { pipeline, certainty, tried } = detector.choose(path, firstLines);
    const sure = Math.round(certainty * 100);
    const others = tried.map((one) => one.pipeline).filter((name) => name !== pipeline);
    log.info({ path, pipeline, sure, others }, `reads ${path ?? 'what comes in'} as ${pipeline}, ${sure} % sure`);
    return pipeline;
  };
}
