import { ACCESS } from './access.ts';
import { ELASTICSEARCH } from './elasticsearch.ts';
import { GENERIC } from './generic.ts';
import { GITHUB_AUDIT } from './github-audit.ts';
import { GITLAB_AUDIT, GITLAB_REQUEST } from './gitlab.ts';
import { JOURNALD } from './journald.ts';
import { KIBANA } from './kibana.ts';
import { KUBERNETES_AUDIT } from './kubernetes-audit.ts';
import { LOG4J2 } from './log4j2.ts';
import { bunyanConvention } from './loggers/bunyan.ts';
import { LOGBACK } from './loggers/logback.ts';
import { MONOLOG } from './loggers/monolog.ts';
import { PYTHON_JSON_LOGGER, STRUCTLOG } from './loggers/python.ts';
import { SERILOG } from './loggers/serilog.ts';
import { SLOG } from './loggers/slog.ts';
import { WINSTON } from './loggers/winston.ts';
import { ZAP } from './loggers/zap.ts';
import { ZEROLOG } from './loggers/zerolog.ts';
import type { Convention } from './mapper.ts';
import { MONGODB } from './mongodb.ts';
import { MYSQL } from './mysql.ts';
import { OTLP } from './otlp.ts';
import { OWN } from './own.ts';
import { pinoConvention } from './pino.ts';
import { POSTGRESQL } from './postgresql.ts';
import { RABBITMQ } from './rabbitmq.ts';
import { WINDOWS } from './windows.ts';

/** Whose keys a JSON line has, by the name a pipeline says; each is made for a dataset. */
export const CONVENTIONS: Readonly<Record<string, (dataset: string) => Convention>> = {
  generic: () => GENERIC,
  own: () => OWN,
  access: () => ACCESS,
  journald: () => JOURNALD,
  otlp: () => OTLP,
  elasticsearch: () => ELASTICSEARCH,
  mongodb: () => MONGODB,
  mysql: () => MYSQL,
  kibana: () => KIBANA,
  log4j2: () => LOG4J2,
  postgresql: () => POSTGRESQL,
  rabbitmq: () => RABBITMQ,
  pino: pinoConvention,
  bunyan: bunyanConvention,
  winston: () => WINSTON,
  logback: () => LOGBACK,
  serilog: () => SERILOG,
  zap: () => ZAP,
  zerolog: () => ZEROLOG,
  slog: () => SLOG,
  structlog: () => STRUCTLOG,
  'python-json-logger': () => PYTHON_JSON_LOGGER,
  monolog: () => MONOLOG,
  windows: () => WINDOWS,
  'kubernetes-audit': () => KUBERNETES_AUDIT,
  'github-audit': () => GITHUB_AUDIT,
  'gitlab-audit': () => GITLAB_AUDIT,
  'gitlab-request': () => GITLAB_REQUEST,
};
