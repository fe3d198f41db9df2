import { ownText } from '../../../model/own-text.ts';
import { two } from './iso.ts';

/** Minute and second, with one character between them. */
const CLOCK_LENGTH = 5;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

/**
 * The hour of the last text that was read: nearly every line of a log differs from the one before it in minute and second
 * only. For texts in which nothing but these two can change while the rest is the same, and whose offset from UTC is fixed.
 */
export class SameHour {
  #head = '';
  #tail = '';
  #between = 0;
  #length = -1;
  /** When the hour began, ms. */
  #began = 0;

  /** ms since the epoch; NaN where the text is of another hour, or of another form. */
  read(text: string): number {
    if (text.length !== this.#length) return Number.NaN;
    const at = this.#head.length;
    const minute = two(text, at);
    const second = two(text, at + 3);
    if (minute < 0 || minute > 59 || second < 0 || second > 59 || text.charCodeAt(at + 2) !== this.#between) {
      return Number.NaN;
    }
    if (!text.startsWith(this.#head) || !text.endsWith(this.#tail)) return Number.NaN;
    return this.#began + minute * MINUTE_MS + second * SECOND_MS;
  }

  /** @param at where the minute stands in the text. @param ms what the text says. */
  keep(text: string, at: number, ms: number): void {
    const minute = two(text, at);
    const second = two(text, at + 3);
    if (Number.isNaN(ms) || minute < 0 || second < 0 || second > 59) return;
    this.#head = ownText(text.slice(0, at));
    this.#tail = ownText(text.slice(at + CLOCK_LENGTH));
    this.#between = text.charCodeAt(at + 2);
    this.#length = text.length;
    this.#began = ms - minute * MINUTE_MS - second * SECOND_MS;
  }
}
