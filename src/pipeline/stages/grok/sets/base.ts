/**
 * The base patterns by the names that the documentation of Logstash's grok gives them, written anew as JavaScript regular
 * expressions that take linear time. Fields are written `legacy|ecs`: the first in the legacy set, the second in that of ECS.
 */
export const BASE = String.raw`
USERNAME [\w.-]+
USER %{USERNAME}
EMAILLOCALPART [\w.!#$%&'*+/=?^{|}~-]{1,64}
EMAILADDRESS %{EMAILLOCALPART}@%{HOSTNAME}
INT [+-]?\d+
BASE10NUM (?<![\d.+-])[+-]?(?:\d+(?:\.\d+)?|\.\d+)
NUMBER %{BASE10NUM}
BASE16NUM (?<![0-9A-Fa-f])[+-]?(?:0x)?[0-9A-Fa-f]+
BASE16FLOAT \b(?<![0-9A-Fa-f.])[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\.[0-9A-Fa-f]*)?|\.[0-9A-Fa-f]+)\b
POSINT \b[1-9]\d*\b
NONNEGINT \b\d+\b
WORD \b\w+\b
NOTSPACE \S+
SPACE \s*
DATA .*?
GREEDYDATA .*
QUOTEDSTRING (?<!\\)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
QS %{QUOTEDSTRING}
UUID [0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}
URN urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:[\w()+,.:=@;$!*'/?#%-]+

CISCOMAC (?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}
WINDOWSMAC (?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}
COMMONMAC (?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}
MAC %{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}
IPV4 (?<!\d)(?:(?:25[0-5]|2[0-4]\d|[01]?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|[01]?\d?\d)(?!\d)
IPV6_GROUP [0-9A-Fa-f]{1,4}
IPV6_WHOLE (?:%{IPV6_GROUP}:){7}%{IPV6_GROUP}|(?:%{IPV6_GROUP}:){6}%{IPV4}
IPV6_SHORT (?:%{IPV6_GROUP}(?::%{IPV6_GROUP}){0,6})?::(?:(?:%{IPV6_GROUP}:){0,5}%{IPV4}|%{IPV6_GROUP}(?::%{IPV6_GROUP}){0,6})?
IPV6 (?<![0-9A-Fa-f])(?:%{IPV6_WHOLE}|%{IPV6_SHORT})(?:%[\w.-]{1,32})?
IP %{IPV6}|%{IPV4}
HOSTNAME \b[0-9A-Za-z][0-9A-Za-z-]*(?:\.[0-9A-Za-z][0-9A-Za-z-]*)*\.?
IPORHOST %{IP}|%{HOSTNAME}
HOSTPORT %{IPORHOST}:%{POSINT}

UNIXPATH (?:/[\w%!$@:.,+~\u00a1-\uffff-]*)+
WINPATH (?:(?<![A-Za-z])[A-Za-z]+:|\\)(?:\\[^\\?*]*)+
PATH %{UNIXPATH}|%{WINPATH}
TTY /dev/(?:pts/\d+|tty\w{1,16})
URIPROTO [A-Za-z][A-Za-z0-9+.-]{1,63}
URIHOST %{IPORHOST}(?::%{POSINT:port|})?
URIPATH (?:/[\w$.+!*'(){},~:;=@#%&-]*)+
URIQUERY [\w$.+!*'|(){},~@#%&/=:;?\[\]<>-]*
URIPARAM \?%{URIQUERY}
URIPATHPARAM %{URIPATH}(?:%{URIPARAM})?
URI %{URIPROTO}://(?:[\w.-]+(?::[^@\s]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?

MONTH \b(?:[Jj]an(?:uary|uar)?|[Ff]eb(?:ruary|ruar)?|[Mm](?:a|ä)?r(?:ch|z)?|[Aa]pr(?:il)?|[Mm]a[yi]|[Jj]un[ei]?|[Jj]ul[yi]?|[Aa]ug(?:ust)?|[Ss]ep(?:tember)?|[Oo][ck]t(?:ober)?|[Nn]ov(?:ember)?|[Dd]e[cz](?:ember)?)\b
MONTHNUM 0?[1-9]|1[0-2]
MONTHNUM2 0[1-9]|1[0-2]
MONTHDAY 0[1-9]|[12]\d|3[01]|[1-9]
DAY Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?
YEAR \d\d(?:\d\d)?
HOUR 2[0-3]|[01]?\d
MINUTE [0-5]\d
SECOND (?:60|[0-5]?\d)(?:[:.,]\d+)?
TIME (?<!\d)%{HOUR}:%{MINUTE}:%{SECOND}(?!\d)
DATE_US %{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}
DATE_EU %{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}
ISO8601_TIMEZONE Z|[+-]%{HOUR}:?%{MINUTE}
ISO8601_SECOND %{SECOND}
TIMESTAMP_ISO8601 \d{4}-\d\d?-\d\d?[T ]\d\d?:?\d\d(?::?\d\d?(?:[:.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?
TIMESTAMP_CN %{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND}\.\d{3}
DATE %{DATE_US}|%{DATE_EU}
DATESTAMP %{DATE}[- ]%{TIME}
TZ [APMCE][SD]T|UTC
DATESTAMP_RFC822 %{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}
DATESTAMP_RFC2822 %{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}
DATESTAMP_OTHER %{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}
DATESTAMP_EVENTLOG %{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}
HTTPDATE %{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}
LOGLEVEL [Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|[Ee]merg(?:ency)?|EMERG(?:ENCY)?

SYSLOGTIMESTAMP %{MONTH} +%{MONTHDAY} %{TIME}
PROG [!-Z\\^-~]+
SYSLOGPROG %{PROG:program|process.name}(?:\[%{POSINT:pid|process.pid:int}\])?
SYSLOGHOST %{IPORHOST}
SYSLOGFACILITY <%{NONNEGINT:facility|log.syslog.facility.code:int}\.%{NONNEGINT:priority|log.syslog.priority:int}>
SYSLOGBASE %{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource|host.hostname} %{SYSLOGPROG}:
`;
