/** What Zeek, Exim, BIND and services of AWS write, as base.ts: names and fields as documented, expressions written anew. */
export const SERVICES = String.raw`
BRO_BOOL [TF]
BRO_DATA [^\t\n]+
ZEEK_BOOL [TF]
ZEEK_DATA [^\t\n]+
ZEEK_PEERS %{NUMBER:ts|timestamp}\t%{NOTSPACE:uid|zeek.session_id}\t%{IP:orig_h|source.ip}\t%{INT:orig_p|source.port:int}\t%{IP:resp_h|destination.ip}\t%{INT:resp_p|destination.port:int}
ZEEK_REQUEST %{INT:trans_depth|zeek.http.trans_depth:int}\t(?:-|%{WORD:method|http.request.method})\t(?:-|%{ZEEK_DATA:domain|url.domain})\t(?:-|%{ZEEK_DATA:uri|url.original})\t(?:-|%{ZEEK_DATA:referrer|http.request.referrer})
ZEEK_SIZES (?:-|%{INT:request_body_len|http.request.body.bytes:int})\t(?:-|%{INT:response_body_len|http.response.body.bytes:int})\t(?:-|%{POSINT:status_code|http.response.status_code:int})\t(?:-|%{ZEEK_DATA:status_msg|zeek.http.status_msg})\t(?:-|%{POSINT:info_code|zeek.http.info_code:int})\t(?:-|%{ZEEK_DATA:info_msg|zeek.http.info_msg})
ZEEK_LOGIN (?:\(empty\)|-|%{ZEEK_DATA:bro_tags|zeek.http.tags})\t(?:-|%{ZEEK_DATA:username|url.username})\t(?:-|%{ZEEK_DATA:password|url.password})\t(?:-|%{ZEEK_DATA:proxied|zeek.http.proxied})
BRO_HTTP %{ZEEK_PEERS}\t%{ZEEK_REQUEST}\t(?:-|%{ZEEK_DATA:user_agent|user_agent.original})\t%{ZEEK_SIZES}\t(?:-|%{ZEEK_DATA:filename|zeek.http.filename})\t%{ZEEK_LOGIN}\t(?:-|%{ZEEK_DATA:orig_fuids|zeek.http.orig_fuids})\t(?:-|%{ZEEK_DATA:orig_mime_types|zeek.http.orig_mime_types})\t(?:-|%{ZEEK_DATA:resp_fuids|zeek.http.resp_fuids})\t(?:-|%{ZEEK_DATA:resp_mime_types|zeek.http.resp_mime_types})
ZEEK_HTTP %{ZEEK_PEERS}\t%{ZEEK_REQUEST}\t(?:-|%{NUMBER:version|http.version})\t(?:-|%{ZEEK_DATA:user_agent|user_agent.original})\t(?:-|%{ZEEK_DATA:origin|zeek.http.origin})\t%{ZEEK_SIZES}\t%{ZEEK_LOGIN}\t(?:-|%{ZEEK_DATA:orig_fuids|zeek.http.orig_fuids})\t(?:-|%{ZEEK_DATA:orig_filenames|zeek.http.orig_filenames})\t(?:-|%{ZEEK_DATA:orig_mime_types|http.request.mime_type})\t(?:-|%{ZEEK_DATA:resp_fuids|zeek.http.resp_fuids})\t(?:-|%{ZEEK_DATA:resp_filenames|zeek.http.resp_filenames})\t(?:-|%{ZEEK_DATA:resp_mime_types|http.response.mime_type})
ZEEK_QUESTION (?:-|%{ZEEK_DATA:query|dns.question.name})\t(?:-|%{INT:qclass|zeek.dns.qclass:int})\t(?:-|%{ZEEK_DATA:qclass_name|zeek.dns.qclass_name})\t(?:-|%{INT:qtype|zeek.dns.qtype:int})\t(?:-|%{ZEEK_DATA:qtype_name|dns.question.type})\t(?:-|%{INT:rcode|zeek.dns.rcode:int})\t(?:-|%{ZEEK_DATA:rcode_name|dns.response_code})\t(?:-|%{ZEEK_BOOL:AA|zeek.dns.AA})\t(?:-|%{ZEEK_BOOL:TC|zeek.dns.TC})\t(?:-|%{ZEEK_BOOL:RD|zeek.dns.RD})\t(?:-|%{ZEEK_BOOL:RA|zeek.dns.RA})\t(?:-|%{NONNEGINT:Z|zeek.dns.Z:int})\t(?:-|%{ZEEK_DATA:answers|zeek.dns.answers})\t(?:-|%{ZEEK_DATA:TTLs|zeek.dns.TTLs})\t(?:-|%{ZEEK_BOOL:rejected|zeek.dns.rejected})
BRO_DNS %{ZEEK_PEERS}\t%{WORD:proto|network.transport}\t(?:-|%{INT:trans_id|dns.id:int})\t%{ZEEK_QUESTION}
ZEEK_DNS %{ZEEK_PEERS}\t%{WORD:proto|network.transport}\t(?:-|%{INT:trans_id|dns.id:int})\t(?:-|%{NUMBER:rtt|zeek.dns.rtt:float})\t%{ZEEK_QUESTION}
ZEEK_FLOW %{WORD:proto|network.transport}\t(?:-|%{ZEEK_DATA:service|network.protocol})\t(?:-|%{NUMBER:duration|zeek.connection.duration:float})\t(?:-|%{INT:orig_bytes|zeek.connection.orig_bytes:int})\t(?:-|%{INT:resp_bytes|zeek.connection.resp_bytes:int})\t(?:-|%{ZEEK_DATA:conn_state|zeek.connection.state})\t(?:-|%{ZEEK_BOOL:local_orig|zeek.connection.local_orig})
ZEEK_PACKETS (?:-|%{INT:missed_bytes|zeek.connection.missed_bytes:int})\t(?:-|%{ZEEK_DATA:history|zeek.connection.history})\t(?:-|%{INT:orig_pkts|source.packets:int})\t(?:-|%{INT:orig_ip_bytes|source.bytes:int})\t(?:-|%{INT:resp_pkts|destination.packets:int})\t(?:-|%{INT:resp_ip_bytes|destination.bytes:int})\t(?:\(empty\)|-|%{ZEEK_DATA:tunnel_parents|zeek.connection.tunnel_parents})
BRO_CONN %{ZEEK_PEERS}\t%{ZEEK_FLOW}\t(?:(?:-|%{ZEEK_BOOL:local_resp|zeek.connection.local_resp})\t)?%{ZEEK_PACKETS}(?:\t(?:-|%{ZEEK_DATA:orig_cc|})\t(?:-|%{ZEEK_DATA:resp_cc|})\t(?:-|%{ZEEK_DATA:sensorname|}))?
ZEEK_CONN %{ZEEK_PEERS}\t%{ZEEK_FLOW}\t(?:-|%{ZEEK_BOOL:local_resp|zeek.connection.local_resp})\t%{ZEEK_PACKETS}(?:\t(?:-|%{COMMONMAC:orig_l2_addr|source.mac})\t(?:-|%{COMMONMAC:resp_l2_addr|destination.mac}))?
ZEEK_ABOUT_FILE (?:-|%{ZEEK_DATA:source|zeek.files.source})\t(?:-|%{INT:depth|zeek.files.depth:int})\t(?:\(empty\)|-|%{ZEEK_DATA:analyzers|zeek.files.analyzers})\t(?:-|%{ZEEK_DATA:mime_type|file.mime_type})\t(?:-|%{ZEEK_DATA:filename|file.name})\t(?:-|%{NUMBER:duration|zeek.files.duration:float})\t(?:-|%{ZEEK_DATA:local_orig|zeek.files.local_orig})\t(?:-|%{ZEEK_BOOL:is_orig|zeek.files.is_orig})\t(?:-|%{INT:seen_bytes|zeek.files.seen_bytes:int})\t(?:-|%{INT:total_bytes|file.size:int})\t(?:-|%{INT:missing_bytes|zeek.files.missing_bytes:int})\t(?:-|%{INT:overflow_bytes|zeek.files.overflow_bytes:int})\t(?:-|%{ZEEK_BOOL:timedout|zeek.files.timedout})\t(?:-|%{ZEEK_DATA:parent_fuid|zeek.files.parent_fuid})\t(?:-|%{ZEEK_DATA:md5|file.hash.md5})\t(?:-|%{ZEEK_DATA:sha1|file.hash.sha1})\t(?:-|%{ZEEK_DATA:sha256|file.hash.sha256})\t(?:-|%{ZEEK_DATA:extracted|zeek.files.extracted})
ZEEK_FILES_TX_HOSTS -|%{IP:tx_hosts|server.ip}|(?<tx_hosts|zeek.files.tx_hosts>%{IP:|server.ip}(?:[ ,]%{IP})+)
ZEEK_FILES_RX_HOSTS -|%{IP:rx_hosts|client.ip}|(?<rx_hosts|zeek.files.rx_hosts>%{IP:|client.ip}(?:[ ,]%{IP})+)
ZEEK_FILES %{NUMBER:ts|timestamp}\t%{NOTSPACE:fuid|zeek.files.fuid}\t%{ZEEK_FILES_TX_HOSTS}\t%{ZEEK_FILES_RX_HOSTS}\t(?:-|%{ZEEK_DATA:conn_uids|zeek.files.session_ids})\t%{ZEEK_ABOUT_FILE}(?:\t(?:-|%{ZEEK_BOOL:extracted_cutoff|zeek.files.extracted_cutoff})\t(?:-|%{INT:extracted_size|zeek.files.extracted_size:int}))?
BRO_FILES %{NUMBER:ts|timestamp}\t%{NOTSPACE:fuid|zeek.files.fuid}\t%{ZEEK_FILES_TX_HOSTS}\t%{ZEEK_FILES_RX_HOSTS}\t(?:-|%{ZEEK_DATA:conn_uids|zeek.files.session_ids})\t%{ZEEK_ABOUT_FILE}

EXIM_MSGID [0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}
EXIM_FLAGS <=|=>|->|\*>|\*\*|==|<>|>>
EXIM_DATE %{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME}(?: [+-]\d{4})?
EXIM_PID \[%{POSINT:pid|process.pid:int}\]
EXIM_QT (?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?
EXIM_EXCLUDE_TERMS Message is frozen|(?:Start|End) queue run| Warning: | retry time not reached | no (?:IP address|host name) found for (?:IP address|host) | unexpected disconnection while reading SMTP command | no immediate delivery: |another process is handling this message
EXIM_REMOTE_HOST H=(?:(?<remote_hostname|client.address>[^\s(\[]\S*) )?(?:\((?<remote_heloname|exim.log.remote_address>[^)\n]*)\) )?\[%{IP:remote_host|client.ip}\](?::%{POSINT:remote_port|client.port:int})?
EXIM_INTERFACE I=\[%{IP:exim_interface|exim.log.host.ip}\](?::%{NUMBER:exim_interface_port|exim.log.host.port:int})
EXIM_PROTOCOL P=%{NOTSPACE:protocol|network.protocol}
EXIM_MSG_SIZE S=%{NUMBER:exim_msg_size|exim.log.message.size:int}
EXIM_HEADER_ID id=%{NOTSPACE:exim_header_id|exim.log.header_id}
EXIM_QUOTED_CONTENT (?:[^"\\\n]|\\.)*
EXIM_SUBJECT T="%{EXIM_QUOTED_CONTENT:exim_subject|exim.log.message.subject}"
EXIM_UNKNOWN_FIELD [A-Za-z]{1,4}=(?!"|\[)\S+
EXIM_NAMED_FIELDS (?:(?=[^\n]*? %{EXIM_REMOTE_HOST})|)(?:(?=[^\n]*? %{EXIM_INTERFACE})|)(?:(?=[^\n]*? %{EXIM_PROTOCOL})|)(?:(?=[^\n]*? %{EXIM_MSG_SIZE})|)(?:(?=[^\n]*? %{EXIM_HEADER_ID})|)(?:(?=[^\n]*? %{EXIM_SUBJECT})|)
EXIM_MESSAGE_ARRIVAL %{EXIM_DATE:exim_date|timestamp} (?:%{EXIM_PID} )?%{EXIM_MSGID:exim_msgid|exim.log.message.id} (?<exim_flags|exim.log.flags><=) (?:<>|%{EMAILADDRESS:exim_sender_email|exim.log.sender.email})%{EXIM_NAMED_FIELDS}(?:(?=[^\n]* for %{EMAILADDRESS:exim_recipient_email|exim.log.recipient.email})|)
EXIM %{EXIM_MESSAGE_ARRIVAL}

BIND9_DNSTYPE [A-Z][A-Z0-9]{0,15}
BIND9_CATEGORY queries
BIND9_QUERYLOGBASE client(?: @0x[0-9A-Fa-f]+)? %{IP:clientip|client.ip}#%{POSINT:clientport|client.port:int} \((?<|bind.log.question.name>[^)\n]*)\): query: %{NOTSPACE:query|dns.question.name} (?<|dns.question.class>IN) %{BIND9_DNSTYPE:querytype|dns.question.type}(?: (?<|bind.log.question.flags>\S+))? \(%{IP:dns|server.ip}\)
BIND9_QUERYLOG %{BIND9_TIMESTAMP:timestamp} %{BIND9_CATEGORY:|bind.log.category}: %{LOGLEVEL:loglevel|log.level}: %{BIND9_QUERYLOGBASE}

ELB_URIHOST %{IPORHOST:|url.domain}(?::%{POSINT:|url.port:int})?
ELB_URIPATHQUERY %{URIPATH:path|url.path}(?:\?%{URIQUERY:params|url.query})?
ELB_URIPATHPARAM %{ELB_URIPATHQUERY}
ELB_URI %{URIPROTO:proto|url.scheme}://(?:%{USER:|url.username}(?::[^@\s]*)?@)?(?:%{ELB_URIHOST})?(?:%{ELB_URIPATHQUERY})?
ELB_V1_HTTP_LOG %{ELB_ACCESS_LOG}
CLOUDFRONT_EDGE_LOCATION [A-Z]{3}[0-9]{1,2}(?:-[A-Za-z0-9]{2,4})?
CLOUDFRONT_DATESTAMP %{YEAR}-%{MONTHNUM}-%{MONTHDAY}\t%{TIME}
CLOUDFRONT_REQUEST %{CLOUDFRONT_DATESTAMP:timestamp}\t%{CLOUDFRONT_EDGE_LOCATION:x_edge_location|aws.cloudfront.x_edge_location}\t(?:-|%{INT:sc_bytes|destination.bytes:int})\t%{IPORHOST:clientip|source.ip}\t%{WORD:cs_method|http.request.method}\t%{HOSTNAME:cs_host|url.domain}\t%{NOTSPACE:cs_uri_stem|url.path}\t(?:000|%{INT:sc_status|http.response.status_code:int})\t(?:-|%{ZEEK_DATA:referrer|http.request.referrer})\t(?:-|%{ZEEK_DATA:agent|user_agent.original})\t(?:-|%{ZEEK_DATA:cs_uri_query|url.query})\t(?:-|%{ZEEK_DATA:cookies|aws.cloudfront.http.request.cookie})
CLOUDFRONT_ANSWER %{WORD:x_edge_result_type|aws.cloudfront.x_edge_result_type}\t%{NOTSPACE:x_edge_request_id|aws.cloudfront.x_edge_request_id}\t%{HOSTNAME:x_host_header|aws.cloudfront.http.request.host}\t%{URIPROTO:cs_protocol|network.protocol}\t(?:-|%{INT:cs_bytes|source.bytes:int})\t%{NUMBER:time_taken|aws.cloudfront.time_taken:float}\t(?:-|%{IP:x_forwarded_for|network.forwarded_ip})\t(?:-|%{ZEEK_DATA:ssl_protocol|aws.cloudfront.ssl_protocol})\t(?:-|%{NOTSPACE:ssl_cipher|tls.cipher})\t%{WORD:x_edge_response_result_type|aws.cloudfront.x_edge_response_result_type}
CLOUDFRONT_SINCE_2019 (?:-|HTTP/%{NUMBER:|http.version})\t(?:-|%{ZEEK_DATA:|aws.cloudfront.fle_status})\t(?:-|%{ZEEK_DATA:|aws.cloudfront.fle_encrypted_fields})\t(?:-|%{INT:|source.port:int})\t(?:-|%{NUMBER:|aws.cloudfront.time_to_first_byte:float})\t(?:-|%{ZEEK_DATA:|aws.cloudfront.x_edge_detailed_result_type})\t(?:-|%{NOTSPACE:|http.request.mime_type})\t(?:-|%{INT:|aws.cloudfront.http.request.size:int})\t(?:-|%{INT:|aws.cloudfront.http.request.range.start:int})\t(?:-|%{INT:|aws.cloudfront.http.request.range.end:int})
CLOUDFRONT_ACCESS_LOG %{CLOUDFRONT_REQUEST}\t%{CLOUDFRONT_ANSWER}(?:\t%{CLOUDFRONT_SINCE_2019})?
`;
