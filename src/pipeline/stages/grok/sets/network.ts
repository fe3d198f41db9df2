/** What firewalls, Zeek, Exim, BIND and AWS write, as base.ts: names and fields as documented, expressions written anew. */
export const NETWORK = String.raw`
NETSCREENSESSIONLOG %{SYSLOGTIMESTAMP:date|timestamp} %{IPORHOST:device|observer.hostname} (?<|observer.name>\S+): (?<|observer.product>NetScreen) device_id=%{WORD:device_id|netscreen.device_id} [^:\n]*?(?:system-\w+-%{NONNEGINT:|event.code}\(%{WORD:|netscreen.session.type}\))?: start_time="(?<start_time|netscreen.session.start_time>[^"\n]*)" duration=%{INT:duration|netscreen.session.duration:int} policy_id=%{INT:policy_id|netscreen.policy_id} service=%{DATA:service|netscreen.service} proto=%{INT:proto|netscreen.protocol_number:int} src zone=%{WORD:src_zone|observer.ingress.zone} dst zone=%{WORD:dst_zone|observer.egress.zone} action=%{WORD:action|event.action} sent=%{INT:sent|source.bytes:int} rcvd=%{INT:rcvd|destination.bytes:int} src=%{IPORHOST:src_ip|source.address} dst=%{IPORHOST:dst_ip|destination.address}(?: src_port=%{INT:src_port|source.port:int} dst_port=%{INT:dst_port|destination.port:int})?(?: src-xlated ip=%{IP:src_xlated_ip|source.nat.ip} port=%{INT:src_xlated_port|source.nat.port:int} dst-xlated ip=%{IP:dst_xlated_ip|destination.nat.ip} port=%{INT:dst_xlated_port|destination.nat.port:int})?(?: session_id=%{INT:session_id|netscreen.session.id} reason=%{GREEDYDATA:reason|netscreen.session.reason})?

CISCO_ACTION Built|Teardown|Deny|Denied|denied by ACL|denied|requested|permitted|discarded|est-allowed|Dropping|created|deleted
CISCO_REASON [A-Za-z][\w -]*?
CISCO_DIRECTION Inbound|inbound|Outbound|outbound
CISCO_INTERVAL first hit|%{INT}-second interval
CISCO_XLATE_TYPE static|dynamic
CISCO_WAY %{CISCO_DIRECTION:direction|cisco.asa.network.direction}
CISCO_DONE %{CISCO_ACTION:action|cisco.asa.outcome}
CISCO_OVER %{WORD:protocol|cisco.asa.network.transport}
CISCO_WHY %{CISCO_REASON:reason|event.reason}
CISCO_SRC_USER (?:\((?<src_fwuser|source.user.name>[^)\n]*)\))?
CISCO_DST_USER (?:\((?<dst_fwuser|destination.user.name>[^)\n]*)\))?
CISCO_SRC_INTERFACE (?<src_interface|observer.ingress.interface.name>[^\s:/]+)
CISCO_DST_INTERFACE (?<dst_interface|observer.egress.interface.name>[^\s:/]+)
CISCO_SRC %{IP:src_ip|source.ip}/%{INT:src_port|source.port:int}
CISCO_DST %{IP:dst_ip|destination.ip}/%{INT:dst_port|destination.port:int}
CISCO_ICMP \(type %{INT:icmp_type|cisco.asa.icmp_type:int}, code %{INT:icmp_code|cisco.asa.icmp_code:int}\)
CISCO_HASHES \[(?<hashcode1|>[^,\]\n]*), (?<hashcode2|>[^\]\n]*)\]
CISCO_ON %{NOTSPACE:interface|observer.egress.interface.name}
CISCO_HITCOUNT_INTERVAL hit-cnt %{INT:hit_count|cisco.asa.hit_count:int} (?<interval|>first hit|%{INT:|cisco.asa.interval:int}-second interval)
CISCO_SRC_IP_USER %{CISCO_SRC_INTERFACE}:%{IP:src_ip|source.ip}%{CISCO_SRC_USER}
CISCO_DST_IP_USER %{CISCO_DST_INTERFACE}:%{IP:dst_ip|destination.ip}%{CISCO_DST_USER}
CISCO_SRC_HOST_PORT_USER %{CISCO_SRC_INTERFACE}:(?:%{IP:src_ip|source.ip}|%{HOSTNAME:src_ip|source.address})(?:/%{INT:src_port|source.port:int})?%{CISCO_SRC_USER}
CISCO_DST_HOST_PORT_USER %{CISCO_DST_INTERFACE}:(?:%{IP:dst_ip|destination.ip}|%{HOSTNAME:dst_ip|destination.address})(?:/%{INT:dst_port|destination.port:int})?%{CISCO_DST_USER}
CISCO_MATE \((?:Primary|Secondary)\)
CISCO_LINK [Ii]nterface %{NOTSPACE:interface_name|network.interface.name}
CISCOFW104001 %{CISCO_MATE} Switching to ACTIVE - %{GREEDYDATA:switch_reason|event.reason}
CISCOFW104002 %{CISCO_MATE} Switching to STANDBY - %{GREEDYDATA:switch_reason|event.reason}
CISCOFW104003 %{CISCO_MATE} Switching to FAILED\.
CISCOFW104004 %{CISCO_MATE} Switching to OK\.
CISCOFW105003 %{CISCO_MATE} Monitoring on %{CISCO_LINK} waiting
CISCOFW105004 %{CISCO_MATE} Monitoring on %{CISCO_LINK} normal
CISCOFW105005 %{CISCO_MATE} Lost Failover communications with mate on %{CISCO_LINK}
CISCOFW105008 %{CISCO_MATE} Testing %{CISCO_LINK}
CISCOFW105009 %{CISCO_MATE} Testing on %{CISCO_LINK} (?:Passed|Failed)
CISCOFW106001 %{CISCO_WAY} %{CISCO_OVER} connection %{CISCO_DONE} from %{CISCO_SRC} to %{CISCO_DST} flags %{DATA:tcp_flags|cisco.asa.tcp_flags} +on interface %{CISCO_ON}
CISCOFW106006_106007_106010 %{CISCO_DONE} %{CISCO_WAY} %{CISCO_OVER} (?:from|src) %{CISCO_SRC}%{CISCO_SRC_USER} (?:to|dst) %{CISCO_DST}%{CISCO_DST_USER} (?:on interface %{CISCO_ON}|due to (?<reason|event.reason>[\w -]*))
CISCOFW106014 %{CISCO_DONE} %{CISCO_WAY} %{CISCO_OVER} src %{CISCO_SRC_IP_USER} dst %{CISCO_DST_IP_USER} ?%{CISCO_ICMP}
CISCOFW106015 %{CISCO_DONE} %{CISCO_OVER} \((?<policy_id|cisco.asa.rule_name>[^)\n]*)\) from %{CISCO_SRC} to %{CISCO_DST} flags %{DATA:tcp_flags|cisco.asa.tcp_flags} +on interface %{CISCO_ON}
CISCOFW106021 %{CISCO_DONE} %{CISCO_OVER} reverse path check from %{IP:src_ip|source.ip} to %{IP:dst_ip|destination.ip} on interface %{CISCO_ON}
CISCOFW106023 %{CISCO_DONE}(?: protocol)? %{CISCO_OVER} src %{CISCO_SRC_HOST_PORT_USER} dst %{CISCO_DST_HOST_PORT_USER}(?: %{CISCO_ICMP})? by access-group "?(?<policy_id|cisco.asa.rule_name>[^"\s]*)"? %{CISCO_HASHES}
CISCOFW106100_2_3 access-list %{NOTSPACE:policy_id|cisco.asa.rule_name} %{CISCO_DONE} %{CISCO_OVER} for user '(?<src_fwuser|user.name>[^'\n]*)' %{CISCO_SRC_INTERFACE}/%{IP:src_ip|source.ip}\(%{INT:src_port|source.port:int}\) -> %{CISCO_DST_INTERFACE}/%{IP:dst_ip|destination.ip}\(%{INT:dst_port|destination.port:int}\) %{CISCO_HITCOUNT_INTERVAL} %{CISCO_HASHES}
CISCOFW106100 access-list %{NOTSPACE:policy_id|cisco.asa.rule_name} %{CISCO_DONE} %{CISCO_OVER} %{CISCO_SRC_INTERFACE}/%{IP:src_ip|source.ip}\(%{INT:src_port|source.port:int}\)%{CISCO_SRC_USER} -> %{CISCO_DST_INTERFACE}/%{IP:dst_ip|destination.ip}\(%{INT:dst_port|destination.port:int}\)%{CISCO_DST_USER} %{CISCO_HITCOUNT_INTERVAL} %{CISCO_HASHES}
CISCOFW304001 (?:%{USERNAME:|source.user.name}@)?%{IP:src_ip|source.ip}%{CISCO_SRC_USER} Accessed URL %{IP:dst_ip|destination.ip}:%{GREEDYDATA:dst_url|url.original}
CISCOFW110002 %{CISCO_WHY} for %{CISCO_OVER} from %{CISCO_SRC_INTERFACE}:%{CISCO_SRC} to %{CISCO_DST}
CISCOFW302010 %{INT:connection_count|cisco.asa.connections.in_use:int} in use, %{INT:connection_count_max|cisco.asa.connections.most_used:int} most used
CISCOFW302013_302014_302015_302016 %{CISCO_DONE}(?: %{CISCO_WAY})? %{CISCO_OVER} connection %{INT:connection_id|cisco.asa.connection_id} for %{CISCO_SRC_INTERFACE}:%{CISCO_SRC}(?: \(%{IP:src_mapped_ip|source.nat.ip}/%{INT:src_mapped_port|source.nat.port:int}\))?%{CISCO_SRC_USER} to %{CISCO_DST_INTERFACE}:%{CISCO_DST}(?: \(%{IP:dst_mapped_ip|destination.nat.ip}/%{INT:dst_mapped_port|destination.nat.port:int}\))?%{CISCO_DST_USER}(?: duration %{TIME:duration|cisco.asa.duration} bytes %{INT:bytes|network.bytes:int})?(?: (?<reason|event.reason>[A-Za-z][\w-]*(?: [\w-]+)*))?(?: \((?<user|user.name>[^)\n]*)\))?
CISCOFW302020_302021 %{CISCO_DONE}(?: %{CISCO_WAY})? %{CISCO_OVER} connection for faddr %{IP:dst_ip|destination.ip}/%{INT:icmp_seq_num|cisco.asa.icmp_seq:int}(?:\((?<fwuser|destination.user.name>[^)\n]*)\))? gaddr %{IP:src_xlated_ip|source.nat.ip}/%{INT:icmp_code_xlated|cisco.asa.icmp_type:int} laddr %{IP:src_ip|source.ip}/%{INT:icmp_code|}(?: \((?<user|source.user.name>[^)\n]*)\))?
CISCOFW305011 %{CISCO_DONE} %{CISCO_XLATE_TYPE:xlate_type|} %{CISCO_OVER} translation from %{CISCO_SRC_INTERFACE}:%{IP:src_ip|source.ip}(?:/%{INT:src_port|source.port:int})?%{CISCO_SRC_USER} to (?<src_xlated_interface|observer.egress.interface.name>[^\s:/]+):%{IP:src_xlated_ip|destination.ip}/%{INT:src_xlated_port|destination.port:int}
CISCOFW313001_313004_313008 %{CISCO_DONE} %{CISCO_OVER} type=%{INT:icmp_type|cisco.asa.icmp_type:int}, code=%{INT:icmp_code|cisco.asa.icmp_code:int} from %{IP:src_ip|source.ip} on interface %{CISCO_ON}(?: to %{IP:dst_ip|destination.ip})?
CISCO_INNER %{WORD:|cisco.asa.original_ip_payload.network.transport} src %{IP:orig_src_ip|cisco.asa.original_ip_payload.source.ip}/%{INT:orig_src_port|cisco.asa.original_ip_payload.source.port:int}(?:\((?<orig_src_fwuser|cisco.asa.original_ip_payload.source.user.name>[^)\n]*)\))? dst %{IP:orig_dst_ip|cisco.asa.original_ip_payload.destination.ip}/%{INT:orig_dst_port|cisco.asa.original_ip_payload.destination.port:int}(?:\((?<orig_dst_fwuser|cisco.asa.original_ip_payload.destination.user.name>[^)\n]*)\))?
CISCOFW313005 %{CISCO_WHY} for %{CISCO_OVER} error message: %{WORD:err_protocol|} src (?<err_src_interface|observer.ingress.interface.name>[^\s:]+):%{IP:err_src_ip|source.ip}(?:\((?<err_src_fwuser|source.user.name>[^)\n]*)\))? dst (?<err_dst_interface|observer.egress.interface.name>[^\s:]+):%{IP:err_dst_ip|destination.ip}(?:\((?<err_dst_fwuser|destination.user.name>[^)\n]*)\))? \(type %{INT:err_icmp_type|cisco.asa.icmp_type:int}, code %{INT:err_icmp_code|cisco.asa.icmp_code:int}\) on %{NOTSPACE:interface|} interface\. +Original IP payload: %{CISCO_INNER}
CISCOFW321001 Resource '(?<resource_name|cisco.asa.resource.name>[^'\n]*)' limit of %{POSINT:resource_limit|cisco.asa.resource.limit:int} reached for system
CISCOFW402117 %{WORD:protocol|cisco.asa.network.type}: Received a non-IPSec packet \(protocol= ?%{WORD:orig_protocol|cisco.asa.network.transport}\) from %{IP:src_ip|source.ip} to %{IP:dst_ip|destination.ip}\.?
CISCOFW402119 %{WORD:protocol|cisco.asa.network.type}: Received an %{WORD:orig_protocol|cisco.asa.ipsec.protocol} packet \(SPI= ?(?<spi|cisco.asa.ipsec.spi>[^,\s]+), sequence number= ?(?<seq_num|cisco.asa.ipsec.seq_num>[^)\s]+)\) from %{IP:src_ip|source.ip} \(user= ?(?<user|source.user.name>[^)\n]*)\) to %{IP:dst_ip|destination.ip} that failed anti-replay checking\.?
CISCOFW419001 %{CISCO_DONE} %{CISCO_OVER} packet from %{CISCO_SRC_INTERFACE}:%{CISCO_SRC} to %{CISCO_DST_INTERFACE}:%{CISCO_DST}, reason: %{GREEDYDATA:reason|event.reason}
CISCOFW419002 %{CISCO_WHY} from %{CISCO_SRC_INTERFACE}:%{CISCO_SRC} to %{CISCO_DST_INTERFACE}:%{CISCO_DST} with different initial sequence number
CISCOFW500004 %{CISCO_WHY} for protocol=%{CISCO_OVER}, from %{CISCO_SRC} to %{CISCO_DST}
CISCOFW602303_602304 %{WORD:protocol|cisco.asa.network.type}: An %{CISCO_WAY} (?<tunnel_type|cisco.asa.ipsec.tunnel_type>[^(\n]*?) SA \(SPI= ?(?<spi|cisco.asa.ipsec.spi>[^)\s]+)\) between %{IP:src_ip|source.ip} and %{IP:dst_ip|destination.ip} \(user= ?(?<user|source.user.name>[^)\n]*)\) has been %{CISCO_DONE}
CISCOFW710001_710002_710003_710005_710006 %{CISCO_OVER} (?:request|access) %{CISCO_DONE} from %{CISCO_SRC} to %{CISCO_DST_INTERFACE}:%{CISCO_DST}
CISCOFW713172 Group = (?<group|cisco.asa.source.group>[^,\n]*), IP = %{IP:src_ip|source.ip}, Automatic NAT Detection Status: +Remote end ?(?<is_remote_natted|>[a-zA-Z ]*?) ?behind a NAT device +This +end ?(?<is_local_natted|>[a-zA-Z ]*?) ?behind a NAT device
CISCO_RATE per second, max configured rate is
CISCOFW733100 \[ ?(?<drop_type|cisco.asa.burst.object>[^\]\n]*?) ?\] drop (?<drop_rate_id|cisco.asa.burst.id>[\w-]+) exceeded\. Current burst rate is %{INT:drop_rate_current_burst|cisco.asa.burst.current_rate:int} %{CISCO_RATE} %{INT:drop_rate_max_burst|cisco.asa.burst.configured_rate:int}; Current average rate is %{INT:drop_rate_current_avg|cisco.asa.burst.avg_rate:int} %{CISCO_RATE} %{INT:drop_rate_max_avg|cisco.asa.burst.configured_avg_rate:int}; Cumulative total count is %{INT:drop_total_count|cisco.asa.burst.cumulative_count:int}

NF_INTERFACE [\w.:@-]*
NF_MACS (?:MAC=(?:%{COMMONMAC:nf_dst_mac|destination.mac}:%{COMMONMAC:nf_src_mac|source.mac}(?::[\dA-Fa-f]{2}){0,2})?)?
NF_SIZES LEN=%{INT:nf_len|iptables.length:int} TOS=(?:0|0x(?<nf_tos|iptables.tos>[\dA-Fa-f]+)) PREC=0x(?<nf_prec|iptables.precedence_bits>[\dA-Fa-f]+) TTL=%{INT:nf_ttl|iptables.ttl:int} ID=%{INT:nf_id|iptables.id}(?: (?<|iptables.fragment_flags>CE|DF|MF))*(?: FRAG:? ?%{INT:|iptables.fragment_offset:int})?
NF_SIZES6 LEN=%{INT:nf_len|iptables.length:int} TC=(?:0|%{INT:nf_tos|iptables.tos}) HOPLIMIT=%{INT:nf_ttl|iptables.ttl:int} FLOWLBL=%{INT:|iptables.flow_label}
NF_PACKET IN=%{NF_INTERFACE:nf_in_interface|observer.ingress.interface.name} +OUT=%{NF_INTERFACE:nf_out_interface|observer.egress.interface.name} +(?:PHYS\w+=\S* +)*%{NF_MACS} *SRC=%{IP:nf_src_ip|source.ip} +DST=%{IP:nf_dst_ip|destination.ip} +(?:%{NF_SIZES}|%{NF_SIZES6}) +PROTO=%{WORD:nf_protocol|network.transport}(?: +SPT=%{INT:nf_src_port|source.port:int} +DPT=%{INT:nf_dst_port|destination.port:int})?
SHOREWALL %{SYSLOGTIMESTAMP:timestamp} %{HOSTNAME:nf_host|observer.hostname} [^\n]*?Shorewall:(?<nf_action1|shorewall.firewall.type>[\w-]+)?:%{WORD:nf_action2|shorewall.firewall.action}?:? *%{NF_PACKET}
SFW2_LOG_PREFIX SFW2-INext-%{NOTSPACE:nf_action|suse.firewall.action}
SFW2 (?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp}) +%{HOSTNAME:|observer.hostname}[^\n]*?%{SFW2_LOG_PREFIX:|suse.firewall.log_prefix} +%{NF_PACKET}

RT_FLOW_TAG RT_FLOW_SESSION_(?:CREATE|CLOSE|DENY)
RT_FLOW_EVENT %{RT_FLOW_TAG}
RT_FLOW_TAGGED %{RT_FLOW_TAG:event|juniper.srx.tag}:
RT_FLOW_PEERS %{IP:src-ip|source.ip}/%{INT:src-port|source.port:int}->%{IP:dst-ip|destination.ip}/%{INT:dst-port|destination.port:int}
RT_FLOW_NAT_TYPE (?: 0x[\da-f]+)?(?: (?:(?:source|destination|static) rule|N/A))?
RT_FLOW_NAT %{IP:nat-src-ip|source.nat.ip}/%{INT:nat-src-port|source.nat.port:int}->%{IP:nat-dst-ip|destination.nat.ip}/%{INT:nat-dst-port|destination.nat.port:int}%{RT_FLOW_NAT_TYPE} (?:None|N/A|%{NOTSPACE:src-nat-rule-name|juniper.srx.src_nat_rule_name})%{RT_FLOW_NAT_TYPE} (?:None|N/A|%{NOTSPACE:dst-nat-rule-name|juniper.srx.dst_nat_rule_name})
RT_FLOW_RULE %{NOTSPACE:policy-name|rule.name} %{NOTSPACE:from-zone|observer.ingress.zone} %{NOTSPACE:to-zone|observer.egress.zone}
RT_FLOW1 %{RT_FLOW_TAGGED} (?<close-reason|juniper.srx.reason>[^\n:]*): %{RT_FLOW_PEERS}(?: 0x[\da-f]+)? %{NOTSPACE:service|juniper.srx.service_name} %{RT_FLOW_NAT} %{INT:protocol-id|network.iana_number} %{RT_FLOW_RULE} %{INT:session-id|juniper.srx.session_id} \d+\(%{INT:sent|source.bytes:int}\) \d+\(%{INT:received|destination.bytes:int}\) %{INT:elapsed-time|juniper.srx.elapsed_time:int}(?: .*)?
RT_FLOW2 %{RT_FLOW_TAGGED} session created %{RT_FLOW_PEERS}(?: 0x[\da-f]+)? %{NOTSPACE:service|juniper.srx.service_name} %{RT_FLOW_NAT} %{INT:protocol-id|network.iana_number} %{RT_FLOW_RULE} %{INT:session-id|juniper.srx.session_id}(?: .*)?
RT_FLOW3 %{RT_FLOW_TAGGED} session denied %{RT_FLOW_PEERS}(?: 0x[\da-f]+)? %{NOTSPACE:service|juniper.srx.service_name} %{INT:protocol-id|network.iana_number}\(\d{1,3}\) %{RT_FLOW_RULE}(?: .*)?
`;
