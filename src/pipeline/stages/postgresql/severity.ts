import { levelOfWord } from '../../../model/log-level.ts';

/**
 * What a server writes before the text, with lc_messages of some languages (the po files of PostgreSQL's backend): the
 * English word by the other one.
 */
const TRANSLATED: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    LOG: 'СООБЩЕНИЕ LOGG DZIENNIK GÜNLÜK 日志 로그 ログ ЗАПИСУВАННЯ',
    INFO: 'ИНФОРМАЦИЯ INFORMACJA BİLGİ 信息 정보 情報 ІНФОРМАЦІЯ',
    DEBUG: 'ОТЛАДКА 调试 디버그 デバッグ НАЛАГОДЖЕННЯ',
    NOTICE: 'HINWEIS NOTICIA NOTA NOTIS УВЕДОМЛЕНИЕ ЗАМЕЧАНИЕ UWAGA NOT 注意 알림 通知 ПОВІДОМЛЕННЯ',
    WARNING:
      'WARNUNG ATTENTION ADVERTENCIA AVISO ATTENZIONE ПРЕДУПРЕЖДЕНИЕ VARNING OSTRZEŻENIE UYARI 警告 경고 ПОПЕРЕДЖЕННЯ',
    ERROR: 'FEHLER ERREUR ERRO ERRORE ОШИБКА FEL BŁĄD HATA 错误 오류 エラー ПОМИЛКА',
    FATAL: 'ВАЖНО FATALE FATALT KATASTROFALNY ÖLÜMCÜL 致命错误 치명적오류 ФАТАЛЬНО',
    PANIC: 'PANIK PÂNICO PANICO ПАНИКА PANIKA PANİK 比致命错误还过分的错误 손상 ПАНІКА',
    DETAIL: 'DÉTAIL DETALLE DETALHE DETTAGLI ПОДРОБНОСТИ DETALJ SZCZEGÓŁY AYRINTI 详细信息 상세정보 詳細 ДЕТАЛІ',
    HINT: 'TIPP ASTUCE SUGERENCIA DICA SUGGERIMENTO ПОДСКАЗКА TIPS PODPOWIEDŹ İPUCU 提示 힌트 ヒント ПІДКАЗКА',
    STATEMENT:
      'ANWEISUNG INSTRUCTION SENTENCIA COMANDO ISTRUZIONE ОПЕРАТОР SATS WYRAŻENIE İFADE 语句 구문 文 ІНСТРУКЦІЯ',
    CONTEXT: 'ZUSAMMENHANG CONTEXTE CONTEXTO CONTESTO КОНТЕКСТ KONTEXT KONTEKST ORTAM 上下文 내용 コンテキスト 文脈',
    QUERY: 'ANFRAGE REQUÊTE CONSULTA ЗАПРОС FRÅGA ZAPYTANIE SORGU 查询 쿼리 クエリ ЗАПИТ',
    LOCATION: 'ORT EMPLACEMENT UBICACIÓN LOCAL POSIZIONE ПОЛОЖЕНИЕ PLATS POZYCJA YER 位置 위치 場所',
    BACKTRACE: 'TRACE СТЕК',
  }).flatMap(([english, words]) => words.split(' ').map((word) => [word, english])),
);

/** Lines that go with the one before them are no level of their own. */
const PARTS = new Set(['DETAIL', 'HINT', 'STATEMENT', 'CONTEXT', 'QUERY', 'LOCATION', 'BACKTRACE']);

/** Every word known to stand before a text. */
export const WORDS: readonly string[] = [
  'DEBUG[1-5]?',
  ...['LOG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'FATAL', 'PANIC'],
  ...PARTS,
  ...Object.keys(TRANSLATED),
];

export type Severity = { readonly level: string; readonly part: string | undefined };

/** `log.level` of the word before a text, and what part of a report the line is where it is not its first. */
export function severityOf(word: string): Severity {
  const english = TRANSLATED[word] ?? word;
  return { level: levelOfWord(english), part: PARTS.has(english) ? english.toLowerCase() : undefined };
}
