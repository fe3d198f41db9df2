import { levelOfWord } from '../../../model/log-level.ts';

/**
 * What a server writes before the text, with lc_messages of some languages (the po files of PostgreSQL's backend): the
 * English word by the other one.
 */
const TRANSLATED: Readonly<Record<string, string>> = {
  FEHLER: 'ERROR',
  WARNUNG: 'WARNING',
  HINWEIS: 'NOTICE',
  PANIK: 'PANIC',
  TIPP: 'HINT',
  ANWEISUNG: 'STATEMENT',
  ZUSAMMENHANG: 'CONTEXT',
  ANFRAGE: 'QUERY',
  ERREUR: 'ERROR',
  ATTENTION: 'WARNING',
  DÉTAIL: 'DETAIL',
  ASTUCE: 'HINT',
  INSTRUCTION: 'STATEMENT',
  CONTEXTE: 'CONTEXT',
  REQUÊTE: 'QUERY',
  ADVERTENCIA: 'WARNING',
  NOTICIA: 'NOTICE',
  DETALLE: 'DETAIL',
  SUGERENCIA: 'HINT',
  SENTENCIA: 'STATEMENT',
  CONTEXTO: 'CONTEXT',
  CONSULTA: 'QUERY',
  ERRO: 'ERROR',
  AVISO: 'WARNING',
  DETALHE: 'DETAIL',
  DICA: 'HINT',
  COMANDO: 'STATEMENT',
  ERRORE: 'ERROR',
  ATTENZIONE: 'WARNING',
  DETTAGLI: 'DETAIL',
  SUGGERIMENTO: 'HINT',
  ISTRUZIONE: 'STATEMENT',
  ОШИБКА: 'ERROR',
  ПРЕДУПРЕЖДЕНИЕ: 'WARNING',
  ЗАМЕЧАНИЕ: 'NOTICE',
  СООБЩЕНИЕ: 'LOG',
  ВАЖНО: 'FATAL',
  ПАНИКА: 'PANIC',
  ПОДРОБНОСТИ: 'DETAIL',
  ПОДСКАЗКА: 'HINT',
  ОПЕРАТОР: 'STATEMENT',
  КОНТЕКСТ: 'CONTEXT',
};

/** Lines that go with the one before them are no level of their own. */
const PARTS = new Set(['DETAIL', 'HINT', 'STATEMENT', 'CONTEXT', 'QUERY', 'LOCATION', 'BACKTRACE']);

export type Severity = { readonly level: string; readonly part: string | undefined };

/** `log.level` of the word before a text, and what part of a report the line is where it is not its first. */
export function severityOf(word: string): Severity {
  const english = TRANSLATED[word] ?? word;
  return { level: levelOfWord(english), part: PARTS.has(english) ? english.toLowerCase() : undefined };
}
