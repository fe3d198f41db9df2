/** Patterns of whole lines, as base.ts: names and fields as documented, expressions written anew. */
export const PRODUCTS = String.raw`
HTTPDUSER %{EMAILADDRESS}|%{USER}
HTTPDERROR_DATE %{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}
HTTPD_REQUEST %{WORD:verb|http.request.method} %{NOTSPACE:request|url.original}(?: HTTP/%{NUMBER:httpversion|http.version})?
HTTPD_COMMONLOG %{IPORHOST:clientip|source.address} (?:-|%{HTTPDUSER:ident|apache.access.user.identity}) (?:-|%{HTTPDUSER:auth|user.name}) \[%{HTTPDATE:timestamp}\] "(?:%{HTTPD_REQUEST}|[^"]*)" (?:-|%{INT:response|http.response.status_code:int}) (?:-|%{INT:bytes|http.response.body.bytes:int})
HTTPD_COMBINEDLOG %{HTTPD_COMMONLOG} "(?:-|%{HTTPD_QUOTED:referrer|http.request.referrer})" "(?:-|%{HTTPD_QUOTED:agent|user_agent.original})"
HTTPD_QUOTED (?:[^"\\]|\\.)*
HTTPD20_ERRORLOG \[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel|log.level}\] (?:\[client %{IPORHOST:clientip|source.address}\] )?%{GREEDYDATA:message}
HTTPD24_ERRORLOG \[%{HTTPDERROR_DATE:timestamp}\] \[%{WORD:module|apache.error.module}?:%{LOGLEVEL:loglevel|log.level}\] \[pid %{POSINT:pid|process.pid:int}(?::tid %{INT:tid|process.thread.id:int})?\](?: \(%{POSINT:proxy_errorcode|apache.error.proxy.error.code}\)%{HTTPD_NOCOLON:proxy_message|apache.error.proxy.error.message}:)?(?: \[client %{IPORHOST:clientip|source.address}(?::%{POSINT:clientport|source.port:int})?\])?(?: (?<errorcode|error.code>AH\d+):)? %{GREEDYDATA:message}
HTTPD_NOCOLON [^:]*
HTTPD_ERRORLOG %{HTTPD20_ERRORLOG}|%{HTTPD24_ERRORLOG}
COMMONAPACHELOG %{HTTPD_COMMONLOG}
COMBINEDAPACHELOG %{HTTPD_COMBINEDLOG}

SYSLOG5424PRINTASCII [!-~]+
SYSLOGBASE2 (?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp})(?: %{SYSLOGFACILITY})?(?: %{SYSLOGHOST:logsource|host.hostname})?(?: %{SYSLOGPROG}:)?
SYSLOGPAMSESSION %{SYSLOGBASE} (?=%{GREEDYDATA:message})%{WORD:pam_module|system.auth.pam.module}\((?<pam_caller|system.auth.pam.origin>[^)]*)\): session %{WORD:pam_session_state|system.auth.pam.session_state} for user %{USERNAME:username|user.name}(?: by %{GREEDYDATA:pam_by|})?
CRON_ACTION [A-Z ]+
CRONLOG %{SYSLOGBASE} \(%{USER:user|user.name}\) %{CRON_ACTION:action|system.cron.action} \((?<message>.*)\)
SYSLOGLINE %{SYSLOGBASE2} %{GREEDYDATA:message}
SYSLOG5424PRI <%{NONNEGINT:syslog5424_pri|log.syslog.priority:int}>
SYSLOG5424SD (?:\[(?:[^\[\]\\]|\\.)*\])+
SYSLOG5424BASE %{SYSLOG5424PRI}%{NONNEGINT:syslog5424_ver|system.syslog.version} +(?:-|%{TIMESTAMP_ISO8601:syslog5424_ts|timestamp}) +(?:-|%{IPORHOST:syslog5424_host|host.hostname}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_app|process.name}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_proc|process.pid:int}) +(?:-|%{SYSLOG5424PRINTASCII:syslog5424_msgid|event.code}) +(?:-|%{SYSLOG5424SD:syslog5424_sd|system.syslog.structured_data})
SYSLOG5424LINE %{SYSLOG5424BASE} +%{GREEDYDATA:syslog5424_msg|message}

JAVACLASS [A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*
JAVAFILE [\w$. -]+
JAVAMETHOD <(?:cl)?init>|[A-Za-z_$][\w$]*
JAVACLASSANDMETHOD (?<class|java.log.origin.class.name>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,60})\.%{JAVAMETHOD:method|log.origin.function}
JAVASTACKTRACEPART [ \t]*at %{JAVACLASSANDMETHOD}\(%{JAVAFILE:file|log.origin.file.name}(?::%{INT:line|log.origin.file.line:int})?\)
JAVATHREAD [A-Z]{2}-Processor\d+
JAVALOGMESSAGE .*
CATALINA7_DATESTAMP %{MONTH} %{MONTHDAY}, %{YEAR} %{HOUR}:%{MINUTE}:%{SECOND} [AP]M
CATALINA7_LOG %{CATALINA7_DATESTAMP:timestamp} %{JAVACLASS:class|java.log.origin.class.name}(?: %{JAVAMETHOD:method|log.origin.function})?\s+(?:%{LOGLEVEL:level|log.level}:)? ?%{JAVALOGMESSAGE:logmessage|message}
CATALINA8_DATESTAMP %{MONTHDAY}-%{MONTH}-%{YEAR} %{HOUR}:%{MINUTE}:%{SECOND}
CATALINA8_LOG %{CATALINA8_DATESTAMP:timestamp} %{LOGLEVEL:level|log.level} \[(?<thread|java.log.origin.thread.name>[^\]\n]*)\] (?<class|java.log.origin.class.name>[\w$.]+)\.%{JAVAMETHOD:method|log.origin.function}? %{JAVALOGMESSAGE:logmessage|message}
CATALINA_DATESTAMP %{CATALINA8_DATESTAMP}|%{CATALINA7_DATESTAMP}
CATALINALOG %{CATALINA8_LOG}|%{CATALINA7_LOG}
TOMCAT_DATESTAMP \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: %{ISO8601_TIMEZONE})?
TOMCATLOG %{TOMCAT_DATESTAMP:timestamp} \| %{LOGLEVEL:level|log.level} \| %{JAVACLASS:class|java.log.origin.class.name} - %{JAVALOGMESSAGE:logmessage|message}

HAPROXYTIME %{TIME}
HAPROXYDATE %{MONTHDAY}/%{MONTH}/%{YEAR}:%{HOUR}:%{MINUTE}:%{SECOND}
HAPROXYCAPTUREDREQUESTHEADERS (?<captured_request_headers|haproxy.http.request.captured_headers>[^}]*)
HAPROXYCAPTUREDRESPONSEHEADERS (?<captured_response_headers|haproxy.http.response.captured_headers>[^}]*)
HAPROXY_ORIGIN %{IP:client_ip|source.address}:%{INT:client_port|source.port:int} \[%{HAPROXYDATE:accept_date|haproxy.request_date}\] %{NOTSPACE:frontend_name|haproxy.frontend_name} (?<backend_name|haproxy.backend_name>[^\s/]+)/(?:<NOSRV>|%{NOTSPACE:server_name|haproxy.server_name})
HAPROXY_COUNTS %{NOTSPACE:termination_state|haproxy.termination_state} %{INT:actconn|haproxy.connections.active:int}/%{INT:feconn|haproxy.connections.frontend:int}/%{INT:beconn|haproxy.connections.backend:int}/%{INT:srvconn|haproxy.connections.server:int}/%{NOTSPACE:retries|haproxy.connections.retries:int} %{INT:srv_queue|haproxy.server_queue:int}/%{INT:backend_queue|haproxy.backend_queue:int}
HAPROXYHTTPREQUESTLINE <BADREQ>|%{WORD:http_verb|http.request.method} (?<http_request|url.original>[^\s"]+)(?: HTTP/%{NUMBER:http_version|http.version})?
HAPROXYHTTPBASE %{HAPROXY_ORIGIN} (?:-1|%{INT:time_request|haproxy.http.request.time_wait_ms:int})/(?:-1|%{INT:time_queue|haproxy.total_waiting_time_ms:int})/(?:-1|%{INT:time_backend_connect|haproxy.connection_wait_time_ms:int})/(?:-1|%{INT:time_backend_response|haproxy.http.request.time_wait_without_data_ms:int})/%{NOTSPACE:time_duration|haproxy.total_time_ms} %{INT:http_status_code|http.response.status_code:int} %{NOTSPACE:bytes_read|source.bytes:int} (?:-|%{NOTSPACE:captured_request_cookie|haproxy.http.request.captured_cookie}) (?:-|%{NOTSPACE:captured_response_cookie|haproxy.http.response.captured_cookie}) %{HAPROXY_COUNTS}(?: \{%{HAPROXYCAPTUREDREQUESTHEADERS}\}(?: \{%{HAPROXYCAPTUREDRESPONSEHEADERS}\})?)?(?: "%{HAPROXYHTTPREQUESTLINE}"?)?
HAPROXY_SYSLOG (?:%{SYSLOGTIMESTAMP:syslog_timestamp|timestamp}|%{TIMESTAMP_ISO8601:syslog_timestamp|timestamp}) %{IPORHOST:syslog_server|host.hostname} %{SYSLOGPROG}:
HAPROXYHTTP %{HAPROXY_SYSLOG} %{HAPROXYHTTPBASE}
HAPROXYTCP %{HAPROXY_SYSLOG} %{HAPROXY_ORIGIN} (?:-1|%{INT:time_queue|haproxy.total_waiting_time_ms:int})/(?:-1|%{INT:time_backend_connect|haproxy.connection_wait_time_ms:int})/%{NOTSPACE:time_duration|haproxy.total_time_ms} %{NOTSPACE:bytes_read|source.bytes:int} %{HAPROXY_COUNTS}

ELB_REQUEST_LINE %{WORD:verb|http.request.method} (?<request|url.original>[^\s"]+)(?: HTTP/%{NUMBER:httpversion|http.version})?|[^"]*
ELB_ACCESS_LOG %{TIMESTAMP_ISO8601:timestamp} %{NOTSPACE:elb|aws.elb.name} %{IP:clientip|source.address}:%{INT:clientport|source.port:int} (?:%{IP:backendip|aws.elb.backend.ip}:%{INT:backendport|aws.elb.backend.port:int}|-) (?:-1|%{NUMBER:request_processing_time|aws.elb.request_processing_time.sec:float}) (?:-1|%{NUMBER:backend_processing_time|aws.elb.backend_processing_time.sec:float}) (?:-1|%{NUMBER:response_processing_time|aws.elb.response_processing_time.sec:float}) %{INT:response|http.response.status_code:int} (?:-|%{INT:backend_response|aws.elb.backend.http.response.status_code:int}) %{INT:received_bytes|http.request.body.bytes:int} %{INT:bytes|http.response.body.bytes:int} "%{ELB_REQUEST_LINE}"(?: "(?:-|%{HTTPD_QUOTED:agent|user_agent.original})" %{NOTSPACE:ssl_cipher|aws.elb.ssl_cipher} %{NOTSPACE:ssl_protocol|aws.elb.ssl_protocol})?
S3_REQUEST_LINE %{WORD:verb|http.request.method} %{NOTSPACE:request|url.original}(?: HTTP/%{NUMBER:httpversion|http.version})?
S3_ACCESS_LOG %{WORD:owner|aws.s3access.bucket_owner} %{NOTSPACE:bucket|aws.s3access.bucket} \[%{HTTPDATE:timestamp}\] (?:-|%{IP:clientip|client.ip}) (?:-|%{NOTSPACE:requester|client.user.id}) %{NOTSPACE:request_id|aws.s3access.request_id} %{NOTSPACE:operation|aws.s3access.operation} (?:-|%{NOTSPACE:key|aws.s3access.key}) (?:-|"(?:-|%{S3_REQUEST_LINE})") (?:-|%{INT:response|http.response.status_code:int}) (?:-|%{NOTSPACE:error_code|aws.s3access.error_code}) (?:-|%{INT:bytes|aws.s3access.bytes_sent:int}) (?:-|%{INT:object_size|aws.s3access.object_size:int}) (?:-|%{INT:request_time_ms|aws.s3access.total_time:int}) (?:-|%{INT:turnaround_time_ms|aws.s3access.turn_around_time:int}) "(?:-|%{HTTPD_QUOTED:referrer|http.request.referrer})" "(?:-|%{HTTPD_QUOTED:agent|user_agent.original})" (?:-|%{NOTSPACE:version_id|aws.s3access.version_id})
SQUID3 %{NUMBER:timestamp}\s+%{NUMBER:duration|squid.request.duration:int}\s%{IP:client_address|source.ip}\s%{WORD:cache_result|squid.cache_result_code}/%{NONNEGINT:status_code|http.response.status_code:int}\s%{INT:bytes|http.response.body.bytes:int}\s%{WORD:request_method|http.request.method}\s%{NOTSPACE:url|url.original}\s(?:-|%{NOTSPACE:user|user.name})\s%{WORD:hierarchy_code|squid.hierarchy_code}/(?:-|%{IPORHOST:server|destination.address})\s(?:-|%{NOTSPACE:content_type|squid.request.content_type})

REDISTIMESTAMP %{MONTHDAY} %{MONTH} %{TIME}
REDISLOG \[%{POSINT:pid|process.pid:int}\] %{REDISTIMESTAMP:timestamp} \*
REDISMONLOG %{NUMBER:timestamp} \[%{INT:database|redis.database.id} %{IP:client|client.ip}:%{POSINT:port|client.port:int}\] "%{WORD:command|redis.command.name}"\s?%{GREEDYDATA:params|redis.command.args}
POSTGRESQL %{DATESTAMP:timestamp} %{TZ:timezone|event.timezone} %{USERNAME:user_id|user.name} %{NOTSPACE:connection_id|postgresql.log.connection_id} %{POSINT:pid|process.pid:int}
RUBY_LOGLEVEL DEBUG|FATAL|ERROR|WARN|INFO
RUBY_LOGGER [DFEWI], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid|process.pid:int}\] *%{RUBY_LOGLEVEL:loglevel|log.level} -- +(?<progname|process.name>[^:\n]*): %{GREEDYDATA:message}
BIND9_TIMESTAMP %{MONTHDAY}-%{MONTH}-%{YEAR} %{TIME}
BIND9 %{BIND9_TIMESTAMP:timestamp} queries: %{LOGLEVEL:loglevel|log.level}: client(?: @0x[0-9a-f]+)? %{IP:clientip|client.ip}#%{POSINT:clientport|client.port:int} \([^)]*\): query: %{NOTSPACE:query|dns.question.name} %{WORD:query_class|dns.question.class} %{WORD:query_type|dns.question.type}(?: (?<query_flags|bind.log.question.flags>\S+))? \(%{IP:dns|server.ip}\)

CISCOTIMESTAMP %{MONTH} +%{MONTHDAY}(?: \d{4})? %{TIME}
CISCOTAG [A-Z0-9]+-%{INT}-[A-Z0-9_]+
CISCO_TAGGED_SYSLOG ^<%{POSINT:syslog_pri|log.syslog.priority:int}>%{CISCOTIMESTAMP:timestamp}(?: %{SYSLOGHOST:sysloghost|host.hostname})? ?: %%{CISCOTAG:ciscotag|cisco.asa.tag}:
IPTABLES IN=%{NOTSPACE:in_device|observer.ingress.interface.name}? +OUT=%{NOTSPACE:out_device|observer.egress.interface.name}? +(?:MAC=%{NOTSPACE:mac|iptables.mac}? +)?SRC=%{IP:src_ip|source.ip} +DST=%{IP:dst_ip|destination.ip} +LEN=%{INT:length|iptables.length:int} .*?PROTO=%{WORD:proto|network.transport}(?: +SPT=%{INT:src_port|source.port:int} +DPT=%{INT:dst_port|destination.port:int})?
`;
