import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (pattern: string, text: string, set: 'ecs' | 'legacy'): Event => {
  const run = runnerOf('parse-grok', { field: 'x', target: 'k', patterns: [`^%{${pattern}}`], set, otherwise: 'pass' });
  const { x: _, ...fields } = present(run({ x: text }));
  return fields;
};

/** Lines as the products write them, with a field of the ECS set, its value, and the name it has in the legacy set. */
const LINES: readonly [pattern: string, line: string, ecs: string, value: unknown, legacy: string | undefined][] = [
  [
    'NAGIOSLOGLINE',
    '[1427925600] CURRENT SERVICE STATE: db1;mysql;OK;HARD;1;Uptime: 7',
    'service.name',
    'mysql',
    'nagios_service',
  ],
  [
    'NAGIOSLOGLINE',
    '[1427950229] HOST NOTIFICATION: admin;db1;DOWN;notify-host-by-email;CRITICAL - Host Unreachable',
    'nagios.log.notification_command',
    'notify-host-by-email',
    'nagios_contact',
  ],
  [
    'NAGIOSLOGLINE',
    '[1429878690] SERVICE ALERT: db1;Backend Connections;CRITICAL;SOFT;1;Current value: 154.0; warn: 10.0',
    'message',
    'Current value: 154.0; warn: 10.0',
    'nagios_message',
  ],
  [
    'NAGIOSLOGLINE',
    '[1427956600] SERVICE DOWNTIME ALERT: db1;mysql;STARTED; Service has entered a period of scheduled downtime',
    'nagios.log.status',
    'STARTED',
    'nagios_state',
  ],
  ['NAGIOSLOGLINE', '[1427925600] PASSIVE HOST CHECK: db1;0;OK', 'nagios.log.comment', 'OK', 'nagios_comment'],
  [
    'NAGIOSLOGLINE',
    '[1427925689] SERVICE EVENT HANDLER: db1;mysql;CRITICAL;SOFT;1;restart',
    'nagios.log.event_handler_name',
    'restart',
    'nagios_event_handler_name',
  ],
  ['NAGIOSLOGLINE', '[1427925600] TIMEPERIOD TRANSITION: 24X7;-1;1', 'nagios.log.period_from', -1, 'nagios_unknown1'],
  [
    'NAGIOSLOGLINE',
    '[1427947229] EXTERNAL COMMAND: SCHEDULE_HOST_DOWNTIME;db1;1427947229;1427949029;1;0;1800;ada;moving',
    'user.name',
    'ada',
    'author',
  ],
  [
    'NAGIOSLOGLINE',
    '[1427947229] EXTERNAL COMMAND: ENABLE_SVC_NOTIFICATIONS;db1;mysql',
    'nagios.log.command',
    'ENABLE_SVC_NOTIFICATIONS',
    'nagios_command',
  ],
  [
    'BACULA_LOGLINE',
    '02-Aug 13:56 backup-sd JobId 1: Start Backup JobId 1, Job=Backup.2019-08-02_13.56.01_04',
    'bacula.job.name',
    'Backup.2019-08-02_13.56.01_04',
    'job',
  ],
  [
    'BACULA_LOG',
    '10-Apr-2012 21:01 backup-sd JobId 1: User defined maximum volume capacity 108,372,182,400 exceeded on device "FileStorage" (/srv/backup).',
    'bacula.volume.bytes',
    '108,372,182,400',
    undefined,
  ],
  [
    'BACULA_LOG',
    '01-Nov 09:13 backup-dir JobId 5: Fatal error: bsock.c:133 Unable to connect to Client: web-1 on 10.0.0.5:9102. ERR=Connection refused',
    'error.message',
    'Connection refused',
    'berror',
  ],
  [
    'RAILS3',
    'Started POST "/carts?a=1" for 127.0.0.1 at 2015-08-05 11:37:01 +0200\n  Processing by Shop::CartsController#create as HTML\n  Parameters: {"q"=>"1", "a"=>"{b}"}\n  Rendered x\nCompleted 200 OK in 640ms (Views: 1.7ms | ActiveRecord: 91.0ms)',
    'rails.request.duration.active_record',
    91,
    'activerecordms',
  ],
  ['RAILS3', 'Started GET "/" for ::1 at 2026-11-21 10:00:00 +0100', 'source.address', '::1', 'clientip'],
  [
    'MONGO_SLOWQUERY',
    'query shop.user query: { $query: { id: "x" } } ntoreturn:1 ntoskip:0 nscanned:2 keyUpdates:0 locks(micros) r:71 nreturned:1 reslen:150 102ms',
    'mongodb.profile.duration',
    102,
    'duration',
  ],
  [
    'MONGO3_LOG',
    '2015-02-24T18:17:47.148+0000 F -        [conn11] Got signal: 11 (Segmentation fault).',
    'mongodb.context',
    'conn11',
    'context',
  ],
  ['MCOLLECTIVE', 'I, [2010-12-29T11:15:32.321744 #11479]  INFO', 'log.level', 'INFO', 'event_level'],
  [
    'NETSCREENSESSIONLOG',
    'Jun  2 14:53:31 fw isg1000-A2: NetScreen device_id=0001 [Root]system-notification-00257(traffic): start_time="2006-06-02 14:53:30" duration=1 policy_id=119 service=udp/port:7001 proto=17 src zone=Trust dst zone=Untrust action=Deny sent=0 rcvd=0 src=192.168.2.1 dst=1.2.3.4 src_port=3036 dst_port=7001',
    'destination.port',
    7001,
    'dst_port',
  ],
  [
    'CISCOFW106023',
    'Deny icmp src dmz:10.1.1.1(bob) dst inside:10.2.2.2 (type 8, code 0) by access-group "DMZ" [0xe3aab522, 0x0]',
    'source.user.name',
    'bob',
    'src_fwuser',
  ],
  [
    'CISCOFW106100',
    'access-list inside permitted tcp inside/10.10.123.45(51763) -> outside/192.0.2.8(80) hit-cnt 1 first hit [0x62c2f9d8, 0x0]',
    'destination.port',
    80,
    'dst_port',
  ],
  [
    'CISCOFW302013_302014_302015_302016',
    'Teardown TCP connection 8743 for outside:192.0.2.222/53 to inside:2001:db8::2/52925 duration 0:00:10 bytes 140 TCP FINs (bob)',
    'event.reason',
    'TCP FINs',
    'reason',
  ],
  [
    'CISCOFW302020_302021',
    'Built inbound ICMP connection for faddr 192.0.2.7/512 gaddr 192.0.2.8/0 laddr 10.0.0.1/0',
    'source.nat.ip',
    '192.0.2.8',
    'src_xlated_ip',
  ],
  [
    'CISCOFW313005',
    'No matching connection for ICMP error message: icmp src dmz:10.192.33.100 dst dmz:192.18.4.1 (type 3, code 3) on dmz interface. Original IP payload: udp src 192.18.4.1/53 dst 8.8.8.8/10872',
    'cisco.asa.original_ip_payload.destination.port',
    10872,
    'orig_dst_port',
  ],
  [
    'CISCOFW419002',
    'Duplicate TCP SYN from inside:192.168.1.1/1 to outside:192.0.2.1/80 with different initial sequence number',
    'event.reason',
    'Duplicate TCP SYN',
    'reason',
  ],
  [
    'CISCOFW602303_602304',
    'IPSEC: An outbound LAN-to-LAN SA (SPI= 0xF81283) between 91.240.17.178 and 192.88.99.1 (user= admin) has been created',
    'cisco.asa.ipsec.tunnel_type',
    'LAN-to-LAN',
    'tunnel_type',
  ],
  [
    'CISCOFW733100',
    '[ Scanning] drop rate-1 exceeded. Current burst rate is 10 per second, max configured rate is 10; Current average rate is 0 per second, max configured rate is 5; Cumulative total count is 4027',
    'cisco.asa.burst.cumulative_count',
    4027,
    'drop_total_count',
  ],
  [
    'SHOREWALL',
    'May 28 17:31:07 web-1 Shorewall:net2fw:DROP:IN=eth1 OUT= MAC=00:02:b3:c7:2f:77:38:72:c0:6e:92:9c:08:00 SRC=127.0.0.1 DST=1.2.3.4 LEN=60 TOS=0x00 PREC=0x00 TTL=49 ID=6480 DF PROTO=TCP SPT=59088 DPT=8080 WINDOW=2920 RES=0x00 SYN URGP=0',
    'source.mac',
    '38:72:c0:6e:92:9c',
    'nf_src_mac',
  ],
  [
    'SHOREWALL',
    'May 28 17:31:07 web-1 kernel: [12.5] Shorewall:net-fw:REJECT:IN=eth0 OUT=eth1 SRC=2001:db8::1 DST=2001:db8::2 LEN=60 TC=0 HOPLIMIT=49 FLOWLBL=0 PROTO=ICMPv6',
    'destination.ip',
    '2001:db8::2',
    'nf_dst_ip',
  ],
  [
    'SFW2',
    'Jan 29 00:00:28 web-1 kernel: SFW2-INext-DROP-DEFLT IN=ppp0 OUT= MAC= SRC=24.64.208.134 DST=213.64.214.124 LEN=512 TOS=0x00 PREC=0x00 TTL=70 ID=8342 PROTO=UDP SPT=32790 DPT=1026 LEN=492',
    'source.port',
    32790,
    'nf_src_port',
  ],
  [
    'RT_FLOW1',
    'RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 10.10.10.14/1234->10.3.3.3/80 junos-http 10.10.10.14/1234->10.3.3.3/80 None None 6 default-permit trust untrust 39 12(1000) 13(1500) 11 UNKNOWN',
    'destination.bytes',
    1500,
    'received',
  ],
  [
    'RT_FLOW2',
    'RT_FLOW_SESSION_CREATE: session created 192.0.2.1/1->198.51.100.2/22 0x0 junos-ssh 192.0.2.1/1->198.51.100.2/22 0x0 source rule r1 N/A N/A 6 policy1 trust untrust 51 N/A(N/A) reth1.0',
    'juniper.srx.session_id',
    '51',
    'session-id',
  ],
  [
    'RT_FLOW3',
    'RT_FLOW_SESSION_DENY: session denied 10.0.0.1/123->198.51.100.2/25 junos-smtp 6(0) deny-all trust untrust',
    'rule.name',
    'deny-all',
    'policy-name',
  ],
  [
    'ZEEK_CONN',
    '1541001600.580233\tCvf4\t10.10.6.73\t54728\t52.71.82.43\t443\ttcp\tssl\t0.147\t2049\t4432\tSF\tT\tF\t0\tShADadfFr\t13\t2721\t14\t5120\t(empty)\t00:1b:44:11:3a:b7\t-',
    'destination.packets',
    14,
    'resp_pkts',
  ],
  [
    'BRO_CONN',
    '1541001600.580233\tCvf4\t10.10.6.73\t54728\t52.71.82.43\t443\ttcp\t-\t-\t-\t-\tS0\t-\t0\tS\t1\t60\t0\t0\t(empty)',
    'source.bytes',
    60,
    'orig_ip_bytes',
  ],
  [
    'ZEEK_DNS',
    '1359565680.761790\tUWk\t192.168.6.10\t53209\t192.168.129.36\t53\tudp\t41477\t0.000001\tshop.example\t1\tC_INTERNET\t48\tDNSKEY\t0\tNOERROR\tF\tF\tT\tF\t1\t-\t-\tF',
    'dns.question.name',
    'shop.example',
    'query',
  ],
  [
    'ZEEK_HTTP',
    '1432555199.633017\tCOp\t192.168.9.35\t55281\t178.236.7.146\t80\t4\tPOST\tshop.example\t/x\thttp://r/\t1.1\tMoz (X)\t-\t746\t1028\t200\tOK\t-\t-\t(empty)\t-\t-\t-\tFmaWHT\t-\ttext/plain\tFB60\t-\ttext/xml',
    'http.response.mime_type',
    'text/xml',
    'resp_mime_types',
  ],
  [
    'ZEEK_FILES',
    '1362692527.009512\tF15Z2\t192.150.187.43\t141.142.228.5\tCHh\tHTTP\t0\tMD5,SHA1\ttext/plain\t-\t0.000263\t-\tF\t4705\t4706\t0\t0\tF\t-\t397168fd\t1dd7ac0\t-\t-\tF\t-',
    'file.size',
    4706,
    'total_bytes',
  ],
  [
    'EXIM',
    '1995-10-31 08:57:53 0tACW1-0005MB-KT <= kryten@shop.example H=mail.shop.example [192.168.123.123]:31235 U=exim P=smtp S=5678 id=f8@shop.example T="Hello" for bob@example.org',
    'client.port',
    31235,
    'remote_port',
  ],
  [
    'EXIM',
    '2026-01-01 00:00:00 1q2w3e-00000001abc-0Ab1 <= <> R=1q2w3e-00000001abc-0Ab2 U=Debian-exim P=local S=1',
    'exim.log.message.size',
    1,
    'exim_msg_size',
  ],
  [
    'BIND9_QUERYLOG',
    '30-Jun-2018 15:50:00.999 queries: info: client @0x7fed21 192.0.2.1#12345 (x.example): query: x.example IN AAAA +E(0)K (192.0.2.53)',
    'dns.question.type',
    'AAAA',
    'querytype',
  ],
  [
    'CLOUDFRONT_ACCESS_LOG',
    '2019-12-04\t21:02:31\tLAX1-C1\t392\t192.0.2.100\tGET\td111.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0\t-\t-\tHit\tSOX4==\td111.cloudfront.net\thttps\t23\t0.001\t-\tTLSv1.2\tECDHE-RSA\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html\t78\t-\t-',
    'http.version',
    '2.0',
    undefined,
  ],
  ['ELB_URI', 'https://h.example:443/a?b=1', 'url.query', 'b=1', 'params'],
];

for (const [pattern, line, ecs, value, legacy] of LINES) {
  test(`${pattern}: ${line.slice(0, 60)}`, () => {
    const event = read(pattern, line, 'ecs');
    assert.deepEqual(event[ecs], value, JSON.stringify(event));
    const old = read(pattern, line, 'legacy');
    const name = legacy === undefined || legacy === 'message' ? legacy : `k.${legacy}`;
    if (name !== undefined) assert.deepEqual(old[name], value, JSON.stringify(old));
    assert.deepEqual(
      [...Object.keys(event), ...Object.keys(old)].filter((field) => field.includes('|')),
      [],
    );
  });
}
