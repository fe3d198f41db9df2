/** Names of the facilities, RFC 5424 table 1, as syslog.h writes them. */
export const FACILITIES: readonly string[] =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  );

/** Names of the severities, RFC 5424 table 2. */
export const SEVERITIES: readonly string[] = 'Emergency Alert Critical Error Warning Notice Informational Debug'.split(
  ' ',
);
